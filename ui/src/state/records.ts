/**
 * What a record of work must say before it can be completed (docs/format/onsite.md).
 *
 * The office decides; the same rules stand here so that what is lacking is listed while it is being typed.
 */
import type { Capacity, ItemView, OnSiteForm, PhoneForm, PhoneItemForm, ReasonForm, RecordBody, RecordKind, WantedRecord } from "../shell/types";

export const capacities = ["notary", "assistant", "applicant", "agent", "witness", "technician", "other"] as const satisfies readonly Capacity[];
export const answers = ["yes", "no", "unknown"] as const;
export const findingCodes = ["app-certificate-differs", "app-certificate-not-read", "rooted", "root-not-checked"] as const;
export type FindingCode = (typeof findingCodes)[number];

const empty = (text: string) => text.trim() === "";
const isTime = (text: string) => /^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text));

export const kindOf: Record<WantedRecord["missing"], RecordKind> = { "onsite-record": "onsite", "phone-record": "phone", "continuation-reason": "reason" };

function codes<T extends string>(rules: readonly (readonly [T, boolean])[]): T[] {
  return rules.filter(([, lacks]) => lacks).map(([code]) => code);
}

/** Work away from the office is done by two persons of it. */
export function away(form: OnSiteForm, items: ItemView[]): boolean {
  return items.some((item) => form.items.includes(item.number) && item.facts.origin.kind === "on-site");
}

export function onsiteLacking(form: OnSiteForm, two: boolean) {
  const officers = new Set(form.persons.filter((one) => !empty(one.name) && ["notary", "assistant"].includes(one.capacity)).map((one) => one.name.trim()));
  const timed = isTime(form.began) && isTime(form.ended);
  return codes([
    ["began", !isTime(form.began)],
    ["ended", !isTime(form.ended)],
    ["ended-before-began", timed && Date.parse(form.ended) < Date.parse(form.began)],
    ["place", empty(form.place)],
    ["persons", form.persons.every((one) => empty(one.name))],
    ["office-person", officers.size === 0],
    ["two-office-persons", two && officers.size < 2],
    ["device", empty(form.device.identity) && empty(form.device.description)],
    ["network", empty(form.network)],
    ["steps", form.steps.every((one) => empty(one.what))],
    ["items", !form.items.length && !form.captures.length],
    ["under-seal", !form.nothing_sealed && form.under_seal.every((one) => empty(one.number))],
    ["signatories", form.signatories.every(empty)],
  ] as const);
}

/** A digest without the blanks, colons and capitals that tools print. */
export function plainDigest(text: string): string {
  return text.replace(/[\s:]/g, "").toLowerCase();
}

function noDigest(text: string): boolean {
  return !/^([0-9a-f]{64})?$/.test(plainDigest(text));
}

function carrierSaid({ original }: PhoneItemForm): boolean {
  if (original.available_in_court === "no") return true;
  return original.available_in_court === "yes" && !empty(original.where) && !empty(original.by_whom);
}

export function phoneLacking(form: PhoneForm) {
  const app = !empty(form.app.name);
  return codes([
    ["make", empty(form.make)],
    ["model", empty(form.model)],
    ["serial-or-imei", empty(form.serial) && empty(form.imei)],
    ["os", empty(form.os) || empty(form.os_version)],
    ["app-package", app && empty(form.app.package)],
    ["app-version", app && empty(form.app.version)],
    ["app-install-source", app && empty(form.app.install_source)],
    ["app-signing", noDigest(form.app.signing_sha256)],
    ["app-expected", noDigest(form.app.expected_sha256)],
    ["network", empty(form.network)],
    ["operated-by", empty(form.operated_by)],
    ["steps", form.steps.every((one) => empty(one.what))],
    ["items", !form.items.length],
    ["original-carrier", !form.items.every(carrierSaid)],
  ] as const);
}

/** What speaks against the phone; none of it keeps the record from being completed. */
export function phoneFindings(form: PhoneForm): FindingCode[] {
  const signing = plainDigest(form.app.signing_sha256);
  const expected = plainDigest(form.app.expected_sha256);
  return codes([
    ["app-certificate-differs", signing !== "" && expected !== "" && signing !== expected],
    ["app-certificate-not-read", !empty(form.app.name) && signing === ""],
    ["rooted", form.rooted === "yes"],
    ["root-not-checked", form.rooted === "unknown"],
  ] as const);
}

export function reasonLacking(form: ReasonForm) {
  return codes([["reason", empty(form.reason)]] as const);
}

export type LackCode = ReturnType<typeof onsiteLacking>[number] | ReturnType<typeof phoneLacking>[number] | ReturnType<typeof reasonLacking>[number];

export function lackingOf(body: RecordBody, items: ItemView[]): LackCode[] {
  if (body.onsite) return onsiteLacking(body.onsite, away(body.onsite, items));
  if (body.phone) return phoneLacking(body.phone);
  return body.reason ? reasonLacking(body.reason) : [];
}

/** Names that chat applications give to what they pass on. A name proves nothing: it is a reason to ask. */
export function chatNamed(name: string): boolean {
  return /^(mmexport|wx_camera_|微信图片|微信视频|wechat image|wechatimg|wechat video|qq图片|qq视频|whatsapp image|whatsapp video|telegram-cloud-|(img|vid)-\d{8}-wa\d)/i.test(name);
}

export function blankPhone(person: string): PhoneForm {
  const app = { name: "", package: "", version: "", install_source: "", signing_sha256: "", expected_sha256: "" };
  return { make: "", model: "", serial: "", imei: "", os: "", os_version: "", rooted: "unknown", app, accounts: [], network: "", operated_by: person, steps: [{ at: "", what: "" }], items: [], photos: [], remarks: "" };
}

export function phoneItem(item: number): PhoneItemForm {
  return { item, forwarded: "unknown", original: { available_in_court: "", where: "", by_whom: "", until: "" } };
}

const beijing = 8 * 3_600_000;

/** What a field for date and time shows of an instant: Beijing time. */
export function toField(instant: string): string {
  return isTime(instant) ? new Date(Date.parse(instant) + beijing).toISOString().slice(0, 19) : "";
}

/** The instant of such a field, RFC 3339 UTC with whole seconds; empty where nothing was entered. */
export function fromField(value: string): string {
  const at = Date.parse(`${value}+08:00`);
  return value === "" || Number.isNaN(at) ? "" : new Date(at).toISOString().replace(/\.\d+Z$/, "Z");
}

/** The address a capture went to, or its short identifier where its archive is not among these items. */
export function captureName(id: string, items: ItemView[]): string {
  const archive = items.find((item) => item.name === `capture-${id.slice(0, 8)}.wacz`);
  return archive?.facts.obtained.replace(/^网页取证(（中断）)?：/, "") || id.slice(0, 8);
}
