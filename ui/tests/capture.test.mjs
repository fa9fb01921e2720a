/** 立即固定 on the in-memory office: one address, a partial one, a queue of three, the items and the settings. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openHouse, witness } from "./house.mjs";
import { look, words } from "./look.mjs";

let house;
before(async () => (house = await openHouse()));
after(() => house.close());

for (const [language, scheme] of [["zh-CN", "light"], ["en", "dark"]]) {
  const w = words(language);
  const button = (page, name) => page.getByRole("button", { name, exact: true });
  const outcome = (page) => page.getByRole("article", { name: w.capture.outcome });
  const queue = (page) => page.getByRole("list", { name: w.capture.queue });

  describe(`in ${language}, ${scheme}`, () => {
    test("one address from anywhere becomes items of a new case, source first", async () => {
      const { page, complaints, close } = await house.open({ language, scheme, query: "copy=tested&pace=slow", path: "/due" });
      await page.keyboard.press("Control+Shift+f");
      await page.getByRole("heading", { name: w.nav.capture, level: 1 }).waitFor();
      assert.ok(await button(page, w.act.capture).isDisabled());
      await page.getByLabel(w.capture.addresses, { exact: true }).fill("https://shop.example/item/88213");
      await page.keyboard.press("Enter");
      await page.getByRole("region", { name: w.capture.running }).getByText(w.captureStep.open).waitFor();
      await look(page, `40-capture-running.${language}`);
      // leaving the page leaves the queue at work
      await page.getByRole("link", { name: w.nav.cases, exact: true }).click();
      await page.keyboard.press("Control+Shift+f");
      await outcome(page).waitFor();
      await outcome(page).getByText(w.class["A-"].sentence).waitFor();
      await outcome(page).getByText(w.whole.whole, { exact: true }).waitFor();
      await outcome(page).getByText("113/113", { exact: false }).waitFor();
      await outcome(page).locator("img").waitFor();
      const counts = outcome(page).getByRole("list", { name: w.check.before }).getByRole("listitem");
      assert.match((await counts.nth(1).innerText()).trim(), new RegExp(`${w.check.verdict["not-checked"]} 2`));
      assert.doesNotMatch(await outcome(page).innerText(), /[0-9a-f]{16}/, "no digest in the outcome");
      await look(page, `41-captured.${language}`);
      await outcome(page).getByRole("link", { name: w.act.toCase }).click();
      await page.getByText(w.withheld.tag).first().waitFor();
      await look(page, `42-captured-case.${language}`);
      assert.deepEqual(complaints, []);
      await close();
    });

    test("a partial capture is marked by word and shape, and says what is lacking", async () => {
      const { page, complaints, close } = await house.open({ language, scheme, query: "copy=tested&authorities=silent", path: "/capture/c36" });
      await page.getByText("(2026)保全字第0036号", { exact: false }).waitFor();
      await page.getByLabel(w.capture.addresses, { exact: true }).fill("https://shop.example/partial/88213");
      await button(page, w.act.capture).click();
      const whole = outcome(page).getByRole("region", { name: w.whole.title });
      await whole.getByText(w.whole.partial).waitFor();
      assert.equal(await whole.locator(".partial svg.cannot-check").count(), 1);
      await whole.getByText(w.lacking["scroll-bound"]).waitFor();
      await whole.getByText(w.lacking["media-streamed"]).waitFor();
      await outcome(page).getByText(w.capture.maskedWhy).waitFor();
      const pages = outcome(page).getByRole("region", { name: w.reference.title });
      await pages.getByText(w.reference.came).waitFor();
      await pages.getByText(w.reference.failed).waitFor();
      assert.equal(await pages.locator("svg.mismatch").count(), 1);
      await outcome(page).locator("p.note").waitFor();
      await queue(page).getByText(w.whole.partial).waitFor();
      await look(page, `43-partial.${language}`);
      assert.deepEqual(complaints, []);
      await close();
    });

    test("a person drives the browser: signs in, fixes a page, pauses, ends", async () => {
      const { page, complaints, close } = await house.open({ language, scheme, query: "copy=tested", path: "/capture" });
      await page.getByLabel(w.capture.addresses, { exact: true }).fill("https://shop.example/orders");
      await page.getByRole("radio", { name: w.capture.modeVisit }).check({ force: true });
      await page.getByText(w.capture.signIn, { exact: true }).first().click();
      assert.ok(await button(page, w.act.capture).isDisabled(), "what is printed of a sign-in is asked first");
      await page.getByLabel(w.capture.signInUrl).fill("https://shop.example/login");
      await page.getByLabel(w.capture.account).fill("wang@example.com");
      await page.getByLabel(w.capture.signedInBy).fill("王小明");
      await look(page, `45-visit-asked.${language}`);
      await button(page, w.act.capture).click();
      const panel = page.getByRole("region", { name: w.visit.title });
      await panel.getByText(w.visit.signingIn).waitFor();
      await button(panel, w.visit.signedIn).click();
      await panel.getByText("88213-1.webp", { exact: false }).waitFor();
      await panel.getByLabel(w.visit.fixLabel).fill("订单");
      await button(panel, w.visit.fix).click();
      await panel.getByText(w.visit.fixed.split(" | ")[0].replace("{n}", "1")).waitFor();
      await panel.getByLabel(w.visit.goLabel).fill("absent.example");
      await button(panel, w.visit.go).click();
      await panel.getByText("ERR_NAME_NOT_RESOLVED", { exact: false }).waitFor();
      await button(panel, w.visit.pause).click();
      await panel.getByText(w.visit.paused).waitFor();
      await look(page, `46-visit.${language}`);
      await button(panel, w.visit.resume).click();
      await panel.getByLabel(w.visit.goLabel).fill("another-tab.example");
      await button(panel, w.visit.go).click();
      await panel.getByText("https://another-tab.example/opened").waitFor();
      await panel.getByLabel(w.visit.goLabel).fill("lost-window.example");
      await button(panel, w.visit.go).click();
      await panel.getByText(w.visit.frontLost.replace("{window}", "4")).waitFor();
      await button(panel, w.visit.fix).click();
      await panel.getByText(w.visit.notFixed).waitFor();
      await look(page, `46-visit-lost.${language}`);
      await button(panel, w.visit.finish).click();
      await outcome(page).getByText("wang@example.com", { exact: false }).waitFor();
      await outcome(page).getByText(w.visit.gap.paused, { exact: false }).waitFor();
      await outcome(page).getByText("订单", { exact: true }).waitFor();
      await look(page, `47-visited.${language}`);
      assert.deepEqual(complaints, []);
      await close();
    });

    test("of three in a queue one fails and is tried again", async () => {
      const { page, complaints, close } = await house.open({ language, scheme, query: "copy=tested", path: "/capture" });
      const rows = ["1\tA\thttps://shop.example/late/1", "2\tB\thttps://broken.example/2", "3\tC\thttps://shop.example/3", "no address here"];
      await page.getByLabel(w.capture.addresses, { exact: true }).fill(rows.join("\n"));
      await page.locator("form .note").waitFor();
      await page.getByRole("radio", { name: w.capture.intoEach.split(" | ").at(-1).replace("{n}", "3") }).check({ force: true });
      await page.getByRole("button", { name: w.act.capture }).first().click();
      await queue(page).getByText(w.refusal["browser-launch"].what).waitFor();
      await queue(page).getByText(w.capture.state.done).nth(1).waitFor();
      await queue(page).getByRole("button", { name: "broken.example" }).first().click();
      await page.getByRole("alert").getByText(w.refusal["browser-launch"].safe).waitFor();
      await look(page, `44-queue.${language}`);
      await page.getByRole("button", { name: `${w.capture.retry} https://broken.example/2` }).click();
      await queue(page).getByText(w.capture.state.done).nth(2).waitFor();
      assert.equal(await page.getByRole("alert").count(), 0);
      await queue(page).getByRole("button", { name: "late/1" }).first().click();
      await outcome(page).locator("p.note").getByText("21", { exact: false }).waitFor();
      await button(page, w.capture.clear).click();
      await queue(page).waitFor({ state: "detached" });
      assert.deepEqual(complaints, []);
      await close();
    });

    test("a stop keeps what waits, and it goes on when asked", async () => {
      const { page, complaints, close } = await house.open({ language, scheme, query: "copy=tested&pace=slow", path: "/capture" });
      await page.getByLabel(w.capture.addresses, { exact: true }).fill("https://a.example/\nhttps://b.example/");
      await page.getByRole("button", { name: w.act.capture }).first().click();
      await button(page, w.capture.stop).click();
      await queue(page).getByText(w.capture.state.stopped).waitFor();
      await queue(page).getByText(w.capture.state.waiting).waitFor();
      await page.getByText(w.capture.nothingKept).waitFor();
      await page.getByRole("button", { name: w.capture.goOn.split(" | ")[0].replace("{n}", "1") }).click();
      await outcome(page).waitFor();
      assert.deepEqual(complaints, []);
      await close();
    });

    test("the items of a capture show what they are", async () => {
      const { page, complaints, close } = await house.open({ language, scheme, query: "copy=tested", path: "/capture/c36" });
      await page.getByLabel(w.capture.addresses, { exact: true }).fill("https://shop.example/item/88213");
      await button(page, w.act.capture).click();
      await outcome(page).getByRole("link", { name: ".wacz", exact: false }).first().click();
      await page.getByRole("region", { name: w.captured.title }).getByText("TLS 1.3", { exact: false }).waitFor();
      await page.getByRole("region", { name: w.captured.pictures }).locator("img").waitFor();
      await look(page, `45-archive.${language}`);
      await button(page, w.captured.picture.tiles).click();
      await page.getByRole("region", { name: w.captured.pictures }).locator("img").nth(1).waitFor();
      await button(page, w.item.next).click();
      const report = page.getByRole("article", { name: w.check.title });
      await report.getByText(w.check.effect["class-a-minus"]).waitFor();
      assert.equal(await report.locator("pre").count(), 0, "raw outputs are folded");
      await report.getByRole("button", { name: w.check.show.replace("{n}", "1") }).nth(8).click();
      await report.locator("pre").waitFor();
      await look(page, `46-report.${language}`);
      await button(page, w.item.next).click();
      await page.getByRole("heading", { name: w.withheld.title }).waitFor();
      await look(page, `47-withheld.${language}`);
      assert.deepEqual(complaints, []);
      await close();
    });

    test("the environment is checked before anything is captured", async () => {
      const { page, complaints, close } = await house.open({ language, scheme, query: "copy=tested&interrupted=yes", path: "/capture" });
      await page.getByText(w.recovered.more).waitFor();
      const running = await witness(page, w.check.running);
      await button(page, w.check.first).click();
      await page.getByRole("article", { name: w.check.title }).waitFor();
      assert.ok(await running(), "it said that it was at work");
      await look(page, `48-environment.${language}`);
      await button(page, w.check.onlyMarked).click();
      assert.equal(await page.locator("ol.checks > li").count(), 3);
      assert.deepEqual(complaints, []);
      await close();
    });

    test("an interrupted capture that could not be finished is named with its reason", async () => {
      const { page, complaints, close } = await house.open({ language, scheme, query: "copy=tested&interrupted=unreadable", path: "/capture" });
      await page.getByText(w.recovered.more).waitFor();
      const alert = page.getByRole("alert");
      await alert.getByText("(2026)保全字第0002号", { exact: false }).waitFor();
      await alert.getByText("io path=/office/captures reason=Input/output error").waitFor();
      await look(page, `48-unrecovered.${language}`);
      await alert.getByRole("button").click();
      await alert.waitFor({ state: "detached" });
      assert.deepEqual(complaints, []);
      await close();
    });

    test("a device is registered by one and confirmed by another", async () => {
      const { page, complaints, close } = await house.open({ language, scheme, query: "copy=tested&device=none", path: "/settings/devices" });
      await page.getByText(w.device.stands.unconfirmed).waitFor();
      await button(page, `${w.device.confirm} 取证一号机`).click();
      await page.getByText(w.device.stands.inNetwork).waitFor();
      await look(page, `49-devices.${language}`);
      await page.getByRole("button", { name: `${w.device.retire} 取证一号机` }).click();
      await page.getByText(w.device.stands.retired).waitFor();
      await page.getByRole("tab", { name: w.settings.probes }).click();
      await page.getByLabel(w.probe.resolvers).fill("192.0.2.53\n198.51.100.53\n203.0.113.53");
      await page.getByLabel(w.probe.referencePages).fill("http://known.example/");
      await button(page, w.probe.save).click();
      await page.getByText(w.probe.saved).waitFor();
      assert.deepEqual(complaints, []);
      await close();
    });
  });
}
