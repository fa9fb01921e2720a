/** Documents of a case: what each lacks, what is written for it, how the issued ones stand. */
import type { Art18 } from "./types";

export type CertificateKind = "record" | "receipt" | "report" | "list" | "correction" | "custodian" | "steps" | "prints";

/** One thing that keeps a document from being issued; the page has the sentences. */
export interface Hindrance {
  code: string;
  facts: Record<string, string>;
}

/** Points of Art 18 that intake left blank. */
export interface OriginWords extends Art18 {
  batch: number;
}

/** What one item is to prove. */
export interface ListWords {
  item: number;
  proves: string;
  content: string;
  /** Pages on paper. */
  pages: number | null;
}

export type AmendmentSort = "explanation" | "supplement" | "correction" | "withdrawal";

export interface CorrectionWords {
  documentId: string;
  sort: AmendmentSort;
  /** Where in it; empty for the whole. */
  place: string;
  before: string;
  statement: string;
  reason: string;
}

/** What a person writes for a document. */
export interface PaperWords {
  anomalies: string[];
  origins: OriginWords[];
  list: ListWords[];
  correction: CorrectionWords | null;
  /** The approval for giving data abroad, or why none is needed. */
  foreign: string;
}

/** The points an approver answers for (公证程序规则 41). */
export interface ApprovalPoints {
  matter: boolean;
  materials: boolean;
  procedure: boolean;
  wording: boolean;
  fees: boolean;
  discussed: boolean;
}

/** A document that is not issued, in one edition. */
export interface PaperStanding {
  kind: CertificateKind;
  hindrances: Hindrance[];
  /** Who approved exactly this, or empty. */
  approvedBy: string;
  words: PaperWords;
  needsApproval: boolean;
}

export type DocumentState = "issued" | "explained" | "corrected" | "withdrawn";

/** A signature or time stamp put on a document's file. */
export interface Edition {
  capacity: string;
  signer: string;
  /** PAdES level. */
  level: string;
  at: string;
}

/** A signature beside a document's file. */
export interface Beside {
  capacity: string;
  signer: string;
  /** Such as `SM2 SM3`. */
  algorithm: string;
  /** Whether it is over the file as it stands; else over what that was before an archive time stamp was renewed. */
  whole: boolean;
  at: string;
}

export interface IssuedPaper {
  documentId: string;
  kind: CertificateKind;
  at: string;
  person: string;
  /** Who approved or reviewed, or empty. */
  reviewedBy: string;
  /** Of the file with its signatures. */
  sha256: string;
  state: DocumentState;
  /** Documents added to it. */
  amendedBy: string[];
  /** The document it is added to, or empty. */
  amends: string;
  editions: Edition[];
  /** Signatures beside its file. */
  beside: Beside[];
  /** Who has still to sign, in order; none where it is complete or not to be signed. */
  open: SigningCapacity[];
  /** Copies given. */
  copies: number;
}

export interface PapersView {
  standings: PaperStanding[];
  /** The oldest first. */
  issued: IssuedPaper[];
}

/** In which capacity is signed, in the order of signing. */
export type SigningCapacity = "handler" | "approver" | "office";

/** Where a key is: a PKCS#12 file, or a PKCS#11 token; what is not used is empty. */
export interface KeyChoice {
  file: string;
  driver: string;
  token: string;
  label: string;
  /** Passphrase or PIN; used once. */
  secret: string;
}

export interface SignedView {
  signer: string;
  level: string;
  remaining: SigningCapacity[];
}

export interface SignedBesideView {
  signer: string;
  algorithm: string;
}

/** A new archive time stamp on a document. */
export interface RenewedDocumentView {
  authority: string;
  time: string;
}

/** Which documents are signed electronically. */
export interface SigningSettings {
  kinds: CertificateKind[];
  /** Whether a seal is set. */
  seal: boolean;
  location: string;
}

/** A draft for a word processor. */
export type DraftKind = "work-record" | "testimony" | "list";

export type CopyForm = "paper" | "file";

/** Copies given, or about to be: then `at` and `person` are empty. */
export interface CopyRow {
  documentId: string;
  form: CopyForm;
  copies: number;
  recipient: string;
  basis: string;
  at: string;
  person: string;
}

/** Which templates set documents. */
export interface TemplatesView {
  /** The office's own; null where the program's serve. */
  folder: string | null;
  /** Changes with every edit. */
  sha256: string;
}

/** Why a template makes no document. */
export interface TemplateFault {
  code: string;
  words: string;
  file: string;
  /** Line, or the page that lacks something. */
  line: number;
  column: number;
  excerpt: { number: number; text: string }[];
}

/** What the templates make of an invented document; no PDF where there are faults. */
export interface TemplateTrial {
  sha256: string;
  pdf: Uint8Array<ArrayBuffer> | null;
  faults: TemplateFault[];
}
