/** Records of work as the office keeps them: what persons of the office state of their own work. */
import type { MissingFact } from "./types";

export type RecordKind = "onsite" | "phone" | "reason";
export type Answer = "yes" | "no" | "unknown";
export type Capacity = "notary" | "assistant" | "applicant" | "agent" | "witness" | "technician" | "other";

/** A step; `at` is RFC 3339 UTC, or empty where it was not noted. */
export interface StepForm {
  at: string;
  what: string;
}

export interface PresentForm {
  capacity: string;
  name: string;
  note: string;
}

export interface UnderSealForm {
  /** 封存编号. */
  number: string;
  what: string;
}

/** 现场记录. */
export interface OnSiteForm {
  began: string;
  ended: string;
  place: string;
  persons: PresentForm[];
  /** `identity` of a registered device; otherwise it is described. */
  device: { description: string; identity: string };
  network: string;
  steps: StepForm[];
  captures: string[];
  items: number[];
  under_seal: UnderSealForm[];
  nothing_sealed: boolean;
  signatories: string[];
  remarks: string;
}

export interface AccountForm {
  id: string;
  nickname: string;
  real_name_shown: string;
}

export interface AppForm {
  name: string;
  package: string;
  version: string;
  install_source: string;
  /** SHA-256 of the signing certificate as read on the phone, and as known from elsewhere. */
  signing_sha256: string;
  expected_sha256: string;
}

export interface PhoneItemForm {
  item: number;
  /** Passed on through a chat before it came here. */
  forwarded: string;
  original: { available_in_court: string; where: string; by_whom: string; until: string };
}

/** 手机取证记录. */
export interface PhoneForm {
  make: string;
  model: string;
  serial: string;
  imei: string;
  os: string;
  os_version: string;
  rooted: string;
  app: AppForm;
  accounts: AccountForm[];
  network: string;
  operated_by: string;
  steps: StepForm[];
  items: PhoneItemForm[];
  photos: number[];
  remarks: string;
}

/** 继续办理理由; no captures means all that want one. */
export interface ReasonForm {
  captures: string[];
  reason: string;
}

/** One of the three. */
export interface RecordBody {
  onsite: OnSiteForm | null;
  phone: PhoneForm | null;
  reason: ReasonForm | null;
}

/** A record as its latest version stands. */
export interface RecordRow {
  kind: RecordKind;
  number: number;
  version: number;
  complete: boolean;
  at: string;
  person: string;
  /** The item it became. */
  item: number | null;
  lacking: string[];
  findings: string[];
}

export interface RecordView {
  row: RecordRow;
  body: RecordBody;
}

export interface WantedRecord {
  missing: Extract<MissingFact, "onsite-record" | "phone-record" | "continuation-reason">;
  captures: string[];
  items: number[];
  /** A draft of it. */
  record: number | null;
  /** Nothing is issued without it. */
  blocks: boolean;
}

export interface RecordsView {
  rows: RecordRow[];
  wanted: WantedRecord[];
}
