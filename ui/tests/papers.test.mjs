/** Documents on the in-memory office: what is missing, what is written, a second person's approval, issue, amendment, copies. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openHouse } from "./house.mjs";
import { look, words } from "./look.mjs";

let house;
before(async () => (house = await openHouse()));
after(() => house.close());

for (const [language, scheme] of [["zh-CN", "light"], ["en", "dark"]]) {
  const w = words(language);
  const p = w.papers;
  const button = (page, name) => page.getByRole("button", { name, exact: true });
  const named = (text, params) => Object.entries(params).reduce((said, [key, value]) => said.replaceAll(`{${key}}`, value), text.split(" | ").at(-1));
  const kinds = (page) => page.getByRole("list", { name: p.kinds });
  const row = (page, kind) => kinds(page).getByRole("listitem").filter({ has: page.getByText(w.kind[kind], { exact: true }) });
  const missing = (page) => page.getByRole("region", { name: w.paper.missing });
  const open = (path, more = {}) => house.open({ language, scheme, query: "copy=tested&anchors=none", path, ...more });
  const openKind = (page, kind) => button(page, `${p.open} ${w.kind[kind]}`).click();

  async function logInAs(page, from, name) {
    await page.getByRole("button", { name: from }).click();
    await button(page, w.top.logOut).click();
    await page.getByRole("combobox", { name: w.logIn.person }).click();
    await page.getByRole("option", { name }).click();
    await page.getByLabel(w.passphrase.label, { exact: true }).fill("correct horse battery");
    await button(page, w.logIn.go).click();
  }
  async function approve(page) {
    const box = page.getByRole("region", { name: w.approval.title });
    const last = Object.values(w.approval.point).at(-1);
    for (const point of Object.values(w.approval.point)) {
      assert.ok(await button(page, w.approval.go).isDisabled(), "every point is answered first");
      await box.getByText(point, { exact: true }).click();
      if (point === last) await look(page, `paper-approve.${language}`);
    }
    await button(page, w.approval.go).click();
    await box.getByText(/林知远/).waitFor();
  }

  describe(`in ${language}, ${scheme}`, () => {
    test("a record is written, approved by another, issued, explained, and copies of it are registered", async () => {
      const { page, complaints, close } = await open("/cases/c34/papers");
      await row(page, "record").getByText(/\d/).waitFor();
      await row(page, "receipt").getByText(p.standingIs.ready, { exact: true }).waitFor();
      await openKind(page, "record");
      await page.locator("[data-painted]").first().waitFor();
      assert.ok(await button(page, w.act.certify).isDisabled());
      await look(page, `paper-record.${language}`);

      // Each line leads to its field; of what does not exist it is said that there is none.
      const blank = missing(page).getByRole("button", { name: w.hindrance.lead.field });
      await blank.first().press("Enter");
      assert.equal(await page.evaluate(() => document.activeElement?.tagName), "TEXTAREA");
      await page.keyboard.type("无");
      const none = page.getByRole("button", { name: new RegExp(`^${w.paper.none}`) });
      for (let left = await none.count(); left > 0; left -= 1) await none.first().click();
      assert.equal(await none.count(), 0);
      await page.getByLabel(w.paper.anomalies).fill("聊天截图_01.png 的时区未显示\n付款凭证缺第 2 页");
      await page.getByText(w.paper.unsaved).waitFor();
      assert.ok(await page.getByRole("region", { name: w.approval.title }).getByText(w.approval.others).isVisible(), "the handler does not approve");
      // What is typed and not saved is there again after another page.
      await page.keyboard.press("Escape");
      await openKind(page, "record");
      assert.match(await page.getByLabel(w.paper.anomalies).inputValue(), /时区/);
      await button(page, w.paper.save).click();
      await page.getByText(w.paper.unsaved).waitFor({ state: "detached" });
      await missing(page).getByText(w.hindrance["not-approved"]).waitFor();
      assert.equal(await blank.count(), 0);
      await missing(page).getByRole("button", { name: w.hindrance.lead.approval }).waitFor();

      await logInAs(page, "苏晚", "林知远");
      await page.getByText(w.approval.point.matter, { exact: true }).waitFor();
      await approve(page);
      await missing(page).getByText(w.paper.nothing).waitFor();

      // A change after the approval, and back.
      await page.getByText(p.editionIs.chinese, { exact: true }).click();
      await missing(page).getByText(w.hindrance["changed-since-approval"]).waitFor();
      assert.ok(await button(page, w.act.certify).isDisabled());
      await page.getByText(p.editionIs.both, { exact: true }).click();
      await missing(page).getByText(w.paper.nothing).waitFor();

      await logInAs(page, "林知远", "苏晚");
      await button(page, w.act.certify).click();
      await page.getByText(p.stateIs.issued, { exact: true }).waitFor();
      await page.locator("[data-painted]").first().waitFor();
      const number = "(2026)保全字第0034号-J01";
      await page.getByText(number, { exact: true }).waitFor();
      await page.getByText("林知远", { exact: true }).waitFor();
      await look(page, `paper-issued.${language}`);

      // copies
      await button(page, p.copyAdd).click();
      const dialog = page.getByRole("dialog");
      assert.ok(await button(dialog, w.copy.add).isDisabled());
      await dialog.getByLabel(w.copy.recipient).fill("何静姝");
      await dialog.getByLabel(w.copy.basis).fill("申请人领取");
      await dialog.getByRole("spinbutton", { name: w.copy.count }).fill("2");
      await look(page, `paper-copy.${language}`);
      await button(dialog, w.copy.add).click();
      await page.getByRole("region", { name: p.copies }).getByRole("row").filter({ hasText: "何静姝" }).waitFor();
      await dialog.waitFor({ state: "hidden" });

      // an explanation of it
      await button(page, p.correct).click();
      await missing(page).getByText(w.hindrance.correction).waitFor();
      await page.getByText(number, { exact: true }).first().waitFor();
      await page.getByRole("radio", { name: w.paper.sortIs.correction }).locator("..").click();
      await page.getByLabel(w.paper.place, { exact: true }).fill("第 2 页“已知异常与缺失”第 2 项");
      await page.getByLabel(w.paper.before, { exact: true }).fill("付款凭证缺第 2 页");
      await page.getByLabel(w.paper.statement, { exact: true }).fill("付款凭证共 1 页，没有缺页。");
      await page.getByLabel(w.paper.reason, { exact: true }).fill("核对原件后发现原载有误。");
      await button(page, w.paper.save).click();
      await missing(page).getByText(w.hindrance["not-approved"]).waitFor();
      await page.waitForTimeout(700);
      await page.locator("[data-painted]").first().waitFor();
      await look(page, `paper-correction.${language}`);
      await logInAs(page, "苏晚", "林知远");
      await page.getByText(w.approval.point.matter, { exact: true }).waitFor();
      await approve(page);
      await logInAs(page, "林知远", "苏晚");
      await button(page, w.act.certify).click();
      await page.getByRole("link", { name: number }).click();
      await page.getByText(p.stateIs.corrected, { exact: true }).waitFor();
      await page.getByText(p.stateMeans.corrected).waitFor();
      await page.keyboard.press("Escape");
      const made = page.getByRole("list", { name: p.certificates });
      await made.getByText(named(p.copiesGiven, { n: 2 })).waitFor();
      assert.equal(await made.getByRole("listitem").count(), 2);
      assert.deepEqual(complaints, []);
      await close();
    });

    test("the papers of a case show states by shape and word, signatures and copies", async () => {
      const { page, complaints, close } = await open("/cases/c32/papers", { query: "copy=tested&anchors=none&papers=several", height: 1180 });
      const made = page.getByRole("list", { name: p.certificates });
      await made.getByText(p.stateIs.explained, { exact: true }).waitFor();
      await made.getByText(p.capacity.office, { exact: false }).waitFor();
      assert.equal(await made.locator(".mark svg").count(), await made.getByRole("listitem").count());
      await look(page, `papers.${language}`);
      await button(page, `${p.read} (2026)保全字第0032号-J01`).click();
      await page.getByRole("region", { name: p.signatures }).getByText("B-LTA", { exact: false }).waitFor();
      await page.getByText(p.stateMeans.explained).waitFor();
      assert.deepEqual(complaints, []);
      await close();
    });

    test("what is not sealed shows no pages and leads to the seal", async () => {
      const { page, complaints, close } = await open("/cases/c36/paper/receipt");
      await page.getByText(w.paper.noPages).waitFor();
      await missing(page).getByText(w.hindrance["not-sealed"]).waitFor();
      await look(page, `paper-unsealed.${language}`);
      await missing(page).getByRole("link", { name: w.hindrance.lead.seal }).click();
      await button(page, w.act.seal).waitFor();
      assert.deepEqual(complaints, []);
      await close();
    });

    test("a list says what each item is to prove, and what goes abroad says why it may", async () => {
      const { page, complaints, close } = await open("/cases/c34/paper/list");
      await page.getByLabel(new RegExp(`聊天截图_01.*${w.paper.proves}`)).fill("被诉侵权商品的销售事实");
      await page.getByRole("spinbutton", { name: /聊天截图_01/ }).fill("1");
      await button(page, w.paper.save).click();
      await page.getByText(w.paper.unsaved).waitFor({ state: "detached" });
      await page.waitForTimeout(700);
      await page.locator("[data-painted]").first().waitFor();
      await look(page, `paper-list.${language}`);
      await page.evaluate(() => (location.hash = "/cases/c34/paper/custodian"));
      await missing(page).getByText(w.hindrance.foreign).waitFor();
      await missing(page).getByRole("button", { name: w.hindrance.lead.field }).click();
      await page.keyboard.type("仅提供申请人自有数据，不属于第三十六条所称数据。");
      await button(page, w.paper.save).click();
      await missing(page).getByText(w.paper.nothing).waitFor();
      await button(page, w.act.certify).click();
      await page.getByText(p.stateIs.issued, { exact: true }).waitFor();
      assert.deepEqual(complaints, []);
      await close();
    });

    test("enlarged to twice the size, what is to be done stands before the pages and nothing is cut off", async () => {
      for (const path of ["/cases/c34/paper/record", "/cases/c32/papers", "/cases/c32/certificate/(2026)%E4%BF%9D%E5%85%A8%E5%AD%97%E7%AC%AC0032%E5%8F%B7-J01"]) {
        const { page, complaints, close } = await open(path, { query: "copy=tested&anchors=none&papers=several", width: 640, height: 400 });
        await page.locator("main h1, main h2").first().waitFor();
        await page.waitForTimeout(400);
        await look(page, `paper-zoom-${path.split("/")[3]}.${language}`);
        const over = await page.evaluate(() => { const main = document.querySelector("main"); return main.scrollWidth - main.clientWidth; });
        assert.ok(over <= 0, `${path} does not scroll sideways: ${over}`);
        assert.deepEqual(complaints, []);
        await close();
      }
    });

    test("a verification is kept as a report", async () => {
      const { page, complaints, close } = await open("/verify");
      await page.evaluate(() => window.fidemMock.drop(["/media/usb/交付/2026保全字第0001号.asice"]));
      await button(page, w.act.verify).click();
      const box = page.getByRole("region", { name: w.kind.report });
      await box.getByLabel(w.verify.madeBy).fill("宋屿");
      await button(box, w.verify.save).click();
      await box.getByText("/media/usb/交付/核验报告-2026保全字第0001号.asice.pdf").waitFor();
      await button(box, w.verify.save).click();
      await box.getByText("/media/usb/交付/核验报告-2026保全字第0001号.asice-2.pdf").waitFor();
      await look(page, `verify-report.${language}`);
      assert.deepEqual(complaints, []);
      await close();
    });
  });
}
