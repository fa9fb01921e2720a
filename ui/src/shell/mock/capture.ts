/** Captures that never leave the page: `partial`, `late`, `broken`, `absent` in an address choose how one goes. */
import { ShellError, type CaptureFacts, type CaptureResult, type ChosenAuthority, type Completeness, type Facts, type InteractiveView, type ItemView, type ReferenceView, type SealView, type Sealed } from "../types";
import { digests, sampleBytes } from "./bytes";
import type { MockCase } from "./cases";
import { reportOf } from "./cleanliness";
import { answer, newSeal } from "./sealing";

export const captureSteps = ["self-test", "launch", "examine", "open", "look", "close", "examine", "archive", "seal"];

interface Around {
  person: string;
  office: string;
  authorities: ChosenAuthority[];
  silent: boolean;
  ofOffice: boolean;
}

/** What keeps an address from being captured, the first time. */
export function refusalFor(url: string): ShellError | null {
  if (!/^https?:\/\/./.test(url)) return new ShellError("capture-address", { detail: url });
  return url.includes("broken") ? new ShellError("browser-launch", { detail: "exit status 133" }) : null;
}

function wholeness(url: string): Completeness {
  const partial = url.includes("partial");
  const line = (code: string, address: string, reason: string, marks: boolean) => ({ code, url: address, reason, partial: marks });
  const lines = [line("background", "https://update.browser.example/", "", false), line("stream-open", "https://push.shop.example/events", "", false)];
  if (partial) {
    lines.push(line("scroll-bound", "", "pixels 40000 / 61240", true), line("failed", "https://img.shop.example/88213-7.webp", "ERR_CONNECTION_RESET", true));
    lines.push(line("media-streamed", "blob:https://shop.example/3d0c", "", true));
  }
  if (url.includes("absent")) lines.push(line("not-opened", url, "ERR_NAME_NOT_RESOLVED", true));
  return { partial: lines.some((one) => one.partial), exchanged: 113, archived: 113, requested: 109, answered: partial ? 108 : 109, referred: 96, captured: 91, explained: 5, background: 4, lines };
}

function facts(url: string, around: Around): Facts {
  return {
    origin: { kind: "office-capture", cleanCheckPassed: false },
    art14Kind: "web",
    handedOverBy: "无",
    receivedBy: around.person,
    receivedPlace: around.office,
    obtained: `网页取证：${url}`,
    carrier: { kind: "", make: "", model: "", serial: "", capacity: "", condition: "", disposition: "", sealed: false },
    original: { availableInCourt: "", where: "", byWhom: "", until: "" },
    art18: { source: `互联网地址 ${url}`, generation: "浏览器访问该地址，由浏览器自身网络日志逐字节记录", storage: "存于本处加密卷宗库", notarisation: "无", witness: "无", corroboration: "无" },
  };
}

const reason = "含 Cookie、口令、会话密钥等，已加密留存本处 / holds cookies, passwords or session keys; kept encrypted at the office";

function add(one: MockCase, name: string, mediaType: string, bytes: number, known: Facts, withheld: string | null = null): ItemView {
  const batch = Math.max(0, ...one.items.map((item) => item.batch)) + 1;
  const item: ItemView = { number: one.items.length + 1, name, class: "A-", mediaType, bytes, ...digests(`${one.view.id} ${name} ${one.items.length}`), receivedAt: new Date().toISOString(), batch, facts: known, seal: null, withdrawn: null, withheld };
  one.items.push(item);
  return item;
}

function sealed(one: MockCase, items: ItemView[], around: Around): SealView {
  const seal = newSeal(one, items, around.person);
  answer(seal, around.authorities, around.silent);
  return seal;
}

function shortOf({ number, state, items, tokens }: SealView): Sealed {
  return { number, state, items, tokens };
}

export function captureInto(one: MockCase, url: string, around: Around, interactive: InteractiveView | null = null): CaptureResult {
  const id = digests(`${url} ${one.items.length}`).sha256.slice(0, 32);
  const short = id.slice(0, 8);
  const known = facts(url, around);
  const before = add(one, `cleanliness-before-${short}.json`, "application/json", 48_211, known);
  const sealBefore = sealed(one, [before], around);
  const wacz = add(one, `capture-${short}.wacz`, "application/wacz", 4_812_334, known);
  const rest = [
    add(one, `cleanliness-after-${short}.json`, "application/json", 49_502, known),
    add(one, `${short}-netlog.json.gz.age`, "application/octet-stream", 2_204_118, known, reason),
    add(one, `${short}-tls-keys.log.age`, "application/octet-stream", 9_310, known, reason),
    add(one, `${short}-whole.wacz.age`, "application/octet-stream", 4_820_112, known, reason),
  ];
  const seal = sealed(one, [wacz, ...rest], around);
  const absent = url.includes("absent");
  const counts = reportOf(false, true).counts;
  one.captures.push({ id, interactive: interactive !== null, abnormal: counts.abnormal > 0, at: new Date().toISOString() });
  return {
    capture: id,
    item: wacz.number,
    items: [before, wacz, ...rest].map((item) => item.number),
    url,
    wacz: wacz.name,
    class: "A-",
    ending: absent ? { code: "not-opened", detail: "ERR_NAME_NOT_RESOLVED" } : { code: "closed", detail: "" },
    completeness: wholeness(url),
    before: counts,
    after: reportOf(true, true).counts,
    referencesBefore: [reference(false, false)],
    referencesAfter: [reference(true, url.includes("partial"))],
    sealBefore: shortOf(sealBefore),
    seal: shortOf(seal),
    masked: url.includes("partial") ? 14 : 1,
    interactive,
    waiting: seal.state === "waiting",
    gapSeconds: url.includes("late") ? 1_260 : null,
  };
}

/** A page that came before, and after a cut network does not. */
function reference(after: boolean, cut: boolean): ReferenceView {
  const known = { address: "http://known.example/", asked: new Date().toISOString() };
  if (after && cut) return { ...known, came: false, status: null, peer: null, sha256: null, error: "known.example cannot be reached: Network is unreachable (os error 101)" };
  return { ...known, came: true, status: 200, peer: "203.0.113.7:80", sha256: digests("known").sha256, error: null };
}

function urlOf(item: ItemView | undefined): string {
  const url = item?.facts.obtained.replace("网页取证：", "");
  if (!item || !url) throw new ShellError("damaged", { detail: "no archive" });
  return url;
}

export function capturedFacts(one: MockCase, number: number): CaptureFacts {
  const url = urlOf(one.items[number - 1]);
  const completeness = wholeness(url);
  return {
    capture: digests(url).sha256.slice(0, 32),
    url,
    finalUrl: `${url}?from=home`,
    title: "青瓷茶具 六件套 - 云上好物旗舰店",
    redirects: [{ url: url.replace("https", "http"), status: null, internal: "HSTS" }, { url, status: 302, internal: "" }, { url: `${url}?from=home`, status: 200, internal: "" }],
    started: "2026-11-22T02:30:09.120Z",
    ended: "2026-11-22T02:30:41.873Z",
    clockStepMs: 0,
    ending: { code: "closed", detail: "" },
    browser: "Chromium 156.0.7202.33",
    browserSha256: digests("chromium").sha256,
    userAgent: "Mozilla/5.0 (X11; Linux x86_64)",
    viewport: [1280, 900],
    pageSize: [1280, 6840],
    peers: [{ address: "192.0.2.44:443", connections: 6, tls: "TLS 1.3", error: "" }, { address: "198.51.100.7:443", connections: 2, tls: "TLS 1.2", error: "" }],
    proxy: ["DIRECT"],
    completeness,
    deviations: url.includes("partial") ? [{ code: "profile-on-disk", detail: "" }] : [],
    downloads: [],
    interactive: null,
    pictures: ["viewport.png", "full.png", "tile-001.png", "tile-002.png"],
  };
}

export function picture(one: MockCase, number: number, name: string): Promise<Uint8Array<ArrayBuffer>> {
  urlOf(one.items[number - 1]);
  return sampleBytes("image/png", name);
}
