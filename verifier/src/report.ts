/** A report as a page for a judge: the strip, then findings in the order of Articles 16 to 18, then what decided. */
import facts from "build-facts";
import { h, shape } from "./dom";
import { count, grouped } from "./format";
import { fill, sharedWord, words, type Language, type Words } from "./words";

type Status = "match" | "mismatch" | "cannot-check" | "not-supplied" | "absent" | "note";
type Layer = "content" | "manifest" | "time" | "chain" | "signature" | "journal" | "source";

interface Finding {
  code: string;
  layer: Layer;
  status: Status;
  message: string;
}

export interface Report {
  kind: string;
  verdict: "match" | "mismatch" | "cannot-check";
  case: string | null;
  layers: Record<Layer, Status>;
  findings: Finding[];
  not_checked: { code: string; message: string }[];
  trust: { kind: string; name: string; origin: string; sha256: string }[];
}

/** One verification, in both languages. */
export interface Result {
  name: string;
  size: number;
  at: string;
  byClock: boolean;
  data: string[];
  trust: string[];
  raw: Record<Language, string>;
  digests: { sha256: string; sm3: string } | "pending" | "none";
}

const layers: Layer[] = ["content", "manifest", "time", "chain", "signature", "journal", "source"];
const weight: Record<Status, number> = { mismatch: 0, "cannot-check": 1, "not-supplied": 2, match: 3, note: 4, absent: 5 };
const whole = ["package", "partial", "certificate", "unknown"];
/** Findings of how it was kept and captured, whatever their layer. */
const process = /^(capture-|cleanliness|operations-|redactions-|log-own-record|office-|unsigned|platform-receipt)/;

/** What the office said of a document after it was issued. */
const later = /^status-(explained|corrected|withdrawn)$/;

type Section = "sixteen" | "seventeen" | "eighteen";

function sectionOf(finding: Finding): Section {
  if (process.test(finding.code)) return "seventeen";
  if (finding.layer === "signature" || finding.layer === "journal") return "seventeen";
  return finding.layer === "source" ? "eighteen" : "sixteen";
}

/** The sentence of the verdict; it is never shown without the strip. */
export function verdictOf(report: Report, say: Words): string {
  return say.verdict[whole.includes(report.kind) ? "whole" : "bare"][report.verdict];
}

/** The whole report. `save` is called with the JSON that is shown. */
export function reportView(result: Result, language: Language, actions: { print(): void; save(json: string): void }): HTMLElement {
  const say = words(language);
  const raw = result.raw[language];
  const report = JSON.parse(raw) as Report;
  return h(
    "article",
    { class: "report", lang: language === "zh" ? "zh-CN" : "en", "aria-label": `${say.report} ${result.name}` },
    h("header", { class: "row head" }, h("h2", {}, say.report), h("span", { class: "row buttons" }, button(say.print, actions.print), button(say.saveJson, () => actions.save(raw)))),
    report.findings.some((one) => one.code === "DEMONSTRATION") && h("p", { class: "demonstration" }, say.demonstration),
    examined(result, report, language),
    strip(report, language),
    h("p", { class: `verdict ${report.verdict}` }, verdictOf(report, say)),
    // The octets are as they were; what the office said of them later must not be overlooked.
    ...report.findings.filter((one) => later.test(one.code)).map((one) => h("p", { class: "later" }, one.message)),
    h("p", { class: "soft small" }, say.order),
    ...(["sixteen", "seventeen", "eighteen"] as const).map((section) => findingsView(report, section, language)),
    block(say.notChecked, h("ul", { class: "dashes" }, ...[...report.not_checked.map((one) => one.message), ...say.alwaysUnchecked].map((text) => h("li", {}, text)))),
    trustView(report, result, language),
    aboutView(language),
    rawView(raw, say),
    h("p", { class: "signed" }, ...say.signed.map((text) => h("span", {}, text))),
  );
}

function button(text: string, act: () => void): HTMLElement {
  return h("button", { type: "button", onclick: act }, text);
}

function block(title: string, ...content: (Node | string | false | null)[]): HTMLElement {
  return h("section", { class: "block" }, h("h3", {}, title), ...content);
}

function rows(pairs: [string, Node | string][]): HTMLElement {
  return h("dl", { class: "facts" }, ...pairs.flatMap(([term, value]) => [h("dt", {}, term), h("dd", {}, value)]));
}

function examined(result: Result, report: Report, language: Language): HTMLElement {
  const say = words(language);
  const digest = (which: "sha256" | "sm3"): Node | string => {
    if (result.digests === "pending") return h("span", { class: "soft" }, say.pendingDigest);
    if (result.digests === "none") return h("span", { class: "soft" }, say.noDigest);
    return h("span", { class: "mono" }, grouped(result.digests[which]));
  };
  const pairs: [string, Node | string][] = [
    [say.name, fill(say.nameAndSize, { name: result.name, n: count(result.size) })],
    [say.kind, sharedWord(language, "fileKind", report.kind)],
    ...(report.case ? ([[say.case, report.case]] as [string, string][]) : []),
    ["SHA-256", digest("sha256")],
    ["SM3", digest("sm3")],
    [say.time, `${result.at} ${result.byClock ? say.byClock : say.byHand}`],
    ...(result.data.length > 0 ? ([[say.beside, result.data.join(say.comma)]] as [string, string][]) : []),
  ];
  return h("section", { "aria-label": say.examined }, rows(pairs));
}

function strip(report: Report, language: Language): HTMLElement {
  const cell = (layer: Layer): HTMLElement => {
    const status = report.layers[layer];
    return h("li", { class: status }, h("span", { class: "layer" }, sharedWord(language, "layer", layer)), shape(status), h("strong", {}, sharedWord(language, "status", status)));
  };
  return h("ol", { class: "strip", "aria-label": words(language).layers }, ...layers.map(cell));
}

function findingsView(report: Report, section: Section, language: Language): HTMLElement {
  const say = words(language);
  const [title, article, lead] = say.sections[section] as [string, string, string];
  const found = report.findings.filter((one) => sectionOf(one) === section).sort((a, b) => weight[a.status] - weight[b.status]);
  const one = (finding: Finding): HTMLElement =>
    h(
      "li",
      { class: finding.status },
      shape(finding.status),
      h("div", {}, h("p", {}, finding.message), h("p", { class: "soft small" }, `${sharedWord(language, "layer", finding.layer)} · ${sharedWord(language, "status", finding.status)} · `, h("code", {}, finding.code))),
    );
  return h(
    "section",
    { class: "block" },
    h("h3", {}, title, " ", h("span", { class: "article" }, article)),
    h("p", { class: "soft small" }, lead),
    found.length > 0 ? h("ul", { class: "findings" }, ...found.map(one)) : h("p", {}, say.nothingSaid),
  );
}

function trustView(report: Report, result: Result, language: Language): HTMLElement {
  const say = words(language);
  const kinds = say.trustKind as Record<string, string>;
  const origins = say.origin as Record<string, string>;
  const root = (one: Report["trust"][number]): HTMLElement => {
    const known = one.origin === "compiled-in" ? facts.trust.roots[one.sha256] : undefined;
    return h(
      "li",
      {},
      h("p", {}, one.name, " ", h("span", { class: one.origin === "compiled-in" ? "tag" : "tag amber" }, origins[one.origin] ?? one.origin)),
      h("p", { class: "soft small" }, kinds[one.kind] ?? one.kind, " · SHA-256 ", h("span", { class: "mono" }, grouped(one.sha256))),
      known && h("p", { class: "soft small" }, fill(say.taken, known)),
    );
  };
  const { serial, date, roots } = facts.trust;
  const where = result.trust.length > 0 ? fill(say.suppliedFiles, { names: result.trust.join(say.comma) }) : fill(say.builtIn, { serial, date, roots: Object.keys(roots).length });
  return block(
    say.trust,
    report.trust.length > 0 ? h("ul", { class: "roots" }, ...report.trust.map(root)) : h("p", {}, say.noTrust),
    h("p", { class: "small" }, where),
    h("p", { class: "soft small" }, say.trustNote),
  );
}

function aboutView(language: Language): HTMLElement {
  const say = words(language);
  const commands = ["Windows   certutil -hashfile verifier.html SHA256", "Linux     sha256sum verifier.html", "macOS     shasum -a 256 verifier.html", "SM3       openssl dgst -sm3 verifier.html"].join("\n");
  const [first, ...rest] = say.aboutSteps;
  return block(
    say.about,
    h("p", {}, say.came),
    h("ol", { class: "numbered" }, h("li", {}, first ?? "", h("pre", { class: "commands" }, commands)), ...rest.map((text) => h("li", {}, text))),
    rows([
      [say.version, `Fidem ${facts.version}`],
      [say.pageDigest, h("span", { class: "fill-in" }, say.pageDigestNote)],
      [say.moduleDigest, h("span", { class: "mono" }, grouped(facts.moduleSha256))],
    ]),
  );
}

function rawView(raw: string, say: Words): HTMLElement {
  const shown = h("pre", { class: "raw", tabindex: "0" });
  const details = h("details", {}, h("summary", {}, say.showRaw), shown);
  // Put in only when asked for: a report of ten thousand findings need not be there twice.
  details.addEventListener("toggle", () => {
    if (details.open && !shown.firstChild) shown.append(raw);
  });
  return h("section", { class: "block raw-block" }, h("h3", {}, say.raw), h("p", { class: "soft small" }, say.rawNote), details);
}
