/** Templates of the office on the in-memory shell: copied, broken, mended, given up again. */
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

  describe(`in ${language}, ${scheme}`, () => {
    test("the specimen follows every saving, and a fault is shown at its line", async () => {
      const { page, complaints, close } = await house.open({ language, scheme, query: "copy=tested&anchors=none", path: "/settings/templates" });
      await page.locator("[data-painted]").first().waitFor();
      await page.getByText(w.templates.builtIn, { exact: true }).waitFor();
      await button(page, w.templates.copy).click();
      await page.getByText("/media/usb/交付/fidem-templates", { exact: true }).waitFor();
      await page.evaluate(() => window.fidemMock.saveTemplate("broken"));
      const alert = page.getByRole("region", { name: w.settings.templates }).getByRole("alert");
      await alert.getByText("unknown variable: denial").waitFor();
      assert.equal(await alert.locator("[aria-current]").textContent(), "#denial");
      assert.ok(await page.locator("[data-painted]").first().isVisible(), "the last pages stay");
      await look(page, `templates.${language}`);
      await page.evaluate(() => window.fidemMock.saveTemplate("sound"));
      await alert.waitFor({ state: "detached" });
      await page.getByText("第 3 稿").first().waitFor({ state: "attached" });
      await button(page, w.templates.back).click();
      await page.getByText(w.templates.builtIn, { exact: true }).waitFor();
      assert.deepEqual(complaints, []);
      await close();
    });
  });
}
