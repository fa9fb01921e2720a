/** A clerk's day on the in-memory office, in both languages: what is on the screen is found by its role and its words. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openHouse, pictures } from "./house.mjs";
import { look, words } from "./look.mjs";

let house;
before(async () => (house = await openHouse()));
after(() => house.close());

for (const [language, scheme] of [["zh-CN", "light"], ["en", "dark"]]) {
  const w = words(language);
  const button = (page, name) => page.getByRole("button", { name, exact: true });
  const fill = (text, params) => {
    const forms = text.split(" | ");
    const form = forms.length > 1 && params.n !== "1" ? forms[1] : forms[0];
    return Object.entries(params).reduce((said, [key, value]) => said.replace(`{${key}}`, value), form);
  };

  describe(`in ${language}, ${scheme}`, () => {
    test("from the first start to a verified delivery", async () => {
      const { page, complaints, close } = await house.open({ language, scheme, query: "office=none" });
      const shot = (name) => look(page, `${name}.${language}`);

      // the office
      await page.getByLabel(w.first.name).fill("青梧市公证处");
      await page.getByLabel(w.first.person).fill("苏晚");
      await page.getByLabel(w.passphrase.label, { exact: true }).fill("too short");
      await page.getByText(fill(w.passphrase.short, { least: "12" })).waitFor();
      await page.getByLabel(w.passphrase.label, { exact: true }).fill("correct horse battery");
      await page.getByLabel(w.passphrase.again).fill("correct horse battery");
      await shot("01-first-start");
      await button(page, w.first.create).click();
      await page.getByRole("heading", { name: w.recovery.title }).waitFor();
      assert.equal(await page.locator(".code li").count(), 8);
      await shot("02-recovery-sheet");
      assert.ok(await button(page, w.recovery.go).isDisabled());
      await page.getByText(w.recovery.sure).click();
      await button(page, w.recovery.go).click();

      // the case
      await page.getByText(w.cases.empty).waitFor();
      await page.getByText(w.banner.oneCopy).waitFor();
      await shot("03-no-case-yet");
      await page.keyboard.press("Control+n");
      await page.getByLabel(w.case.matter).fill("“云上好物旗舰店”售假聊天记录保管");
      await page.keyboard.press("Escape");
      await page.keyboard.press("Control+n");
      assert.equal(await page.getByLabel(w.case.matter).inputValue(), "“云上好物旗舰店”售假聊天记录保管");
      await page.getByLabel(w.case.applicant).fill("宋屿");
      await shot("04-new-case");
      await button(page, w.newCase.open).click();
      await page.getByText("(2026)保全字第0001号").waitFor();
      await page.getByText(w.proof.nothingYet).waitFor();
      await shot("05-empty-case");

      // the hand-over
      await page.evaluate(() => window.fidemMock.drop(["/media/usb/聊天记录/聊天截图_01.png", "/media/usb/聊天记录/付款凭证.pdf", "/media/usb/开箱录像.webm", "/media/usb/打开.lnk"]));
      await page.getByRole("heading", { name: w.takeIn.title }).waitFor();
      assert.ok(await button(page, w.act.takeIn).isDisabled());
      await page.getByRole("combobox", { name: w.takeIn.art14 }).press("Enter");
      await page.getByRole("option", { name: w.art14.messages }).click();
      await page.getByLabel(w.takeIn.handedOverBy).fill("宋屿");
      await page.getByLabel(w.carrier.kind, { exact: true }).fill("U 盘");
      await page.getByLabel(w.art18.source).fill("申请人手机中的聊天记录");
      await shot("06-take-in");
      await button(page, w.act.takeIn).click();
      await page.getByRole("region", { name: w.jobs.title }).getByText(w.task["take-in"], { exact: false }).waitFor();
      await page.screenshot({ path: `${pictures}/07-progress.${language}.png` });
      await page.getByText(fill(w.takeIn.refused, { n: "1" })).waitFor();
      await page.getByText(w.refusal.symlink.what).waitFor();
      await button(page, w.act.toCase).click();
      await page.getByText(w.class.C.sentence).first().waitFor();
      await shot("08-items");
      const [sentence, digest] = await page.evaluate(() => [".sentence", ".print .value"].map((at) => parseFloat(getComputedStyle(document.querySelector(at)).fontSize)));
      assert.ok(sentence > digest, "the source stands larger than the digest");
      await page.locator(".print .value").first().click();
      assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^[0-9a-f]{64}$/);

      // previews and withdrawal
      await page.getByRole("link", { name: "付款凭证.pdf" }).click();
      await page.locator("[data-painted]").first().waitFor();
      await shot("09-preview-pdf");
      await button(page, w.item.next).click();
      await page.locator("video").waitFor();
      await button(page, w.item.withdraw).click();
      await page.getByLabel(w.item.reason).fill("与本案无关");
      await shot("10-withdraw");
      await page.getByRole("dialog").getByRole("button", { name: w.item.withdraw }).click();
      await page.locator(".about").getByText("与本案无关", { exact: false }).waitFor();
      await page.getByRole("dialog").waitFor({ state: "hidden" });
      await page.keyboard.press("Escape");

      // the seal: nothing is asked before somebody was chosen
      await page.getByText(w.missing.authorities).waitFor();
      await button(page, w.next.seal).click();
      await page.getByText(w.seal.chooseFirst).waitFor();
      assert.ok(await button(page, fill(w.authority.choose, { n: "0" })).isDisabled());
      await page.getByText(language === "en" ? "Southern Cross Timestamping" : "南十字时间戳").click();
      await page.getByText(w.authority.onlyOne).waitFor();
      await page.getByText(language === "en" ? "North Timestamping" : "北辰时间戳服务").click();
      await shot("11-authorities");
      await button(page, fill(w.authority.choose, { n: "2" })).click();
      await shot("12-seal");
      await button(page, w.act.seal).click();
      await page.getByRole("heading", { name: fill(w.seal.doneTitle, { n: "1" }) }).waitFor();
      await shot("13-sealed");
      await button(page, w.act.toCase).click();

      // nobody else is here to review: the receipt says so
      await page.getByText(w.missing.secondPerson).waitFor();
      await button(page, w.next.review).click();
      await shot("14-no-reviewer");
      await button(page, w.review.receipt).click();
      await page.locator("[data-painted]").first().waitFor();
      await shot("15-draft");
      await button(page, w.act.certify).click();
      await page.getByText(w.papers.stateIs.issued, { exact: true }).waitFor();
      await page.locator("[data-painted]").first().waitFor();
      await shot("16-issued");
      await button(page, w.next.export).click();
      await button(page, w.act.browse).click();
      await button(page, w.act.export).click();
      await page.getByRole("heading", { name: fill(w.export.done, { revision: "1" }) }).waitFor();
      await shot("17-exported");

      // what was handed over
      await button(page, w.export.verify).click();
      await page.evaluate(() => window.fidemMock.drop(["/media/usb/交付/2026保全字第0001号.asice", "/media/usb/交付/2026保全字第0001号-回执.pdf"]));
      await button(page, w.act.verify).click();
      await page.getByText(w.verify.verdict.match).waitFor();
      await page.getByText(w.verify.verdict["cannot-check"]).waitFor();
      assert.equal(await page.getByRole("list", { name: w.verify.strip }).first().getByRole("listitem").count(), 7);
      await shot("18-verified");
      assert.deepEqual(complaints, []);
      await close();
    });

    test("an altered package is a mismatch in words and shape", async () => {
      const { page, complaints, close } = await house.open({ language, scheme, path: "/verify" });
      await page.evaluate(() => window.fidemMock.drop(["/media/usb/已改动.asice"]));
      await page.getByRole("button", { name: w.verify.addTrust }).click();
      await button(page, w.act.verify).click();
      await page.getByText(w.verify.verdict.mismatch).waitFor();
      await page.getByText(w.verify.origin["supplied-by-verifier"]).first().waitFor();
      assert.ok((await page.locator(".strip .mismatch svg path").count()) > 0);
      await look(page, `19-mismatch.${language}`);
      assert.deepEqual(complaints, []);
      await close();
    });

    test("no authority answers: the seal is queued, not lost", async () => {
      const { page, complaints, close } = await house.open({ language, scheme, query: "authorities=silent", path: "/cases/c36/do/seal" });
      await button(page, w.act.seal).click();
      await page.getByRole("heading", { name: fill(w.seal.queuedTitle, { n: "1" }) }).waitFor();
      await look(page, `20-queued.${language}`);
      await page.getByRole("button", { name: w.act.toCase }).click();
      await page.getByText(w.times.noAnswer).first().waitFor();
      await page.getByText(w.missing.token).waitFor();
      await button(page, w.next.stamp).waitFor();
      await look(page, `21-queued-case.${language}`);
      assert.deepEqual(complaints, []);
      await close();
    });

    test("a renewal that one person proposes waits for another", async () => {
      const { page, complaints, close } = await house.open({ language, scheme, path: "/due" });
      await button(page, w.act.proposeRenewal).click();
      await page.getByText(w.due.other).waitFor();
      assert.equal(await button(page, w.act.renew).isDisabled(), true);
      await look(page, `30-proposed.${language}`);
      assert.deepEqual(complaints, []);
      await close();
    });

    test("what another proposed is renewed with one button", async () => {
      const { page, complaints, close } = await house.open({ language, scheme, query: "proposed=林知远", path: "/cases" });
      await page.getByRole("link", { name: w.nav.due, exact: true }).click();
      const due = page.getByRole("region", { name: w.due.state.due });
      await due.waitFor();
      await look(page, `25-due.${language}`);
      await button(page, w.act.renew).click();
      await page.getByRole("heading", { name: fill(w.due.renewed, { n: "2" }) }).waitFor();
      await page.getByRole("region", { name: w.due.state.carried }).waitFor();
      assert.equal(await due.count(), 0);
      await look(page, `26-renewed.${language}`);
      assert.deepEqual(complaints, []);
      await close();
    });

    test("a time stamp opens field by field, and authorities show how they stand", async () => {
      const { page, complaints, close } = await house.open({ language, scheme, path: "/cases/c32/time" });
      const open = button(page, w.token.open).first();
      await open.click();
      const fields = page.locator("dl.fields");
      await fields.getByText(w.token.notStated, { exact: true }).waitFor();
      assert.equal(await button(page, w.token.close).getAttribute("aria-expanded"), "true");
      await look(page, `27-token.${language}`);
      await button(page, w.token.close).click();
      assert.equal(await fields.count(), 0);
      await page.goto(`${page.url().split("#")[0]}#/settings/authorities`);
      await page.getByRole("region", { name: w.standing.title }).waitFor();
      await page.getByText(w.standing.answered).first().waitFor();
      await look(page, `28-authorities.${language}`);
      assert.deepEqual(complaints, []);
      await close();
    });

    test("seals that wait are said everywhere and asked for again", async () => {
      const { page, complaints, close } = await house.open({ language, scheme, path: "/cases" });
      const banner = page.getByRole("status").filter({ hasText: w.queue.more });
      await banner.waitFor();
      await look(page, `29-queue.${language}`);
      await banner.getByRole("button", { name: w.act.retry }).click();
      await banner.waitFor({ state: "detached" });
      assert.deepEqual(complaints, []);
      await close();
    });

    test("whoever handled a case cannot review it; another person can", async () => {
      const { page, complaints, close } = await house.open({ language, scheme, path: "/cases/c34/items" });
      await button(page, w.next.review).click();
      await page.getByText(fill(w.review.self, { handler: "苏晚" })).waitFor();
      await button(page, w.review.switch).click();
      await page.getByRole("combobox", { name: w.logIn.person }).click();
      await page.getByRole("option", { name: "陈砚秋" }).click();
      await page.getByLabel(w.passphrase.label, { exact: true }).fill("wrong");
      await button(page, w.logIn.go).click();
      await page.getByText(w.refusal["wrong-passphrase"].what).waitFor();
      await look(page, `22-log-in.${language}`);
      await page.getByLabel(w.passphrase.label, { exact: true }).fill("correct horse battery");
      await button(page, w.logIn.go).click();
      await page.locator(".points").waitFor();
      for (const point of Object.values(w.review.point)) await page.getByText(point).click();
      await look(page, `23-review.${language}`);
      await button(page, w.act.review).click();
      await button(page, w.next.certify).waitFor();
      await look(page, `24-reviewed.${language}`);
      assert.deepEqual(complaints, []);
      await close();
    });
  });
}

test("a hundred thousand cases scroll, filter and are found", async () => {
  const w = words("zh-CN");
  const { page, complaints, close } = await house.open({ query: "office=large", path: "/cases" });
  await page.getByText("(2026)保全字第100000号").waitFor();
  assert.ok((await page.getByRole("row").count()) < 60, "only rows in sight exist");
  await page.locator('[data-index="0"]').focus();
  await page.keyboard.press("End");
  await page.getByText("(2026)保全字第0001号").waitFor();
  await page.getByLabel(w.cases.filter).fill("第4711号");
  await page.getByText(w.cases.found.replace("{n}", "1")).waitFor();
  await page.getByText("(2026)保全字第4711号").click();
  await page.getByRole("tab", { name: w.tab.details }).click();
  await page.getByLabel(w.case.acceptanceNumber).fill("(2026)青公受字第12号");
  await page.getByText(w.case.saved, { exact: true }).waitFor();
  await look(page, "25-details.zh-CN");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: w.top.search }).fill("聊天截图");
  await page.getByRole("option").first().waitFor();
  await look(page, "26-search.zh-CN");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "聊天截图_01.png" }).waitFor();
  await page.keyboard.press("Control+k");
  await page.evaluate(() => window.fidemMock.drop(["/media/usb/付款凭证.pdf"]));
  await page.getByText(w.search.fileFound.replace("{name}", "付款凭证.pdf")).waitFor();
  assert.deepEqual(complaints, []);
  await close();
});

test("work in progress asks before the window closes", async () => {
  const w = words("zh-CN");
  const { page, close } = await house.open({ path: "/verify" });
  assert.equal(await page.evaluate(() => window.fidemMock.close()), true);
  await page.evaluate(() => window.fidemMock.drop(["/media/usb/1.asice"]));
  await page.getByRole("button", { name: w.act.verify, exact: true }).click();
  const asked = page.evaluate(() => window.fidemMock.close());
  await page.getByRole("button", { name: w.close.leave }).click();
  assert.equal(await asked, true);
  await page.getByText(w.jobs.cancelled).waitFor();
  await close();
});

test("a demonstration office says so on every screen, and every screen reads well", async () => {
  const places = ["/cases", "/new-case", "/cases/c36/items", "/cases/c32/time", "/cases/c32/anchors", "/cases/c32/papers", "/cases/c32/paper/record", "/cases/c32/paper/list", "/cases/c32/paper/custodian", "/cases/c36/journal", "/cases/c36/item/1", "/cases/c36/item/2", "/cases/c36/item/4", "/cases/c32/do/export", "/verify", "/due", "/settings/office", "/settings/people", "/settings/authorities", "/settings/devices", "/settings/probes", "/settings/rails", "/settings/log", "/settings/about", "/capture", "/capture/c36"];
  for (const [language, scheme] of [["zh-CN", "dark"], ["en", "light"]]) {
    for (const path of places) {
      const { page, complaints, close } = await house.open({ language, scheme, query: "demonstration=yes", path });
      await page.getByText("演示 DEMONSTRATION").first().waitFor();
      await look(page, `screen${path.replaceAll("/", "-")}.${language}`);
      assert.deepEqual(complaints, []);
      await close();
    }
  }
});
