/** A rail as its form shows it, and the settings as the office keeps them. Pure. */
import type { NetworkFacts, RailForm } from "../shell/types";

export const railKinds = ["opentimestamps", "evm", "fisco", "bsn-fabric", "fabric"] as const;
export type RailKind = (typeof railKinds)[number];

export interface HeaderRow {
  name: string;
  value: string;
}
type FieldType = "text" | "secret" | "secret-lines" | "block" | "lines" | "number" | "numbers" | "choice" | "switch" | "headers" | "json";
interface FieldOf<N extends string> {
  name: N;
  type: FieldType;
  required?: boolean;
  options?: readonly string[];
  initial?: string;
}
const field = <N extends string>(name: N, type: FieldType, more: Omit<FieldOf<N>, "name" | "type"> = {}): FieldOf<N> => ({ name, type, ...more });
const required = { required: true } as const;

/** The fields of each kind in their order; a secret is required only of a new rail. */
const byKind = {
  opentimestamps: [
    field("calendars", "lines", required),
    field("source", "choice", { options: ["esplora", "node"], initial: "esplora" }),
    field("network", "choice", { options: ["bitcoin", "bitcoin-testnet", "bitcoin-signet", "bitcoin-regtest"], initial: "bitcoin" }),
    field("source_url", "text", required),
    field("confirmations", "number", { ...required, initial: "6" }),
  ],
  evm: [
    field("url", "text", required),
    field("project", "secret"),
    field("chain_id", "number", required),
    field("headers", "headers"),
    field("key", "secret", required),
    field("to", "text"),
    field("fee_kind", "choice", { options: ["automatic", "legacy", "market"], initial: "automatic" }),
    field("consensus", "choice", { options: ["none", "clique", "ibft2", "qbft"], initial: "none" }),
    field("confirmations", "number", { initial: "12" }),
    field("max_fee_per_gas", "number"),
    field("max_gas", "number"),
    field("finalized_tag", "switch"),
  ],
  fisco: [
    field("generation", "choice", { options: ["v2", "v3"], initial: "v3" }),
    field("suite", "choice", { options: ["keccak-secp256k1", "sm3-sm2"], initial: "keccak-secp256k1" }),
    field("url", "text", required),
    field("headers", "headers"),
    field("chain", "text", required),
    field("group", "text", required),
    field("node", "text"),
    field("window", "number"),
    field("key", "secret", required),
    field("to", "text"),
    field("sealers", "lines", required),
    field("weights", "numbers"),
  ],
  "bsn-fabric": [
    field("url", "text", required),
    field("user_code", "text", required),
    field("app_code", "text", required),
    field("channel", "text", required),
    field("chaincode", "text", required),
    field("function", "text", required),
    field("user_name", "text"),
    field("algorithm", "choice", { options: ["r1", "k1", "sm2"], initial: "r1" }),
    field("key", "secret-lines", required),
    field("gateway_key", "block", required),
  ],
  fabric: [
    field("url", "text", required),
    field("channel", "text", required),
    field("chaincode", "text", required),
    field("function", "text", required),
    field("msp_id", "text", required),
    field("certificate", "block", required),
    field("key", "secret-lines", required),
    field("tls_roots", "block"),
    field("tls_certificate", "block"),
    field("tls_key", "secret-lines"),
    field("pins", "json"),
  ],
} as const;

export type FieldName = (typeof byKind)[RailKind][number]["name"];
export type Field = FieldOf<FieldName>;
export function fieldsOf(kind: RailKind): readonly Field[] {
  return byKind[kind];
}

/** Public calendars of several operators, to be taken or not. */
export const publicCalendars = ["https://alice.btc.calendar.opentimestamps.org", "https://bob.btc.calendar.opentimestamps.org", "https://finney.calendar.eternitywall.com", "https://btc.calendar.catallaxy.com"];
export const publicHeaders = "https://blockstream.info/api";

/** What is known of a network, in the order in which it is asked for and printed. */
export const factNames = ["operator", "framework", "region", "filing", "identity", "nodes", "contract", "finality", "genesis", "conformity", "asOf"] as const;

export interface RailDraft {
  /** The rail was there before: its name and kind stay, and so do secrets left empty. */
  known: boolean;
  name: string;
  enabled: boolean;
  kind: RailKind;
  text: Record<string, string>;
  switches: Record<string, boolean>;
  headers: HeaderRow[];
  facts: NetworkFacts;
  /** Settings that the form does not show; they stay as they are. */
  rest: Record<string, unknown>;
}

const unknown: NetworkFacts = { access: "consortium", asOf: "", conformity: "", contract: "", filing: "", finality: "", framework: "", genesis: "", identity: "", nodes: "", operator: "", overseasPublic: false, region: "" };

function initials(kind: RailKind): Record<string, string> {
  return Object.fromEntries(fieldsOf(kind).map((one) => [one.name, one.initial ?? ""]));
}

/** The empty form of a kind. OpenTimestamps rests on a public network abroad, whatever else is known of it. */
export function newRail(kind: RailKind): RailDraft {
  const abroad = kind === "opentimestamps";
  const facts = { ...unknown, access: abroad ? ("public" as const) : unknown.access, overseasPublic: abroad };
  return { known: false, name: "", enabled: true, kind, text: initials(kind), switches: { finalized_tag: false }, headers: [], facts, rest: {} };
}

type Settings = Record<string, unknown>;

/** The one address of block headers stands under the name of its source; an identity in TLS is two fields. */
function flat(kind: RailKind, settings: Settings): Settings {
  if (kind === "fabric") {
    const { tls_identity, ...rest } = settings;
    const own = (tls_identity ?? {}) as { certificate?: string; key?: string };
    return { ...rest, tls_certificate: own.certificate, tls_key: own.key };
  }
  if (kind !== "opentimestamps") return settings;
  const { headers, ...rest } = settings;
  const [source, at] = Object.entries((headers ?? {}) as Record<string, { url: string }>)[0] ?? ["esplora", { url: "" }];
  return { ...rest, source, source_url: at.url };
}

function shown(value: unknown): string {
  return Array.isArray(value) ? value.join("\n") : value === undefined || value === null ? "" : String(value);
}

/** A form of what is kept; null where the kind is not known here. */
export function draftOf(form: RailForm): RailDraft | null {
  const { kind, settings } = JSON.parse(form.adapterJson) as { kind: string; settings: Settings };
  const known = railKinds.find((one) => one === kind);
  if (!known) return null;
  const values = flat(known, settings);
  const draft = newRail(known);
  for (const { name, type } of fieldsOf(known)) {
    const value = values[name];
    if (type === "headers") draft.headers = ((value ?? []) as ([string, string] | HeaderRow)[]).map((row) => (Array.isArray(row) ? { name: row[0], value: "" } : { name: row.name, value: "" }));
    else if (type === "switch") draft.switches[name] = value === true;
    else if (type === "json") draft.text[name] = Array.isArray(value) && value.length ? JSON.stringify(value, null, 2) : "";
    else draft.text[name] = value === undefined ? (draft.text[name] ?? "") : shown(value);
    delete values[name];
  }
  return { ...draft, known: true, name: form.name, enabled: form.enabled, facts: { ...form.facts }, rest: { ...values } };
}

function entries(lines: string): string[] {
  return [...new Set(lines.split(/[\s,，、;；]+/).filter(Boolean))];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The value of a field as the office wants it; undefined where it is left out. */
function valueOf(draft: RailDraft, { name, type }: Field): unknown {
  const text = (draft.text[name] ?? "").trim();
  switch (type) {
    case "switch":
      return draft.switches[name] ?? false;
    case "number":
      return text === "" ? undefined : Number(text);
    case "numbers":
      return text === "" ? undefined : text.split(/[\s,，、;；]+/).map(Number);
    case "lines":
      return text === "" ? undefined : entries(text);
    case "json":
      return text === "" ? undefined : parsed(text);
    case "headers": {
      const rows = draft.headers.filter((row) => row.name.trim()).map((row) => ({ name: row.name.trim(), value: row.value.trim() }));
      if (!rows.length) return undefined;
      return draft.kind === "fisco" ? rows.map((row) => [row.name, row.value]) : rows;
    }
    default:
      return text === "" ? undefined : text;
  }
}

/** The form's fields as the kind's settings have them. An identity in TLS without its key keeps the key it had. */
function nested(kind: RailKind, values: Settings): Settings {
  const { source, source_url, tls_certificate, tls_key, ...plain } = values;
  if (kind === "opentimestamps") return { ...plain, headers: { [String(source)]: { url: source_url } } };
  return tls_certificate ? { ...plain, tls_identity: { certificate: tls_certificate, key: tls_key ?? "" } } : plain;
}

/** What the office keeps. A secret left empty is not sent, so that it stays as it was. */
export function formOf(draft: RailDraft): RailForm {
  const values = Object.fromEntries(fieldsOf(draft.kind).map((one) => [one.name, valueOf(draft, one)]));
  const settings = nested(draft.kind, values);
  return {
    name: draft.name.trim(),
    enabled: draft.enabled,
    adapterJson: JSON.stringify({ kind: draft.kind, settings: { ...draft.rest, ...settings } }),
    facts: { ...draft.facts, overseasPublic: draft.facts.access === "public" && draft.facts.overseasPublic },
  };
}

function wrong(draft: RailDraft, { name, type, required: needed }: Field): boolean {
  const text = (draft.text[name] ?? "").trim();
  if (type === "headers" || type === "switch") return false;
  if (name === "tls_key" && text === "") return Boolean(draft.text.tls_certificate?.trim()) && !draft.known;
  if (type === "json") return text !== "" && !Array.isArray(parsed(text));
  if (text === "") return needed === true && !(draft.known && (type === "secret" || type === "secret-lines"));
  if (type === "number") return !/^\d{1,15}$/.test(text);
  if (type === "numbers") return !/^\d{1,15}([\s,，、;；]+\d{1,15})*$/.test(text);
  if (name === "url" || name === "source_url") return !/^https?:\/\/[^\s/]+/.test(text);
  if (name === "calendars") return !entries(text).every((one) => /^https?:\/\/[^\s/]+/.test(one));
  return false;
}

/** What has to be filled in, or filled in otherwise, before it can be kept. */
export function railLacking(draft: RailDraft): ("name" | FieldName)[] {
  const fields = fieldsOf(draft.kind).filter((one) => wrong(draft, one));
  return [...(draft.name.trim() ? [] : ["name" as const]), ...fields.map((one) => one.name)];
}
