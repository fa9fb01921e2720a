/** Electronic signatures on the in-memory office: the setting, a document that waits, its signature, a refusal. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openHouse } from "./house.mjs";
import { look, words } from "./look.mjs";

let house;
before(async () => (house = await openHouse()));
after(() => house.close());

for (const [language, scheme] of [["zh-CN", "light"], ["en", "dark"]]) {
  const w = words(language);
  const button = (page, name) => page.getByRole("button", { name, exact: true });
  const open = (path) => house.open({ language, scheme, query: "copy=tested&anchors=none", path });

  describe(`in ${language}, ${scheme}`, () => {
    test("what is chosen to be signed waits for handler and office, and a wrong secret changes nothing", async () => {
      const { page, complaints, close } = await open("/settings/signing");
      await page.getByText(w.kind.receipt, { exact: true }).click();
      await page.getByLabel(w.signing.location).fill("杭州");
      await look(page, `signing-settings.${language}`);
      await button(page, w.signing.save).click();
      await page.getByText(w.signing.saved).first().waitFor();

      await page.evaluate(() => (location.hash = "#/cases/c34/papers"));
      await button(page, `${w.papers.open} ${w.kind.receipt}`).click();
      await page.locator("[data-painted]").first().waitFor();
      await button(page, w.act.certify).click();
      const signatures = page.getByRole("region", { name: w.papers.signatures });
      await signatures.getByText(w.sign.waiting).waitFor();
      await signatures.getByRole("button").click();
      const dialog = page.getByRole("dialog", { name: w.sign.title });
      assert.ok(await button(dialog, w.sign.act).isDisabled());
      await dialog.getByRole("textbox", { name: w.sign.file, exact: true }).fill("/keys/handler.p12");
      await dialog.getByLabel(w.sign.passphrase, { exact: false }).last().fill("wrong");
      await look(page, `sign.${language}`);
      await button(dialog, w.sign.act).click();
      await dialog.getByText(w.refusal.signing.what).waitFor();
      await dialog.getByLabel(w.sign.passphrase, { exact: false }).last().fill("right");
      await button(dialog, w.sign.act).click();
      await dialog.waitFor({ state: "hidden" });
      await signatures.getByText(/B-T/).waitFor();
      assert.ok(await signatures.getByRole("button").isVisible(), "the next one signs");

      // An SM2 key is not for the file itself; beside it, once all have signed.
      const key = dialog.getByRole("textbox", { name: w.sign.file, exact: true });
      const secret = dialog.getByLabel(w.sign.passphrase, { exact: false }).last();
      await signatures.getByRole("button").click();
      await key.fill("/keys/sm2.p12");
      await secret.fill("right");
      await button(dialog, w.sign.act).click();
      await dialog.getByText(w.refusal["key-not-for-pdf"].what).waitFor();
      await key.fill("/keys/office.p12");
      await secret.fill("right");
      await button(dialog, w.sign.act).click();
      await dialog.waitFor({ state: "hidden" });
      await signatures.getByText(/B-LTA/).waitFor();
      await button(signatures, w.sign.besideAct).click();
      const beside = page.getByRole("dialog", { name: w.sign.besideTitle });
      await beside.getByRole("textbox", { name: w.sign.file, exact: true }).fill("/keys/sm2.p12");
      await beside.getByLabel(w.sign.passphrase, { exact: false }).last().fill("right");
      await look(page, `sign-beside.${language}`);
      await button(beside, w.sign.act).click();
      await beside.waitFor({ state: "hidden" });
      await signatures.getByText(/SM2 SM3/).waitFor();
      // Renewal takes two: who finds no proposal makes one, and another carries it out.
      await button(signatures, w.papers.renewPropose).click();
      await signatures.getByText(w.due.other).waitFor();
      assert.ok(await button(signatures, w.papers.renewPropose).isDisabled());
      await page.evaluate(() => window.fidemMock.propose("林知远", "c34"));
      await page.evaluate(() => (location.hash = "#/cases/c34/papers"));
      await button(page, `${w.papers.open} ${w.kind.receipt}`).waitFor();
      await page.goBack();
      await signatures.getByText("林知远", { exact: false }).waitFor();
      await page.waitForFunction(() => !document.querySelector(".el-message"));
      await look(page, `sign-renew.${language}`);
      await button(signatures, w.papers.renew).click();
      await signatures.getByText(w.papers.capacity.archive, { exact: false }).first().waitFor();
      await signatures.getByText(w.papers.besideEarlier.split(/[；;]/).pop().trim(), { exact: false }).waitFor();
      assert.deepEqual(complaints, []);
      await close();
    });
  });
}
