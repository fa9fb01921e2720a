/** The verifier as a page: files in, reports out, everything in this browser. */
import facts from "build-facts";
import { byId, h } from "./dom";
import { besideOf, dropped, roleOf, settle, type Handed, type Role } from "./files";
import { instant, roughly, size } from "./format";
import { moduleOctets, startJob, type Running } from "./job";
import type { Options, Told } from "./protocol";
import { reportView, verdictOf, type Report, type Result } from "./report";
import { fill, words, type Language } from "./words";

/** What was said last, to be said again in the other language. */
type Saying = (language: Language) => string;

const roles: Role[] = ["subject", "data", "trust", "headers", "signature", "aside"];
let language: Language = /^zh/i.test(navigator.language) ? "zh" : "en";
let handed: Handed[] = [];
let results: Result[] = [];
let problems: Saying[] = [];
let running: Running | null = null;
let module: ArrayBuffer | null = null;

function say(): ReturnType<typeof words> {
  return words(language);
}

function show(): void {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  document.title = language === "zh" ? "Fidem 存证 · 离线核验" : "Fidem · offline verifier";
  for (const element of document.querySelectorAll<HTMLElement>("[data-say]")) {
    element.textContent = say()[element.dataset["say"] as "title"];
  }
  for (const element of document.querySelectorAll<HTMLElement>("[data-only]")) element.hidden = element.dataset["only"] !== language;
  for (const button of document.querySelectorAll<HTMLElement>("[data-language]")) button.setAttribute("aria-pressed", String(button.dataset["language"] === language));
  byId("reports").setAttribute("aria-label", say().report);
  showFiles();
  showReports();
}

function showFiles(): void {
  const list = byId("list");
  list.replaceChildren();
  if (handed.length > 0) list.append(table());
  if (handed.some((one) => one.role === "trust")) list.append(h("p", { class: "amber-note" }, say().withTrust));
  const ready = handed.some((one) => one.role === "subject");
  byId<HTMLButtonElement>("start").disabled = !ready || running !== null;
  byId("missing").textContent = ready || running ? "" : handed.length > 0 ? say().noSubject : say().nothingYet;
}

function table(): HTMLElement {
  const head = h("tr", {}, h("th", { scope: "col" }, say().file), h("th", { scope: "col" }, say().size), h("th", { scope: "col" }, say().role), h("td", {}));
  return h("table", {}, h("thead", {}, head), h("tbody", {}, ...handed.map(row)));
}

function row(one: Handed): HTMLElement {
  const select = h("select", { "aria-label": fill(say().roleOf, { name: one.name }) }, ...roles.map((role) => option(role, one.role)));
  select.addEventListener("change", () => {
    one.role = select.value as Role;
    showFiles();
  });
  const remove = h("button", { type: "button", class: "quiet", "aria-label": fill(say().removeOf, { name: one.name }) }, say().remove);
  remove.addEventListener("click", () => {
    handed = handed.filter((other) => other !== one);
    showFiles();
    byId("add-files").focus();
  });
  select.disabled = remove.disabled = running !== null;
  return h("tr", {}, h("td", { class: "file-name" }, one.name), h("td", { class: "figures" }, size(one.file.size)), h("td", {}, select), h("td", {}, remove));
}

function option(role: Role, chosen: Role): HTMLElement {
  return h("option", role === chosen ? { value: role, selected: "" } : { value: role }, say().roles[role]);
}

async function take(files: [File, string][], as?: Role): Promise<void> {
  if (running) return;
  const taken: Handed[] = [];
  for (const [file, name] of files) {
    if (handed.some((one) => one.name === name && one.file.size === file.size && one.file.lastModified === file.lastModified)) continue;
    taken.push({ file, name, role: as ?? (await roleOf(file)) });
  }
  handed = [...handed, ...taken];
  if (!as && !handed.some((one) => one.role === "subject")) settle(handed);
  showFiles();
  if (!byId<HTMLButtonElement>("start").disabled) byId("start").focus();
}

/** Every file to verify, one after another, each with the same originals and the same trust. */
async function start(): Promise<void> {
  results = [];
  problems = [];
  byId("reports").replaceChildren();
  const subjects = handed.filter((one) => one.role === "subject");
  for (const subject of subjects) {
    if ((await verify(subject)) === "cancelled") break;
  }
  const judged = new Set(subjects.flatMap((subject) => besideOf(subject, handed)));
  for (const { name } of handed.filter((one) => one.role === "signature" && !judged.has(one))) {
    problems.push((now) => fill(words(now).orphan, { name }));
  }
  running = null;
  byId("running").hidden = true;
  showFiles();
  showReports();
  byId("reports").focus({ preventScroll: true });
  byId("reports").scrollIntoView({ block: "start" });
}

function verify(subject: Handed): Promise<"done" | "cancelled"> {
  const of = (role: Role): Handed[] => handed.filter((one) => one.role === role);
  const [trust, data, headers, signatures] = [of("trust"), of("data"), of("headers"), besideOf(subject, handed)];
  const names = (list: Handed[]): string[] => list.map((one) => one.name);
  const given = byId<HTMLInputElement>("at").value.trim();
  const at = given || instant(new Date());
  const digest = byId<HTMLInputElement>("digest").value.trim();
  const options: Options = { at, lang: "both", data: names(data), headers: names(headers), signatures: names(signatures) };
  if (trust.length > 0) options.trust = names(trust);
  if (digest) options.digest = digest;
  const result: Result = { name: subject.name, size: subject.file.size, at, byClock: !given, data: names(data), trust: names(trust), raw: { zh: "", en: "" }, digests: "pending" };
  const files = [subject, ...trust, ...data, ...headers, ...signatures].map((one) => one.file);
  return new Promise((finished) => {
    const end = (how: "done" | "cancelled"): void => {
      running?.cancel();
      finished(how);
    };
    const begun = performance.now();
    const told = (what: Told): void => {
      if (what.what === "progress") return showProgress(what, subject.name, begun);
      if (what.what === "report") return add(result, what);
      if (what.what === "digests") result.digests = { sha256: what.sha256, sm3: what.sm3 };
      if (what.what === "digests-failed") result.digests = "none";
      if (what.what === "failed") fail(subject.name, what);
      showReports();
      end("done");
    };
    const job = startJob({ module: module ?? new ArrayBuffer(0), options, files }, told);
    running = {
      cancel: () => job.cancel(),
    };
    byId("cancel").onclick = () => {
      const reported = results.includes(result);
      if (reported) result.digests = "none";
      else problems.push((now) => fill(words(now).cancelled, { name: subject.name }));
      end("cancelled");
    };
    byId("running").hidden = false;
    byId<HTMLProgressElement>("bar").removeAttribute("value");
    byId("running-what").textContent = fill(say().verifying, { name: subject.name });
    byId("running-how").textContent = "";
    showFiles();
    byId("cancel").focus();
  });
}

/** A report, or why there is none. */
function add(result: Result, told: { zh: string; en: string }): void {
  const [zh, en] = [told.zh, told.en].map((text) => JSON.parse(text) as { error?: { message: string } });
  if (zh?.error && en?.error) {
    const message = { zh: zh.error.message, en: en.error.message };
    problems.push((now) => fill(words(now).refused, { name: result.name, message: message[now] }));
    return;
  }
  result.raw = { zh: told.zh, en: told.en };
  results.push(result);
  showReports();
  announce(result);
}

function announce(result: Result): void {
  const report = JSON.parse(result.raw[language]) as Report;
  byId("said").textContent = fill(say().done, { name: result.name, verdict: verdictOf(report, say()) });
}

function fail(name: string, told: { stage: string; reason: string }): void {
  if (told.stage === "module") return cannotRun(told.reason);
  problems.push((now) => fill(words(now).failed, { name, reason: told.reason }));
}

/** The manual route, with the reason. */
function cannotRun(reason: string): void {
  const cause = byId("cause");
  cause.textContent = fill(say().cause, { reason });
  cause.hidden = false;
  byId("manual").classList.add("needed");
  byId("manual").scrollIntoView({ block: "start" });
}

function showProgress(told: { stage: string; done: number; total: number }, name: string, begun: number): void {
  const bar = byId<HTMLProgressElement>("bar");
  bar.value = told.total > 0 ? told.done / told.total : 0;
  byId("running-what").textContent = fill(told.stage === "digest" ? say().digesting : say().verifying, { name });
  const seconds = (performance.now() - begun) / 1000;
  const speed = told.done / Math.max(seconds, 0.001);
  const first = fill(say().reading, { read: size(told.done), total: size(told.total), speed: size(speed) });
  const rest = told.stage === "verify" && seconds > 2 && told.done > 0 ? ` · ${fill(say().left, { left: roughly((told.total - told.done) / speed, language) })}` : "";
  byId("running-how").textContent = first + rest;
}

function showReports(): void {
  byId("reports").replaceChildren(...problems.map((text) => h("p", { class: "problem", role: "alert" }, text(language))), ...results.map((result) => reportView(result, language, { print: () => printed(result), save })));
}

/** The name of the file the browser offers when the report is printed into one. */
function printed(result: Result): void {
  const before = document.title;
  document.title = `${say().report} ${result.name}`;
  for (const [index, view] of Array.from(byId("reports").querySelectorAll(".report")).entries()) view.classList.toggle("not-printed", results[index] !== result);
  print();
  document.title = before;
}

function save(json: string): void {
  const link = h("a", { href: URL.createObjectURL(new Blob([json, "\n"], { type: "application/json" })), download: "report.json" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function listen(): void {
  const choose = (button: string, input: string, as?: Role): void => {
    const chooser = byId<HTMLInputElement>(input);
    byId(button).addEventListener("click", () => chooser.click());
    chooser.addEventListener("change", () => {
      const files = Array.from(chooser.files ?? [], (file): [File, string] => [file, file.webkitRelativePath || file.name]);
      chooser.value = "";
      void take(files, as);
    });
  };
  choose("add-files", "files");
  choose("add-folder", "folder");
  choose("add-trust", "trust", "trust");
  byId("start").addEventListener("click", () => void start());
  for (const button of document.querySelectorAll<HTMLElement>("[data-language]")) {
    button.addEventListener("click", () => {
      language = button.dataset["language"] as Language;
      show();
    });
  }
  const zone = byId("drop");
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("over");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) zone.classList.remove("over");
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    if (event.dataTransfer) void dropped(event.dataTransfer).then((files) => take(files));
  });
}

/** What the page needs of a browser; where it is missing, the manual route stays as it stands in the page. */
function lacking(): string | null {
  if (typeof WebAssembly !== "object") return "WebAssembly";
  if (typeof Worker !== "function") return "Worker";
  if (typeof DecompressionStream !== "function") return "DecompressionStream";
  if (typeof BigInt !== "function") return "BigInt";
  return null;
}

async function begin(): Promise<void> {
  const without = lacking();
  if (without) throw new Error(without);
  module = await moduleOctets();
  if (module.byteLength !== facts.moduleLength || !(await WebAssembly.compile(module))) throw new Error("module");
  byId("manual").classList.add("at-hand");
  byId("work").hidden = false;
  byId("languages").hidden = false;
  listen();
  show();
}

begin().catch((error: unknown) => {
  for (const element of document.querySelectorAll<HTMLElement>("[data-only]")) element.hidden = false;
  const cause = byId("cause");
  cause.textContent = `${words("zh").cause.replace("{reason}", String(error))} ${words("en").cause.replace("{reason}", String(error))}`;
  cause.hidden = false;
});
