/** 办理记录 on the in-memory office: what is wanted, a reason of two persons, an on-site record, a phone record. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openHouse } from "./house.mjs";
import { look, words } from "./look.mjs";

let house;
before(async () => (house = await openHouse()));
after(() => house.close());

for (const [language, scheme] of [["zh-CN", "light"], ["en", "dark"]]) {
  const w = words(language);
  const r = w.record;
  const button = (page, name) => page.getByRole("button", { name, exact: true });
  const named = (text, params) => Object.entries(params).reduce((said, [key, value]) => said.replace(`{${key}}`, value), text);
  const title = (kind, number) => named(r.title, { kind: r.kind[kind], number });
  const wanted = (page) => page.getByRole("region", { name: r.wanted });
  const list = (page) => page.getByRole("region", { name: r.list });
  const open = (path) => house.open({ language, scheme, query: "copy=tested&records=wanted&device=office", path });

  async function logInAs(page, from, name) {
    await page.getByRole("button", { name: from }).click();
    await button(page, w.top.logOut).click();
    await page.getByRole("combobox", { name: w.logIn.person }).click();
    await page.getByRole("option", { name }).click();
    await page.getByLabel(w.passphrase.label, { exact: true }).fill("correct horse battery");
    await button(page, w.logIn.go).click();
  }

  describe(`in ${language}, ${scheme}`, () => {
    test("a reason is written by one person and confirmed by another", async () => {
      const { page, complaints, close } = await open("/cases/c36/items");
      const line = page.getByRole("note").getByRole("link", { name: w.missing.records.split("{")[0].trim() });
      assert.match(await line.innerText(), new RegExp(w.missingFact["continuation-reason"].slice(0, 6)));
      await line.click();
      await wanted(page).getByText(r.why["continuation-reason"]).waitFor();
      await wanted(page).getByText("https://shop.example/orders", { exact: false }).first().waitFor();
      assert.equal(await wanted(page).getByText(r.blocks).count(), 2);
      await look(page, `60-records-wanted.${language}`);
      await button(page, `${r.do.give} ${r.kind.reason}`).click();
      assert.ok(await button(page, r.giveReason).isDisabled());
      await button(page, r.lack.reason).click();
      await page.keyboard.type("虚拟网卡 wg0 为本处办公网络所设，取证时没有启用。");
      await page.getByRole("link", { name: r.report }).waitFor();
      await look(page, `61-reason.${language}`);
      await button(page, r.giveReason).click();
      await wanted(page).getByText(r.byOther).waitFor();
      await button(page, `${r.do.look} ${r.kind.reason}`).click();
      await page.getByText(r.standingIs.reasonMine).waitFor();
      assert.equal(await button(page, r.do.confirm).count(), 0, "nobody confirms a reason of their own");

      await logInAs(page, "苏晚", "陈砚秋");
      await page.getByText(r.standingIs.reasonOther).waitFor();
      await look(page, `62-reason-confirm.${language}`);
      await button(page, r.do.confirm).click();
      await list(page).getByText(r.stateIs.complete).waitFor();
      assert.equal(await wanted(page).getByText(r.kind.reason, { exact: true }).count(), 0);
      await list(page).getByText("陈砚秋").waitFor();
      await list(page).getByRole("link", { name: title("reason", 1) }).click();
      await page.getByText(r.standingIs.confirmed).waitFor();
      assert.deepEqual(complaints, []);
      await close();
    });

    test("an on-site record is refused while it lacks something, kept as a draft, completed and sealed", async () => {
      const { page, complaints, close } = await open("/cases/c36/records");
      await button(page, `${r.do.fill} ${r.kind.onsite}`).click();
      await page.getByText(r.personsTwo).waitFor();
      assert.ok(await page.getByRole("checkbox", { name: "店铺现场录像.mp4" }).isChecked(), "what wants the record is proposed");
      const lacking = page.getByRole("group", { name: r.lacking });
      await button(page, r.complete).click();
      await page.getByRole("alert").getByText(w.refusal["record-incomplete"].what).waitFor();
      for (const code of ["place", "two-office-persons", "steps", "under-seal"]) await lacking.getByText(r.lack[code]).waitFor();
      await look(page, `63-onsite-refused.${language}`);

      await lacking.getByRole("button", { name: r.lack.place, exact: true }).click();
      await page.keyboard.type("青梧市东街 18 号 2 楼店铺内");
      assert.equal(await page.getByLabel(r.place).inputValue(), "青梧市东街 18 号 2 楼店铺内");
      assert.equal(await lacking.getByText(r.lack.place, { exact: true }).count(), 0, "a line goes as its field is filled in");
      await button(page, r.keepDraft).click();
      await page.getByText(r.standingIs.draft).waitFor();
      await button(page, w.act.back).click();
      await wanted(page).getByRole("button", { name: `${r.do.continue} ${r.kind.onsite}` }).waitFor();
      await list(page).getByText(r.stateIs.draft).waitFor();
      await list(page).getByRole("link", { name: title("onsite", 1) }).click();

      await page.getByLabel(r.ended).fill("2026-11-22T10:00:00");
      await lacking.getByText(r.lack["ended-before-began"]).waitFor();
      await page.getByLabel(r.ended).fill("2026-11-22T11:30:00");
      await button(page, r.addPerson).click();
      await page.keyboard.type("林知远");
      await page.getByRole("combobox", { name: named(r.personCapacity, { n: 3 }) }).press("Enter");
      await page.getByRole("option", { name: r.capacity.notary, exact: true }).click();
      await button(page, r.addStep).click();
      await page.getByLabel(named(r.stepWhat, { n: 1 }), { exact: true }).fill("开启录像，进入店铺，拍摄陈列商品及价签。");
      await button(page, r.addSeal).click();
      await page.getByLabel(`${r.sealNumber} 1`).fill("封 2026-0311");
      await page.getByLabel(`${r.sealWhat} 1`).fill("所购茶具一套");
      assert.equal(await lacking.count(), 0);
      await look(page, `64-onsite-whole.${language}`);
      await page.getByText(r.signing).scrollIntoViewIfNeeded();
      await look(page, `65-onsite-foot.${language}`);
      await button(page, r.complete).click();
      await list(page).getByText(r.stateIs.complete).waitFor();
      await list(page).getByText(r.nextSeal).waitFor();
      await list(page).getByText(named(r.version, { version: 2 })).waitFor();
      assert.equal(await wanted(page).getByText(r.kind.onsite, { exact: true }).count(), 0);
      await look(page, `66-records.${language}`);
      assert.deepEqual(complaints, []);
      await close();
    });

    test("a phone record warns of an app certificate that differs, and of what a chat compressed", async () => {
      const { page, complaints, close } = await open("/cases/c36/records");
      await button(page, r.newPhone).click();
      const lacking = page.getByRole("group", { name: r.lacking });
      for (const [field, value] of [["make", "华为"], ["model", "Mate 80"], ["serial", "SN20261122"], ["os", "HarmonyOS"], ["os_version", "6.1"]]) await page.getByLabel(r.phoneField[field], { exact: true }).fill(value);
      await page.getByLabel(r.network, { exact: true }).fill("移动网络");
      await page.getByRole("combobox", { name: r.rooted, exact: true }).press("Enter");
      await page.getByRole("option", { name: r.rootedIs.no, exact: true }).click();
      for (const [field, value] of [["name", "即时通信"], ["package", "com.example.chat"], ["version", "9.0.4"], ["install_source", "华为应用市场"]]) await page.getByLabel(r.appField[field], { exact: true }).fill(value);
      await page.getByLabel(r.signing256).fill("AA:BB");
      await lacking.getByText(r.lack["app-signing"]).waitFor();
      await page.getByLabel(r.signing256).fill(Array(32).fill("AB").join(":"));
      await page.getByLabel(r.expected256).fill("ab".repeat(32));
      assert.equal(await page.getByText(r.finding["app-certificate-differs"]).count(), 0, "colons and capitals make no difference");
      await page.getByLabel(r.expected256).fill("cd".repeat(32));
      await page.getByRole("alert").getByText(r.finding["app-certificate-differs"]).waitFor();
      await look(page, `67-phone-differs.${language}`);
      await button(page, r.addAccount).click();
      await page.keyboard.type("wxid_88213");
      await page.getByLabel(named(r.stepWhat, { n: 1 }), { exact: true }).fill("打开聊天，导出图片。");
      await page.getByRole("group", { name: r.fromPhone }).getByText("mmexport1763776204511.jpg").click();
      await page.getByText(r.compressed).waitFor();
      await lacking.getByRole("button", { name: r.lack["original-carrier"] }).click();
      await page.keyboard.press("Enter");
      await page.getByRole("option", { name: r.inCourtIs.yes, exact: true }).click();
      await page.getByLabel(r.originalField.where).fill("申请人处");
      await page.getByLabel(r.originalField.by_whom).fill("宋屿");
      assert.equal(await lacking.count(), 0);
      await look(page, `68-phone-items.${language}`);
      await button(page, r.complete).click();
      await list(page).getByText(r.finding["app-certificate-differs"]).waitFor();
      await list(page).getByText(r.stateIs.complete).waitFor();
      await look(page, `69-records-phone.${language}`);
      assert.deepEqual(complaints, []);
      await close();
    });

    test("while a record is wanted no receipt issues, and it says which", async () => {
      const { page, complaints, close } = await open("/cases/c36/items");
      await button(page, w.next.seal).click();
      await button(page, w.act.seal).click();
      await button(page, w.act.toCase).click();
      await page.evaluate(() => (location.hash = "/cases/c36/paper/receipt"));
      const missing = page.getByRole("region", { name: w.paper.missing });
      for (const record of ["onsite-record", "continuation-reason"]) await missing.getByText(w.hindrance.recordIs[record]).first().waitFor();
      assert.ok(await button(page, w.act.certify).isDisabled());
      await look(page, `70-records-wanting.${language}`);
      await missing.getByRole("link", { name: w.hindrance.lead.records }).first().click();
      await wanted(page).getByText(r.blocks).first().waitFor();
      assert.deepEqual(complaints, []);
      await close();
    });
  });
}
