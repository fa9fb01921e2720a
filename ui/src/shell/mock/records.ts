/** Records of work in memory: every version is kept, two persons give a reason, what is complete is sealed. */
import { away, lackingOf, onsiteLacking, phoneFindings, plainDigest } from "../../state/records";
import { ShellError, type DeviceStandingView, type ItemView, type MissingFact, type OnSiteForm, type Person, type RecordBody, type RecordKind, type RecordRow, type RecordsView, type RecordView, type WantedRecord } from "../types";
import { digests } from "./bytes";
import type { MockCase } from "./cases";

export interface MockCapture {
  id: string;
  interactive: boolean;
  abnormal: boolean;
  at: string;
}

export interface MockRecord {
  kind: RecordKind;
  number: number;
  version: number;
  complete: boolean;
  at: string;
  person: string;
  item: number | null;
  body: RecordBody;
}

const names: Record<RecordKind, string> = { onsite: "onsite-record", phone: "phone-record", reason: "continuation-reason" };
const wantedNames = { onsite: "onsite-record", phone: "phone-record", reason: "continuation-reason" } as const;

function latest(one: MockCase): MockRecord[] {
  const last = (record: MockRecord) => !one.records.some((other) => other.kind === record.kind && other.number === record.number && other.version > record.version);
  return one.records.filter(last);
}

function rowOf(one: MockCase, record: MockRecord): RecordRow {
  const { body, ...row } = record;
  const lacking = body.reason ? (record.complete ? [] : ["second-person"]) : lackingOf(body, one.items);
  return { ...row, lacking, findings: body.phone ? phoneFindings(body.phone) : [] };
}

export function wantedOf(one: MockCase): WantedRecord[] {
  const standing = latest(one);
  const complete = standing.filter((record) => record.complete);
  const draft = (kind: RecordKind) => standing.filter((record) => record.kind === kind && !record.complete).at(-1)?.number ?? null;
  const covered = complete.flatMap((record) => (record.body.onsite ? [...record.body.onsite.captures, ...record.body.onsite.items] : []));
  const given = complete.flatMap((record) => record.body.reason?.captures ?? []);
  const records = one.records.map((record) => record.item);
  const captures = one.captures.filter((capture) => capture.interactive && !covered.includes(capture.id)).map((capture) => capture.id);
  const items = one.items.filter((item) => !item.withdrawn && item.facts.origin.kind === "on-site" && !covered.includes(item.number) && !records.includes(item.number)).map((item) => item.number);
  const unreasoned = one.captures.filter((capture) => capture.abnormal && !given.includes(capture.id)).map((capture) => capture.id);
  const want = (kind: RecordKind, forCaptures: string[], forItems: number[]): WantedRecord => ({ missing: wantedNames[kind], captures: forCaptures, items: forItems, record: draft(kind), blocks: kind !== "phone" });
  return [
    ...(captures.length || items.length ? [want("onsite", captures, items)] : []),
    ...(unreasoned.length ? [want("reason", unreasoned, [])] : []),
    ...(draft("phone") === null ? [] : [want("phone", [], [])]),
  ];
}

export function missingRecords(one: MockCase): MissingFact[] {
  return wantedOf(one).map((wanted) => wanted.missing);
}

export function recordsOf(one: MockCase): RecordsView {
  return { rows: latest(one).map((record) => rowOf(one, record)), wanted: wantedOf(one) };
}

function find(one: MockCase, kind: RecordKind, number: number): MockRecord {
  const found = latest(one).find((record) => record.kind === kind && record.number === number);
  if (!found) throw new ShellError("unknown-record");
  return found;
}

export function showRecord(one: MockCase, kind: RecordKind, number: number): RecordView {
  const record = find(one, kind, number);
  return { row: rowOf(one, record), body: record.body };
}

export function proposalOf(one: MockCase, person: Person, desk: DeviceStandingView): OnSiteForm {
  const wanted = wantedOf(one).find((each) => each.missing === "onsite-record");
  const times = one.captures.filter((capture) => wanted?.captures.includes(capture.id)).map((capture) => capture.at.replace(/\.\d+Z$/, "Z")).sort();
  const own = person.roles.includes("notary") ? "notary" : "assistant";
  return {
    began: times[0] ?? "",
    ended: times.at(-1) ?? "",
    place: "",
    persons: [{ capacity: own, name: person.name, note: "" }, { capacity: "applicant", name: one.view.applicant, note: "" }],
    device: { description: "", identity: (desk.ofOffice && desk.identity) || "" },
    network: desk.inNetwork ? "本处网络" : "",
    steps: [],
    captures: wanted?.captures ?? [],
    items: wanted?.items ?? [],
    under_seal: [],
    nothing_sealed: false,
    signatories: [person.name],
    remarks: "",
  };
}

export function writeRecord(one: MockCase, kind: RecordKind, number: number | null, given: RecordBody, complete: boolean, person: Person): RecordRow {
  if (!person.roles.some((role) => role === "clerk" || role === "notary")) throw new ShellError("role", { needed: "clerk, notary" });
  const body = structuredClone(given);
  if (body.reason && !body.reason.captures.length) body.reason.captures = wantedOf(one).find((each) => each.missing === "continuation-reason")?.captures ?? [];
  if (body.phone) Object.assign(body.phone.app, { signing_sha256: plainDigest(body.phone.app.signing_sha256), expected_sha256: plainDigest(body.phone.app.expected_sha256) });
  const lacking: string[] = body.onsite ? onsiteLacking(body.onsite, away(body.onsite, one.items)) : lackingOf(body, one.items);
  if (body.reason && !body.reason.captures.length) lacking.push("captures");
  if ((complete || kind === "reason") && lacking.length) throw new ShellError("record-incomplete", { lacking: lacking.join(", ") });
  const before = number === null ? null : find(one, kind, number);
  if (before?.body.reason && before.complete) throw new ShellError("unknown-record");
  const fresh = Math.max(0, ...one.records.filter((record) => record.kind === kind).map((record) => record.number)) + 1;
  const record: MockRecord = { kind, number: before?.number ?? fresh, version: (before?.version ?? 0) + 1, complete, at: new Date().toISOString(), person: person.name, item: null, body };
  one.records.push(record);
  return rowOf(one, record);
}

export function confirmReason(one: MockCase, number: number, person: Person): RecordRow {
  const before = find(one, "reason", number);
  if (before.complete) throw new ShellError("unknown-record");
  if (before.person === person.name) throw new ShellError("reason-alone", { detail: before.person });
  const record = { ...structuredClone(before), version: before.version + 1, complete: true, at: new Date().toISOString(), person: person.name };
  one.records.push(record);
  return rowOf(one, record);
}

export function pendingRecords(one: MockCase): MockRecord[] {
  return latest(one).filter((record) => record.complete && record.item === null);
}

/** Makes items of completed records, for the seal that follows. */
export function keepRecords(one: MockCase): void {
  for (const record of pendingRecords(one)) {
    const about = one.items.find((item) => record.body.onsite?.items.includes(item.number)) ?? one.items[0];
    if (!about) continue;
    const name = `${names[record.kind]}-${record.number}.json`;
    const kept: ItemView = { ...structuredClone(about), number: one.items.length + 1, name, mediaType: "application/json", bytes: 2_480, ...digests(`${one.view.id} ${name} ${record.version}`), receivedAt: record.at, seal: null, withdrawn: null, withheld: null };
    one.items.push(kept);
    record.item = kept.number;
  }
}

/** `records=wanted`: a recording made on site, and an interactive capture that found something abnormal before it. */
export function seedWork(one: MockCase): void {
  const sample = one.items[0];
  if (!sample) return;
  const add = (name: string, mediaType: string, more: Partial<ItemView["facts"]>, letter: ItemView["class"]) => {
    one.items.push({ ...structuredClone(sample), number: one.items.length + 1, name, mediaType, class: letter, batch: 4, ...digests(name), facts: { ...structuredClone(sample.facts), ...more } });
    return one.items.length;
  };
  add("店铺现场录像.mp4", "video/mp4", { origin: { kind: "on-site", officers: ["苏晚", "林知远"] }, handedOverBy: "无" }, "B");
  add("mmexport1763776204511.jpg", "image/jpeg", {}, "C");
  const id = digests("visit").sha256.slice(0, 32);
  const url = "https://shop.example/orders";
  add(`cleanliness-before-${id.slice(0, 8)}.json`, "application/json", { origin: { kind: "office-capture", cleanCheckPassed: false } }, "A-");
  add(`capture-${id.slice(0, 8)}.wacz`, "application/wacz", { origin: { kind: "office-capture", cleanCheckPassed: false }, obtained: `网页取证：${url}` }, "A-");
  one.captures.push({ id, interactive: true, abnormal: true, at: "2026-11-22T02:30:09Z" });
}
