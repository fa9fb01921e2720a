/** What a case proves and what is due on it, as pure functions of its facts; and the words of both languages. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";
import { createServer } from "vite";

const root = fileURLToPath(new URL("..", import.meta.url));
let vite;
let load;
before(async () => {
  vite = await createServer({ root, mode: "mock", logLevel: "error", server: { middlewareMode: true, hmr: false, ws: false }, optimizeDeps: { noDiscovery: true } });
  load = (path) => vite.ssrLoadModule(path);
});
after(() => vite.close());

const token = (authority, time, counts = true) => ({ authority, url: `https://${authority}`, counts, time, problem: null });
const seal = (number, state, tokens) => ({ number, state, items: 2, deviceTime: "2026-11-22T12:00:00Z", madeBy: "苏晚", manifestSha256: "", manifestSm3: "", tokens });
const view = (more) => ({ id: "c1", items: 2, withdrawn: 0, unsealed: 0, classes: ["C"], scope: "P1", seals: [], reviews: [], certificates: [], revisions: 0, next: "take-in", missing: [], handlers: [], ...more });
const keys = (statements) => statements.map((one) => one.key);

test("nothing taken in proves nothing", async () => {
  const { proofOf } = await load("/src/state/proof.ts");
  const proof = proofOf(view({ items: 1, withdrawn: 1, classes: [] }), String);
  assert.deepEqual([proof.scope, keys(proof.proves), keys(proof.open)], ["P0", [], ["nothingYet"]]);
});

test("before a seal only the receipt is proved", async () => {
  const { proofOf } = await load("/src/state/proof.ts");
  const proof = proofOf(view({ unsealed: 2 }), String);
  assert.deepEqual([proof.scope, keys(proof.proves), keys(proof.open)], ["P0", ["receipt"], ["notSealed", "notReviewed"]]);
});

test("a waiting seal proves no time, and a token that failed proves nothing", async () => {
  const { proofOf, earliestToken } = await load("/src/state/proof.ts");
  const waiting = view({ seals: [seal(1, "waiting", [token("a", "2026-11-22T12:00:01Z", false)])] });
  assert.equal(earliestToken(waiting), null);
  assert.deepEqual(keys(proofOf(waiting, String).proves), ["receipt"]);
  assert.ok(keys(proofOf(waiting, String).open).includes("queued"));
});

test("the earliest time that counts is the one that is said", async () => {
  const { proofOf } = await load("/src/state/proof.ts");
  const sealed = view({ seals: [seal(1, "sealed", [token("b", "2026-11-22T12:00:09Z"), token("a", "2026-11-22T12:00:02Z"), token("c", "2026-11-22T11:00:00Z", false)])] });
  const proof = proofOf(sealed, String);
  assert.equal(proof.scope, "P1");
  assert.equal(proof.proves.find((one) => one.key === "noLaterThan").params.time, "2026-11-22T12:00:02Z");
  assert.equal(proof.proves.find((one) => one.key === "several").params.authorities, 2);
});

test("a review of an earlier seal is outdated", async () => {
  const { proofOf } = await load("/src/state/proof.ts");
  const reviewed = (current) => view({ seals: [seal(1, "sealed", [token("a", "2026-11-22T12:00:02Z")])], reviews: [{ at: "2026-11-22T13:00:00Z", person: "林知远", seal: 1, current }] });
  assert.ok(keys(proofOf(reviewed(true), String).proves).includes("reviewed"));
  assert.ok(keys(proofOf(reviewed(false), String).open).includes("reviewOutdated"));
});

test("the next step leads to its place and names what is missing", async () => {
  const { nextOf } = await load("/src/state/next.ts");
  const person = { id: 1, name: "苏晚", roles: ["clerk"] };
  const alone = { person, people: 1, authorities: 0 };
  const seal = nextOf(view({ next: "seal", missing: ["art18"] }), alone);
  assert.deepEqual(seal.missing.map((one) => [one.key, one.to.name]), [["facts", "case"], ["authorities", "settings"]]);
  assert.deepEqual(nextOf(view({ next: "review" }), alone).missing.map((one) => one.key), ["secondPerson"]);
  assert.deepEqual(nextOf(view({ next: "review", handlers: ["苏晚"] }), { ...alone, people: 2 }).missing.map((one) => one.key), ["otherPerson"]);
  assert.deepEqual(nextOf(view({ next: "review", handlers: ["林知远"] }), { ...alone, people: 2 }).missing, []);
  assert.equal(nextOf(view({ next: "export", revisions: 1 }), alone).step, "done");
});

test("a place survives its address", async () => {
  const { address, placeAt } = await load("/src/state/place.ts");
  const places = [{ name: "cases" }, { name: "case", caseId: "c1", tab: "time" }, { name: "seal", caseId: "c1" }, { name: "item", caseId: "c1", number: 3 }, { name: "record", caseId: "c1", kind: "onsite", number: null }, { name: "record", caseId: "c1", kind: "reason", number: 2 }, { name: "certificate", caseId: "c1", documentId: "(2026)保全字第0001号-H01" }, { name: "paper", caseId: "c1", kind: "receipt", about: "" }, { name: "paper", caseId: "c1", kind: "correction", about: "(2026)保全字第0001号-J01" }, { name: "settings", tab: "people" }, { name: "verify" }, { name: "capture", caseId: null }, { name: "capture", caseId: "c1" }, { name: "settings", tab: "devices" }, { name: "case", caseId: "c1", tab: "anchors" }, { name: "settings", tab: "rails" }, { name: "settings", tab: "log" }];
  for (const place of places) assert.deepEqual(placeAt(`#${address(place)}`), place);
  assert.deepEqual(placeAt("#/nowhere/else"), { name: "cases" });
});

test("the class follows from the facts and is never raised", async () => {
  const { classOf, emptyBatch, factsOf } = await load("/src/state/batch.ts");
  const letter = (more) => classOf(factsOf({ ...emptyBatch(), ...more }));
  assert.equal(letter({}), "C");
  assert.equal(letter({ originKind: "on-site", officers: "苏晚" }), "C");
  assert.equal(letter({ originKind: "on-site", officers: "苏晚、苏晚" }), "C");
  assert.equal(letter({ originKind: "on-site", officers: "苏晚，林知远" }), "B");
  assert.equal(letter({ originKind: "paper-scan", pages: "3" }), "C");
  assert.equal(letter({ originKind: "paper-scan", pages: "3", compared: true }), "G");
});

test("addresses are taken from lines and from rows of a spreadsheet", async () => {
  const { addressesIn } = await load("/src/state/addresses.ts");
  const pasted = ["https://shop.example/a,b?c=1,2", "", "1\t网店\thttp://b.example/x\thttps://c.example/", '"3","https://d.example/"', "www.none.example", "https://"].join("\r\n");
  assert.deepEqual(addressesIn(pasted), { found: ["https://shop.example/a,b?c=1,2", "http://b.example/x", "https://d.example/"], without: 2 });
  assert.deepEqual(addressesIn(" \n"), { found: [], without: 0 });
});

test("the second examination of a capture is another step than the first", async () => {
  const { stepAfter } = await load("/src/state/captures.ts");
  assert.equal(stepAfter("launch", "examine"), "examine");
  assert.equal(stepAfter("close", "examine"), "examine-after");
  assert.equal(stepAfter("open", "unheard-of"), "open");
});

test("only what the recorder made is shown as a capture", async () => {
  const { itemKind } = await load("/src/state/itemKind.ts");
  const item = (mediaType, name, kind, withheld = null) => ({ mediaType, name, withheld, facts: { origin: { kind } } });
  assert.equal(itemKind(item("application/wacz", "a.wacz", "office-capture")), "archive");
  assert.equal(itemKind(item("application/wacz", "a.wacz", "supplied-by-party")), "file");
  assert.equal(itemKind(item("application/json", "cleanliness-after-0a1b.json", "office-capture")), "report");
  assert.equal(itemKind(item("application/octet-stream", "x.age", "office-capture", "reason")), "withheld");
});

test("every completeness line and ending of the recorder has a sentence", async () => {
  const source = readFileSync(join(root, "../crates/capture/src/completeness.rs"), "utf8");
  const codes = [...source.matchAll(/self\.line\(\s*"([a-z-]+)"/g), ...source.matchAll(/Some\(\("([a-z-]+)"/g)].map((one) => one[1]);
  assert.ok(codes.length > 20);
  for (const language of ["zh-CN", "en"]) {
    const { lacking, ending, captureStep } = catalog(language);
    for (const code of codes) assert.ok(lacking[code], `${language} ${code}`);
    for (const code of ["closed", "not-opened", "downloaded", "payload-limit", "stopped", "browser-ended", "not-written", "interrupted"]) assert.ok(ending[code], code);
    for (const step of (await load("/src/state/captures.ts")).captureSteps) assert.ok(captureStep[step], step);
  }
});

test("what a record of work must say is what the office asks for, and has words", async () => {
  const { blankPhone, fromField, onsiteLacking, phoneFindings, phoneItem, phoneLacking, toField } = await load("/src/state/records.ts");
  const asked = (file) => {
    const source = readFileSync(join(root, `../crates/office/src/forms/${file}.rs`), "utf8").split("#[cfg(test)]")[0];
    return [...source.matchAll(/^ {12}\(\s*"([a-z-]+)",/gm)].map((one) => one[1]);
  };
  const nothing = { began: "", ended: "", place: "", persons: [], device: { identity: "", description: "" }, network: "", steps: [], items: [], captures: [], under_seal: [], nothing_sealed: false, signatories: [], remarks: "" };
  const backwards = { ...nothing, began: "2026-11-22T12:00:00Z", ended: "2026-11-22T11:00:00Z" };
  assert.deepEqual([...new Set([...onsiteLacking(nothing, true), ...onsiteLacking(backwards, true)])].sort(), asked("onsite").sort());
  const phone = { ...blankPhone(""), items: [phoneItem(1)], app: { name: "x", package: "", version: "", install_source: "", signing_sha256: "a", expected_sha256: "b" } };
  const bare = { ...phone, items: [], rooted: "yes", app: { ...phone.app, signing_sha256: "" } };
  const said = [...phoneLacking(phone), ...phoneLacking(bare), ...phoneFindings(phone), ...phoneFindings(bare)];
  assert.deepEqual([...new Set(said)].sort(), asked("phone").sort());
  assert.equal(fromField(toField("2026-11-22T02:30:09Z")), "2026-11-22T02:30:09Z");
  assert.equal(toField("2026-11-22T18:00:00Z"), "2026-11-23T02:00:00");
  for (const language of ["zh-CN", "en"]) {
    const { lack, finding } = catalog(language).record;
    for (const code of [...asked("onsite"), ...asked("phone")]) assert.ok(lack[code] ?? finding[code], `${language} ${code}`);
  }
});

test("a form of a rail gives back what it was made of, without secrets", async () => {
  const { draftOf, formOf, newRail, railKinds, railLacking } = await load("/src/state/rails.ts");
  const facts = { ...newRail("evm").facts, operator: "x" };
  const again = (kind, settings) => {
    const form = { name: "a", enabled: false, adapterJson: JSON.stringify({ kind, settings }), facts };
    const draft = draftOf(form);
    assert.deepEqual(railLacking(draft), [], kind);
    const { adapterJson, ...rest } = formOf(draft);
    const { adapterJson: _, ...before } = form;
    assert.deepEqual(rest, before);
    return JSON.parse(adapterJson).settings;
  };
  const ots = { calendars: ["https://a.example", "https://b.example"], confirmations: 6, headers: { node: { url: "http://127.0.0.1:8332" } }, network: "bitcoin-regtest" };
  assert.deepEqual(again("opentimestamps", ots), ots);
  const evm = { url: "https://{project}.example", chain_id: 1, headers: [{ name: "h", value: "" }], fee_kind: "market", consensus: "none", confirmations: 12, finalized_tag: true, max_gas: 100000, pins: [1] };
  assert.deepEqual(again("evm", { ...evm, key: "", project: "" }), evm);
  const fisco = { generation: "v2", suite: "keccak-secp256k1", url: "https://n.example", headers: [["h", ""]], chain: "1", group: "1", sealers: ["aa", "bb"], weights: [1, 1], window: 600 };
  assert.deepEqual(again("fisco", { ...fisco, key: "", node: "", to: null }), fisco);
  const bsn = { url: "https://b.example", user_code: "u", app_code: "a", channel: "c", chaincode: "cc", function: "f", algorithm: "k1", gateway_key: "pem" };
  assert.deepEqual(again("bsn-fabric", { ...bsn, key: "", user_name: "" }), bsn);
  const fabric = { url: "https://p.example:7051", channel: "c", chaincode: "cc", function: "f", msp_id: "OfficeMSP", certificate: "pem", tls_roots: "roots", tls_identity: { certificate: "own", key: "" }, pins: [{ name: "n", channel: "c" }] };
  assert.deepEqual(again("fabric", { ...fabric, key: "" }), fabric);
  const { tls_identity: _, tls_roots: __, pins: ___, ...bare } = fabric;
  assert.deepEqual(again("fabric", { ...bare, key: "", tls_roots: null, tls_identity: null, pins: [] }), bare);
  const filled = { ...newRail("fabric"), name: "n" };
  for (const name of ["channel", "chaincode", "function", "msp_id", "certificate", "key"]) filled.text[name] = "x";
  filled.text.url = "https://p.example";
  assert.deepEqual(railLacking(filled), []);
  assert.deepEqual(railLacking({ ...filled, text: { ...filled.text, tls_certificate: "own" } }), ["tls_key"], "an identity needs its key");
  assert.deepEqual(railLacking({ ...filled, text: { ...filled.text, pins: "{}" } }), ["pins"]);
  assert.equal(draftOf({ name: "a", enabled: true, adapterJson: '{"kind":"unheard-of","settings":{}}', facts }), null);
  for (const kind of railKinds) assert.ok(railLacking(newRail(kind)).includes("name"), kind);
  assert.ok(railLacking(newRail("evm")).includes("key"), "a new rail needs its key");
  assert.ok(railLacking({ ...newRail("evm"), text: { ...newRail("evm").text, chain_id: "1e3" } }).includes("chain_id"));
});

test("anchorings are looked at by themselves no more often than every ten minutes", async () => {
  const { dueToLook, waits } = await load("/src/state/anchors.ts");
  const minute = 60_000;
  assert.deepEqual([dueToLook(0, null, 0), dueToLook(1, null, 0), dueToLook(1, 0, 9 * minute), dueToLook(1, 0, 10 * minute)], [false, true, false, true]);
  assert.deepEqual(["prepared", "submitted", "included", "final", "forked"].map((stage) => waits({ stage })), [true, true, true, false, false]);
});

test("what a receipt is worth has a sentence, and so has each refusal of anchoring", () => {
  const source = readFileSync(join(root, "../crates/anchor/src/receipt.rs"), "utf8");
  const worths = [...source.matchAll(/Self::\w+ => "([a-z-]+)"/g)].map((one) => one[1]);
  assert.equal(worths.length, 6);
  for (const language of ["zh-CN", "en"]) {
    const { anchor, refusal } = catalog(language);
    for (const worth of [...worths, "none"]) assert.ok(anchor.worth[worth], `${language} ${worth}`);
    for (const code of ["unknown-rail", "no-rail", "public-chain", "rail", "not-anchored", "unknown-anchor", "anchor-forked"]) for (const part of ["what", "safe", "now"]) assert.ok(refusal[code][part], code);
  }
});

test("nothing that could run is previewed as itself", async () => {
  const { decode, previewKind } = await load("/src/parts/preview.ts");
  for (const type of ["text/html", "image/svg+xml", "application/xhtml+xml", "application/xml", "text/javascript"]) assert.equal(previewKind(type), "text", type);
  assert.equal(previewKind("application/zip"), "none");
  assert.equal(previewKind("image/png; x=1"), "picture");
  assert.equal(decode(new Uint8Array([0xb9, 0xab, 0xd6, 0xa4])).text, "公证");
});

const catalog = (language) => JSON.parse(readFileSync(join(root, `src/words/${language}.json`), "utf8"));
function leaves(words, prefix = "") {
  return Object.entries(words).flatMap(([name, value]) => (typeof value === "string" ? [[prefix + name, value]] : leaves(value, `${prefix}${name}.`)));
}

test("both languages have the same words with the same parameters", () => {
  const holes = (text) => [...text.split(" | ").at(-1).matchAll(/\{(\w+)\}/g)].map((one) => one[1]).sort().join();
  const english = new Map(leaves(catalog("en")));
  const chinese = leaves(catalog("zh-CN"));
  assert.equal(chinese.length, english.size);
  for (const [key, text] of chinese) assert.equal(holes(english.get(key) ?? "missing"), holes(text), key);
});

test("no word claims what the office must not say", () => {
  for (const [key, text] of [...leaves(catalog("zh-CN")), ...leaves(catalog("en"))]) {
    assert.doesNotMatch(text, /区块链|上链|不可篡改|绝对|blockchain|tamper-proof|guarantee/i, key);
    assert.doesNotMatch(text, /^verified$/i, key);
  }
});

test("every word is used, and only the shell speaks to the desktop", () => {
  const files = readdirSync(join(root, "src"), { recursive: true }).filter((name) => /\.(ts|vue)$/.test(name));
  const source = files.map((name) => [name, readFileSync(join(root, "src", name), "utf8")]);
  for (const [name, text] of source) if (!name.startsWith("shell/")) assert.doesNotMatch(text, /@tauri-apps|__TAURI/, name);
  const all = source.map(([, text]) => text).join("\n");
  const built = ["refusal.", "journal.act."];
  const unused = leaves(catalog("zh-CN")).map(([key]) => key).filter((key) => {
    if (all.includes(`"${key}"`) || all.includes(`'${key}'`) || built.some((prefix) => key.startsWith(prefix))) return false;
    const patterns = [...all.matchAll(/`([\w-]+(?:\.[\w-]+)*\.)\$\{[^}]*\}((?:\.[\w-]+)*)`/g)];
    return !patterns.some(([, start, end]) => key.startsWith(start) && key.endsWith(end));
  });
  assert.deepEqual(unused, []);
});
