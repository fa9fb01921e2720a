/** 锚定 on the in-memory office: a case's anchorings, the rails and what they are sent, the log and its witnesses. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openHouse } from "./house.mjs";
import { look, words } from "./look.mjs";

let house;
before(async () => (house = await openHouse()));
after(() => house.close());

for (const [language, scheme] of [["zh-CN", "light"], ["en", "dark"]]) {
  const w = words(language);
  const { anchor: a, rail: r, log: l } = w;
  const button = (page, name) => page.getByRole("button", { name, exact: true });
  const named = (text, params) => {
    const forms = text.split(" | ");
    const form = forms.length > 1 && params.n !== 1 ? forms[1] : forms[0];
    return Object.entries(params).reduce((said, [key, value]) => said.replace(`{${key}}`, value), form);
  };
  const open = (query, path, more = {}) => house.open({ language, scheme, query: `copy=tested&${query}`, path, ...more });
  const list = (page) => page.getByRole("region", { name: a.list });
  const card = (page, n) => page.getByRole("article", { name: named(a.number, { n }), exact: true });
  const rail = (page, name) => page.getByRole("region", { name: r.list }).getByRole("article", { name, exact: true });
  const sent = async (page) => {
    const form = await page.evaluate(() => window.fidemMock.railsSent.at(-1));
    return { ...form, adapter: JSON.parse(form.adapterJson) };
  };
  const choose = async (page, label, option) => {
    await page.getByRole("combobox", { name: label, exact: true }).press("Enter");
    await page.getByRole("option", { name: option, exact: true }).click();
  };
  async function logInAs(page, from, name) {
    await page.getByRole("button", { name: from }).click();
    await button(page, w.top.logOut).click();
    await page.getByRole("combobox", { name: w.logIn.person }).click();
    await page.getByRole("option", { name }).click();
    await page.getByLabel(w.passphrase.label, { exact: true }).fill("correct horse battery");
    await button(page, w.logIn.go).click();
  }

  describe(`in ${language}, ${scheme}`, () => {
    test("each stage has its word, its meaning and what an offline check shows", async () => {
      const { page, complaints, close } = await open("anchors=every", "/cases/c35/anchors");
      await list(page).waitFor();
      assert.equal(await list(page).getByRole("article").count(), 8);
      for (const stage of ["prepared", "submitted", "included", "final", "forked"]) {
        await list(page).getByText(a.stage[stage], { exact: true }).first().waitFor();
        await list(page).getByText(a.means[stage]).first().waitFor();
      }
      for (const worth of ["canonical", "quorum-unpinned", "pow-only", "inclusion-only", "pending", "none"]) await list(page).getByText(a.worth[worth], { exact: true }).first().waitFor();
      await card(page, 1).getByText(a.overseas).waitFor();
      assert.equal(await card(page, 2).getByText(a.overseas).count(), 0);
      assert.equal(await card(page, 3).getByText(a.worthTitle).count(), 0, "what forked is worth nothing");
      await card(page, 3).getByText(named(a.reason, { problem: "the block of that height is another one" })).waitFor();
      await card(page, 5).getByText("no connection within 20 s", { exact: false }).waitFor();
      await card(page, 8).getByText(a.noTime).waitFor();
      assert.equal(await list(page).locator("svg").count(), 1, "no tick: the only drawing is the choice of an item");
      await page.getByText(named(a.witnesses, { names: ["江北市公证处", "白鹭大学法学院"].join(w.format.list) })).waitFor();
      await look(page, `80-anchors.${language}`);
      await card(page, 4).scrollIntoViewIfNeeded();
      await look(page, `81-anchors-forked.${language}`);
      await card(page, 8).scrollIntoViewIfNeeded();
      await look(page, `82-anchors-foot.${language}`);
      const said = await page.locator("main").innerText();
      assert.doesNotMatch(said, /区块链|上链|blockchain/i);
      assert.deepEqual(complaints, []);
      await close();
    });

    test("whether a party has to do with who runs a network is declared for each rail", async () => {
      const { page, complaints, close } = await open("", "/cases/c35/anchors");
      const region = page.getByRole("region", { name: a.interest.title });
      await region.waitFor();
      const first = "OpenTimestamps";
      const declare = region.getByRole("button", { name: named(a.interest.declareFor, { rail: first }), exact: true });
      assert.ok(await declare.isDisabled(), "nothing was chosen");
      assert.ok((await region.getByText(a.interest.open, { exact: true }).count()) > 1);
      const group = region.getByRole("radiogroup", { name: named(a.interest.of, { rail: first }) });
      await group.getByText(a.interest.some, { exact: true }).click();
      assert.ok(await declare.isDisabled(), "which, is not said");
      await region.getByLabel(a.interest.explanation).fill("股东");
      await declare.click();
      await region.getByText(named(a.interest.declared, { relation: a.interest.some }), { exact: true }).waitFor();
      await group.getByText(a.interest.unchecked, { exact: true }).click();
      await declare.click();
      await region.getByText(named(a.interest.declared, { relation: a.interest.unchecked }), { exact: true }).waitFor();
      await region.scrollIntoViewIfNeeded();
      await look(page, `82-interest.${language}`);
      assert.deepEqual(complaints, []);
      await close();
    });

    test("a case without anchoring is complete, and what is submitted is followed to its end", async () => {
      const { page, complaints, close } = await open("anchors=rails", "/cases/c35/time");
      await page.getByRole("tab", { name: w.tab.time }).focus();
      await page.keyboard.press("ArrowRight");
      await page.getByText(a.none).waitFor();
      await page.getByText(a.auto, { exact: false }).waitFor();
      await look(page, `83-anchors-none.${language}`);
      await button(page, a.submit).focus();
      await page.keyboard.press("Enter");
      await page.getByText(named(a.submitted, { n: 3 })).waitFor();
      assert.equal(await list(page).getByText(a.stage.submitted, { exact: true }).count(), 3);
      await button(page, a.submit).click();
      await page.getByText(a.nothingNew).waitFor();
      await button(page, a.update).click();
      await page.getByText(named(a.seen, { n: 3 })).waitFor();
      assert.equal(await list(page).getByText(a.stage.included, { exact: true }).count(), 3);
      await button(page, a.update).click();
      await list(page).getByText(a.stage.final, { exact: true }).first().waitFor();
      await button(page, a.update).click();
      await page.getByText(a.nothingOpen).waitFor();
      await button(page, a.recheck).click();
      await page.getByText(named(a.seen, { n: 3 })).waitFor();

      const proof = card(page, 1).getByRole("region", { name: a.proof });
      assert.ok(await button(proof, a.proof).isDisabled());
      await proof.getByRole("combobox", { name: a.proofItem }).press("Enter");
      await page.getByRole("option").first().click();
      await button(proof, a.proof).click();
      await proof.getByText(/\/media\/usb\/交付\/.*0035.*1.*\.ots/).waitFor();
      assert.equal(await card(page, 2).getByRole("region", { name: a.proof }).count(), 0, "only OpenTimestamps has proofs of one item");
      await proof.scrollIntoViewIfNeeded();
      await look(page, `84-anchor-proof.${language}`);
      assert.deepEqual(complaints, []);
      await close();
    });

    test("a network that does not answer is a problem of its anchoring, and of nothing else", async () => {
      const { page, complaints, close } = await open("anchors=rails&rails=silent", "/cases/c35/anchors");
      await button(page, a.submit).click();
      await list(page).getByText(a.stage.prepared, { exact: true }).first().waitFor();
      await list(page).getByText(a.means.prepared).first().waitFor();
      assert.equal(await page.getByRole("alert").count(), 0);
      await look(page, `85-anchors-silent.${language}`);
      assert.deepEqual(complaints, []);
      await close();
    });

    test("what waits is looked at by itself, at most every ten minutes, by somebody who may", async () => {
      const { page, complaints, close } = await open("", "/cases/c35/anchors", { clock: true });
      const looks = () => page.evaluate(() => window.fidemMock.upgrades());
      await list(page).getByText(a.stage.submitted, { exact: true }).waitFor();
      await page.clock.runFor(61_000);
      await list(page).getByText(a.stage.included, { exact: true }).waitFor();
      assert.equal(await looks(), 1);
      await page.getByText(a.lookedAt.split("{")[0].trim(), { exact: false }).waitFor();
      await page.clock.runFor(8 * 60_000);
      assert.equal(await looks(), 1);
      await page.mouse.click(5, 5);
      await page.clock.runFor(3 * 60_000);
      await page.getByText(a.stage.submitted, { exact: true }).waitFor({ state: "detached" });
      assert.equal(await looks(), 2);
      await page.mouse.click(5, 5);
      await page.clock.runFor(12 * 60_000);
      assert.equal(await looks(), 2, "nothing waits any more");
      assert.deepEqual(complaints, []);
      await close();
    });

    test("without a rail nothing is submitted, and another role does nothing here", async () => {
      const { page, complaints, close } = await open("anchors=none", "/cases/c35/anchors");
      await page.getByText(a.noRail).waitFor();
      assert.ok(await button(page, a.submit).isDisabled());
      await page.getByText(a.none).waitFor();
      await page.getByRole("link", { name: a.toRails }).click();
      await page.getByText(r.none).waitFor();
      await look(page, `86-rails-none.${language}`);
      await logInAs(page, "苏晚", "陈砚秋");
      await page.getByText(r.admin).waitFor();
      assert.ok(await page.getByRole("switch", { name: r.publicChains }).isDisabled());
      assert.equal(await button(page, r.add).count(), 0);
      await page.evaluate(() => (location.hash = "/cases/c35/anchors"));
      await page.getByText(a.role).waitFor();
      assert.ok(await button(page, a.update).isDisabled());
      assert.deepEqual(complaints, []);
      await close();
    });

    test("rails are listed, tried, switched and removed", async () => {
      const { page, complaints, close } = await open("", "/settings/rails");
      await rail(page, "OpenTimestamps").getByText(a.overseas).waitFor();
      await rail(page, "BSN 应用").getByText(r.off, { exact: true }).waitFor();
      await button(page, `${r.test} 南浦司法联盟链`).click();
      await rail(page, "南浦司法联盟链").getByText("fisco:chain0/group0").nth(1).waitFor();
      await rail(page, "南浦司法联盟链").getByText("1,204,577").waitFor();
      await rail(page, "南浦司法联盟链").getByText("genesis").waitFor();
      await look(page, `87-rails.${language}`);

      await page.getByRole("switch", { name: named(r.enable, { name: "BSN 应用" }) }).focus();
      await page.keyboard.press("Enter");
      await rail(page, "BSN 应用").getByText(r.on, { exact: true }).waitFor();
      assert.equal((await sent(page)).enabled, true);

      await page.getByRole("switch", { name: r.publicChains }).press("Enter");
      await rail(page, "OpenTimestamps").getByText(r.off, { exact: true }).waitFor();
      await page.getByRole("switch", { name: named(r.enable, { name: "OpenTimestamps" }) }).press("Enter");
      await page.getByRole("alert").getByText(w.refusal["public-chain"].what).waitFor();
      await look(page, `88-public-chain.${language}`);

      await button(page, `${r.remove} BSN 应用`).click();
      const asks = page.getByRole("dialog", { name: r.removeTitle });
      await asks.getByText(named(r.removeText, { name: "BSN 应用" })).waitFor();
      await look(page, `89-rail-remove.${language}`);
      await button(asks, r.remove).click();
      await rail(page, "BSN 应用").waitFor({ state: "detached" });
      assert.deepEqual(complaints, []);
      await close();
    });

    test("a rail that does not answer says so", async () => {
      const { page, complaints, close } = await open("rails=silent", "/settings/rails");
      await button(page, `${r.test} OpenTimestamps`).click();
      await rail(page, "OpenTimestamps").getByRole("alert").getByText(w.refusal.rail.what).waitFor();
      assert.deepEqual(complaints, []);
      await close();
    });

    test("the form of OpenTimestamps writes its settings, and a policy may refuse it", async () => {
      const { page, complaints, close } = await open("anchors=forbid", "/settings/rails");
      await button(page, r.add).click();
      await page.getByText(r.publicOff).waitFor();
      assert.ok(await button(page, r.save).isDisabled());
      const lacking = page.getByRole("group", { name: r.lacking });
      await lacking.getByRole("button", { name: r.field.calendars }).click();
      await page.keyboard.type("https://calendar.example");
      assert.equal(await page.getByLabel(r.field.calendars).inputValue(), "https://calendar.example");
      await button(page, r.calendarsSuggest).click();
      await button(page, r.headersSuggest).click();
      await page.getByLabel(r.field.name).fill("比特币时间证明");
      assert.equal(await lacking.count(), 0);
      await look(page, `90-rail-ots.${language}`);
      await button(page, r.save).click();
      await page.getByRole("alert").getByText(w.refusal["public-chain"].what).waitFor();
      await page.getByRole("checkbox", { name: r.enabled }).press("Space");
      await button(page, r.save).click();
      await rail(page, "比特币时间证明").waitFor();
      const made = await sent(page);
      const calendars = ["https://alice.btc.calendar.opentimestamps.org", "https://bob.btc.calendar.opentimestamps.org", "https://finney.calendar.eternitywall.com", "https://btc.calendar.catallaxy.com"];
      assert.deepEqual(made.adapter, { kind: "opentimestamps", settings: { calendars, network: "bitcoin", confirmations: 6, headers: { esplora: { url: "https://blockstream.info/api" } } } });
      assert.deepEqual([made.enabled, made.facts.access, made.facts.overseasPublic], [false, "public", true]);
      assert.deepEqual(complaints, []);
      await close();
    });

    test("the form of an EVM network writes numbers, header fields and what is known of it", async () => {
      const { page, complaints, close } = await open("", "/settings/rails");
      await button(page, r.add).click();
      await choose(page, r.kind, r.kindIs.evm);
      await page.getByLabel(r.field.name).fill("杭绍政务链");
      await page.getByLabel(r.field.url, { exact: true }).fill("https://gateway.example/{project}");
      await page.getByLabel(r.field.project).fill("p-1");
      await button(page, r.addHeader).click();
      await page.keyboard.type("x-api-key");
      await page.getByLabel(`${r.headerValue} 1`).fill("v-1");
      await page.getByLabel(r.field.chain_id).fill("0x10");
      await page.getByRole("group", { name: r.lacking }).getByText(r.field.chain_id).waitFor();
      await page.getByLabel(r.field.chain_id).fill("7788");
      await page.getByLabel(r.field.key).fill("ab".repeat(32));
      await choose(page, r.field.fee_kind, r.option.legacy);
      await choose(page, r.field.consensus, r.option.qbft);
      await page.getByRole("checkbox", { name: r.field.finalized_tag }).press("Space");
      await look(page, `91-rail-evm.${language}`);
      await page.getByLabel(r.fact.operator).fill("杭绍数据有限公司（示例）");
      await page.getByLabel(r.fact.filing).fill("浙网信备 0000（示例）");
      await page.getByLabel(r.fact.asOf).fill("2026-11-20");
      await page.getByLabel(r.fact.conformity).scrollIntoViewIfNeeded();
      await look(page, `92-rail-facts.${language}`);
      await button(page, r.save).click();
      await rail(page, "杭绍政务链").getByText("eip155:7788").waitFor();
      const made = await sent(page);
      const settings = { url: "https://gateway.example/{project}", project: "p-1", headers: [{ name: "x-api-key", value: "v-1" }], chain_id: 7788, key: "ab".repeat(32), fee_kind: "legacy", consensus: "qbft", confirmations: 12, finalized_tag: true };
      assert.deepEqual(made.adapter, { kind: "evm", settings });
      assert.deepEqual([made.facts.operator, made.facts.asOf, made.facts.access, made.facts.region], ["杭绍数据有限公司（示例）", "2026-11-20", "consortium", ""]);
      assert.deepEqual(complaints, []);
      await close();
    });

    test("the form of FISCO BCOS writes pairs and lists", async () => {
      const { page, complaints, close } = await open("", "/settings/rails");
      await button(page, r.add).click();
      await choose(page, r.kind, r.kindIs.fisco);
      await page.getByLabel(r.field.name).fill("东港链");
      await choose(page, r.field.suite, r.option["sm3-sm2"]);
      await page.getByLabel(r.field.url, { exact: true }).fill("https://node.example:20200");
      await button(page, r.addHeader).click();
      await page.keyboard.type("token");
      await page.getByLabel(`${r.headerValue} 1`).fill("v");
      await page.getByLabel(r.field.chain, { exact: true }).fill("chain0");
      await page.getByLabel(r.field.group, { exact: true }).fill("group0");
      await page.getByLabel(r.field.key).fill("cd".repeat(32));
      await page.getByLabel(r.field.sealers).fill("a1a1\nb2b2\n");
      await page.getByLabel(r.field.weights).fill("1, 1");
      await look(page, `93-rail-fisco.${language}`);
      await button(page, r.save).click();
      await rail(page, "东港链").getByText("fisco:chain0/group0").waitFor();
      const settings = { generation: "v3", suite: "sm3-sm2", url: "https://node.example:20200", headers: [["token", "v"]], chain: "chain0", group: "group0", key: "cd".repeat(32), sealers: ["a1a1", "b2b2"], weights: [1, 1] };
      assert.deepEqual((await sent(page)).adapter, { kind: "fisco", settings });
      assert.deepEqual(complaints, []);
      await close();
    });

    test("the form of a BSN gateway keeps keys as they are written", async () => {
      const { page, complaints, close } = await open("", "/settings/rails");
      await button(page, r.add).click();
      await choose(page, r.kind, r.kindIs["bsn-fabric"]);
      const pem = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----";
      const fields = { name: "BSN 二号", url: "https://bsn.example", user_code: "U1", app_code: "A1", channel: "c1", chaincode: "cc1", function: "put", key: "ef".repeat(32), gateway_key: pem };
      for (const [name, value] of Object.entries(fields)) await page.getByLabel(r.field[name], { exact: true }).fill(value);
      await choose(page, r.field.algorithm, r.option.sm2);
      await look(page, `94-rail-bsn.${language}`);
      await button(page, r.save).click();
      await rail(page, "BSN 二号").getByText("fabric:c1").waitFor();
      const { name: _, ...settings } = fields;
      assert.deepEqual((await sent(page)).adapter, { kind: "bsn-fabric", settings: { ...settings, algorithm: "sm2" } });
      assert.deepEqual(complaints, []);
      await close();
    });

    test("the form of a peer’s Gateway writes identity, roots and pins", async () => {
      const { page, complaints, close } = await open("", "/settings/rails");
      await button(page, r.add).click();
      await choose(page, r.kind, r.kindIs.fabric);
      const pem = (what) => `-----BEGIN ${what}-----\nAAAA\n-----END ${what}-----`;
      const plain = { url: "https://peer.example:7051", channel: "c2", chaincode: "cc2", function: "put", msp_id: "OfficeMSP", certificate: pem("CERTIFICATE"), key: pem("PRIVATE KEY"), tls_roots: pem("CERTIFICATE") };
      for (const [name, value] of Object.entries({ name: "联盟通道", ...plain, tls_certificate: pem("CERTIFICATE"), pins: "{" })) await page.getByLabel(r.field[name], { exact: true }).fill(value);
      assert.ok(await button(page, r.save).isDisabled(), "an identity without its key, pins that are none");
      await page.getByLabel(r.field.tls_key, { exact: true }).fill(pem("EC PRIVATE KEY"));
      const pins = [{ name: "联盟通道", channel: "c2", orderers: [] }];
      await page.getByLabel(r.field.pins, { exact: true }).fill(JSON.stringify(pins));
      await look(page, `94b-rail-fabric.${language}`);
      await button(page, r.save).click();
      await rail(page, "联盟通道").getByText("fabric:c2").waitFor();
      const settings = { ...plain, pins, tls_identity: { certificate: pem("CERTIFICATE"), key: pem("EC PRIVATE KEY") } };
      assert.deepEqual((await sent(page)).adapter, { kind: "fabric", settings });
      await button(page, `${r.edit} 联盟通道`).click();
      await page.getByText(r.secrets).waitFor();
      assert.deepEqual([await page.getByLabel(r.field.key, { exact: true }).inputValue(), await page.getByLabel(r.field.tls_key, { exact: true }).inputValue()], ["", ""]);
      await button(page, r.save).click();
      await rail(page, "联盟通道").waitFor();
      const again = (await sent(page)).adapter.settings;
      assert.ok(!("key" in again));
      assert.deepEqual([again.tls_identity, again.pins], [{ certificate: pem("CERTIFICATE"), key: "" }, pins]);
      assert.deepEqual(complaints, []);
      await close();
    });

    test("a secret left empty is not sent, and what the form does not show stays", async () => {
      const { page, complaints, close } = await open("", "/settings/rails");
      await button(page, `${r.edit} 开放联盟链五号`).click();
      await page.getByText(r.secrets).waitFor();
      assert.equal(await page.getByLabel(r.field.key).inputValue(), "");
      assert.ok(await page.getByLabel(r.field.name).isDisabled());
      assert.ok(await button(page, r.save).isEnabled());
      await look(page, `95-rail-change.${language}`);
      await page.getByLabel(r.field.confirmations).fill("20");
      await button(page, r.save).click();
      await rail(page, "开放联盟链五号").waitFor();
      const { settings } = (await sent(page)).adapter;
      assert.ok(!("key" in settings) && !("project" in settings) && !("headers" in settings));
      assert.deepEqual([settings.confirmations, settings.chain_id, settings.pins], [20, 5555, [{ name: "wuhao" }]]);
      await button(page, `${r.edit} 南浦司法联盟链`).click();
      await button(page, r.save).click();
      await rail(page, "南浦司法联盟链").waitFor();
      assert.deepEqual((await sent(page)).adapter.settings.headers, [["x-api-key", ""]]);
      assert.deepEqual(complaints, []);
      await close();
    });

    test("witnesses are chosen and asked, and one that saw another history is the gravest of all", async () => {
      const { page, complaints, close } = await open("witness=split", "/settings/rails");
      await page.getByRole("tab", { name: w.settings.log }).click();
      const own = page.getByRole("region", { name: l.own });
      await button(own, l.copyKey).click();
      assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^log\.qingwu\.example\+/);
      await button(own, l.publish).click();
      await own.getByText("/media/usb/交付", { exact: false }).waitFor();
      await look(page, `96-log.${language}`);

      const witnesses = page.getByRole("region", { name: l.witnesses });
      await button(witnesses, l.cosign).click();
      const split = witnesses.getByRole("alert");
      await split.getByText(l.split, { exact: false }).waitFor();
      await split.getByText(l.splitMeans).waitFor();
      await split.getByText("白鹭大学法学院", { exact: false }).waitFor();
      assert.equal(await witnesses.getByRole("status").getByText("江北市公证处").count(), 1);
      await look(page, `97-witness-split.${language}`);

      await button(witnesses, l.add).click();
      await witnesses.getByLabel(l.operator).fill("东港市公证处");
      await witnesses.getByLabel(l.url).fill("https://witness.donggang.example");
      assert.ok(await button(witnesses, l.addNow).isDisabled());
      await witnesses.getByLabel(l.keyLine).fill("witness.donggang.example+0a1b2c3d+BAAA");
      await button(witnesses, l.addNow).click();
      await witnesses.getByRole("cell", { name: "东港市公证处", exact: true }).waitFor();
      await button(witnesses, named(w.act.removeThis, { name: "白鹭大学法学院" })).click();
      const asks = page.getByRole("dialog", { name: l.removeTitle });
      await button(asks, w.act.remove).click();
      await witnesses.getByRole("cell", { name: "白鹭大学法学院", exact: true }).waitFor({ state: "detached" });
      assert.deepEqual(complaints, []);
      await close();
    });

    test("a proof of one item is verified by itself, and says what decided", async () => {
      const { page, complaints, close } = await open("", "/verify");
      await page.evaluate(() => window.fidemMock.drop(["/media/usb/第1项.ots"]));
      await page.getByText(w.verify.dataNote).waitFor();
      await button(page, w.act.verify).click();
      const report = page.getByRole("article", { name: "第1项.ots" });
      await report.getByText(w.fileKind["open-timestamps"], { exact: true }).waitFor();
      await report.getByText(w.verify.trustKind["chain-pin"]).waitFor();
      await look(page, `99-ots-verified.${language}`);
      assert.deepEqual(complaints, []);
      await close();
    });

    test("a witness that cannot be reached is said, and no witness is no fault", async () => {
      const silent = await open("rails=silent", "/settings/log");
      await button(silent.page, l.cosign).click();
      await silent.page.getByText(named(l.problem, { problem: "no connection within 20 s" })).first().waitFor();
      assert.equal(await silent.page.getByRole("alert").count(), 0);
      await look(silent.page, `98-witness-silent.${language}`);
      await silent.close();
      const none = await open("witness=none", "/settings/log");
      await none.page.getByText(l.noWitness).waitFor();
      assert.equal(await button(none.page, l.cosign).count(), 0);
      assert.deepEqual([...silent.complaints, ...none.complaints], []);
      await none.close();
    });
  });
}
