/**
 * What the screens may ask of the machine they run on.
 *
 * One interface, two implementations: `tauri.ts` speaks to the desktop, `mock.ts` answers from memory so that the
 * same screens run in any browser. Nothing outside this folder knows which of the two it has.
 */

import type { AnchorRow, CosignedRow, InterestRow, LogView, ProbeView, RailForm, RailsView, Relation, WitnessForm } from "./anchors";
import type { ApprovalPoints, CertificateKind, CopyRow, DraftKind, KeyChoice, PapersView, PaperWords, RenewedDocumentView, SignedBesideView, SignedView, SigningCapacity, SigningSettings, TemplateTrial, TemplatesView } from "./papers";
import type { OnSiteForm, PhoneForm, ReasonForm, RecordKind, RecordRow, RecordsView, RecordView } from "./records";

export type * from "./anchors";
export type * from "./papers";
export type * from "./records";

/** Source class of an item; set from facts at intake and only ever lowered. */
export type SourceClass = "A" | "A-" | "B" | "C" | "D" | "E" | "F" | "G";
/** Scope of proof: P0 receipt, P1 these bytes since T, P2 process, P3 personally observed. */
export type Scope = "P0" | "P1" | "P2" | "P3";
export type Role = "clerk" | "notary" | "reviewer" | "archivist" | "admin";

export interface AppInfo {
  version: string;
  /** A folder that does not exist yet and that a new office may take. */
  suggestedFolder: string;
}

export interface OfficeInfo {
  name: string;
  folder: string;
  /** Set when the office was made for demonstration; every page then says so. */
  demonstration: boolean;
  /** A second copy exists whose restore was tried with success. */
  testedCopy: boolean;
}

export interface Person {
  id: number;
  name: string;
  roles: Role[];
}

export type OfficeStatus =
  | { state: "none" }
  | { state: "closed"; folder: string; name: string; demonstration: boolean; people: string[] }
  | { state: "open"; office: OfficeInfo; person: Person };

export interface NewOffice {
  name: string;
  folder: string;
  person: string;
  passphrase: string;
}

/** Printed once and never stored. */
export interface RecoverySheet {
  office: string;
  folder: string;
  person: string;
  /** Secret in groups, as it is to be typed back. */
  code: string;
  madeAt: string;
}

export interface Login {
  folder: string;
  person: string;
  passphrase: string;
}

/** A new passphrase by the printed sheet. */
export interface Recovery {
  folder: string;
  person: string;
  sheet: string;
  passphrase: string;
}

export interface NewPerson {
  name: string;
  roles: Role[];
  passphrase: string;
}

/** A text of the program's own, in both languages; Chinese is the controlling one. */
export interface Bilingual {
  zh: string;
  en: string;
}

/** An authority of the dated public list. Being listed is no trust. */
export interface PublicAuthority {
  id: string;
  name: Bilingual;
  operator: string;
  url: string;
  /** ISO 3166 code of the operator's seat; empty when unknown. */
  country: string;
  access: "open" | "contract" | "unknown";
  standing: "unknown" | "claimed-qualified";
  note: Bilingual;
}

export interface AuthorityList {
  date: string;
  about: Bilingual;
  authorities: PublicAuthority[];
}

/** An authority the office asks. */
/** A chosen authority as it stands; what is unknown is null. */
export interface AuthorityState {
  name: string;
  url: string;
  ownRoot: boolean;
  operator: string | null;
  standing: PublicAuthority["standing"] | null;
  /** Date of the list that says so. */
  listed: string | null;
  policy: string | null;
  accuracyMillis: number | null;
  expires: string | null;
  lastToken: string | null;
  lastAsked: string | null;
  answered: boolean;
  /** Seconds by which its last token was ahead of the device. */
  clockOffset: number | null;
}

export interface ChosenAuthority {
  name: string;
  url: string;
  /** The office pinned a root of its own for it. */
  ownRoot: boolean;
}

/** A choice to be made. Without `rootPath` a root pinned before stays, and otherwise the trust file decides. */
export interface AuthorityChoice {
  name: string;
  url: string;
  rootPath: string | null;
  /** The policy to be asked for; null where the authority chooses, or as before. */
  policy: string | null;
}

export interface CaseRow {
  id: string;
  number: string;
  matter: string;
  applicant: string;
  openedAt: string;
  /** Items not withdrawn, and those of them in a seal. */
  items: number;
  sealedItems: number;
  /** Seals that wait for an authority to answer. */
  waitingSeals: number;
  /** Code of the last act and when it was. */
  lastAct: string;
  lastActAt: string;
  void: boolean;
}

export interface CasePage {
  total: number;
  rows: CaseRow[];
}

export interface NewCase {
  matter: string;
  applicant: string;
}

export interface CaseChange {
  matter?: string;
  applicant?: string;
  /** 受理号, given by the office's own register. */
  acceptanceNumber?: string;
  /** 公证书编号, known later. */
  notarialNumber?: string;
}

export interface TokenView {
  /** Its ordinal in the case, by which it can be opened; null where no reply was kept. */
  ordinal: number | null;
  authority: string;
  url: string;
  /** It passed every check; one that did not is kept and shown, but proves nothing. */
  counts: boolean;
  /** genTime of the token, RFC 3339, perhaps with a fraction; null when none came. */
  time: string | null;
  /** What is to be known of one that counts. */
  remark: string | null;
  /** Why it does not count, or why none came. */
  problem: string | null;
}

/** A field of a token in words. */
export interface TokenFieldView {
  key: string;
  name: Bilingual;
  /** Empty where the token says nothing. */
  value: string;
  meaning: Bilingual;
}

/** A seal that waits for time stamps. */
export interface WaitingRow {
  caseId: string;
  number: string;
  seal: number;
  items: number;
  since: string;
}

/** `waiting` is 待固化: digests are fixed, no authority has answered well yet. */
export type SealState = "waiting" | "sealed";

export interface SealView {
  number: number;
  state: SealState;
  items: number;
  deviceTime: string;
  madeBy: string;
  manifestSha256: string;
  manifestSm3: string;
  tokens: TokenView[];
}

/** What came of one act of sealing. */
export interface Sealed {
  number: number;
  state: SealState;
  items: number;
  tokens: TokenView[];
}

export interface ReviewView {
  at: string;
  person: string;
  seal: number;
  /** It speaks of the latest seal, and so of the case as it stands. */
  current: boolean;
}

export interface CertificateView {
  documentId: string;
  kind: CertificateKind;
  at: string;
  person: string;
  /** Name of the second person, or empty: 未经第二人复核. */
  reviewedBy: string;
  sealsUpto: number;
  sha256: string;
}

export type NextStep = "take-in" | "seal" | "stamp" | "review" | "certify" | "export";
/** Facts that a receipt will print as 未知 or 无. */
export type MissingFact = "applicant" | "art14-kind" | "handed-over-by" | "carrier" | "original" | "art18" | "onsite-record" | "phone-record" | "continuation-reason";

export interface CaseView {
  id: string;
  number: string;
  acceptanceNumber: string;
  notarialNumber: string;
  matter: string;
  applicant: string;
  openedAt: string;
  openedBy: string;
  void: boolean;
  scope: Scope;
  /** Items in all, withdrawn ones included. */
  items: number;
  withdrawn: number;
  /** Items that no seal covers yet. */
  unsealed: number;
  classes: SourceClass[];
  seals: SealView[];
  reviews: ReviewView[];
  certificates: CertificateView[];
  /** Deliveries made. */
  revisions: number;
  next: NextStep;
  missing: MissingFact[];
  /** Who made the seals; none of them can review. */
  handlers: string[];
}

/** 在线诉讼规则 Art 18: six headings; an empty one is printed 无. */
export interface Art18 {
  source: string;
  generation: string;
  storage: string;
  notarisation: string;
  witness: string;
  corroboration: string;
}

/** 民事诉讼证据规定 Art 14: the five groups of electronic data. */
export type Art14Kind = "web" | "messages" | "registration" | "file" | "other";

/** How the bytes reached the office, as far as a person at the desk may state it. */
export type Origin =
  | { kind: "supplied-by-party" }
  | { kind: "on-site"; officers: string[] }
  | { kind: "third-party-archive"; platform: string }
  | { kind: "paper-scan"; compared: boolean; pages: number }
  | { kind: "derived"; algorithm: string; rawDataKept: boolean }
  | { kind: "office-capture"; cleanCheckPassed: boolean }
  | { kind: "device"; device: string };

export interface Carrier {
  kind: string;
  make: string;
  model: string;
  serial: string;
  capacity: string;
  condition: string;
  disposition: string;
  sealed: boolean;
}

/** Whether the original carrier can be shown in court. */
export interface OriginalCarrier {
  availableInCourt: string;
  where: string;
  byWhom: string;
  until: string;
}

/** 交接批次: what is known about one hand-over. The class of its items follows from these facts. */
export interface Facts {
  origin: Origin;
  /** Required before sealing. */
  art14Kind: Art14Kind | null;
  handedOverBy: string;
  receivedBy: string;
  receivedPlace: string;
  /** How the submitter says it was obtained. */
  obtained: string;
  carrier: Carrier;
  original: OriginalCarrier;
  art18: Art18;
}

export interface ItemView {
  /** Number within the case, from 1. */
  number: number;
  name: string;
  class: SourceClass;
  mediaType: string;
  bytes: number;
  sha256: string;
  sm3: string;
  receivedAt: string;
  batch: number;
  facts: Facts;
  /** The seal that covers it, or null. */
  seal: number | null;
  withdrawn: { reason: string; at: string; person: string } | null;
  /** Why its bytes do not travel, where they are withheld; what is kept of them is encrypted. */
  withheld: string | null;
}

export interface ItemPage {
  total: number;
  items: ItemView[];
}

export interface TakeInResult {
  items: number;
  /** Paths that were not taken in, each with the reason's code. */
  refused: { path: string; code: string }[];
  /** The person stopped it; the items taken in until then stay. */
  stopped: boolean;
}

export type Task = "take-in" | "manifest" | "stamp" | "export" | "verify" | "renew" | "capture";

export interface Progress {
  task: Task;
  /** Bytes; items or authorities for `manifest` and `stamp`. */
  done: number;
  total: number;
  /** The file or authority at hand. */
  current: string;
}
export type OnProgress = (progress: Progress) => void;

export interface Delivery {
  folder: string;
  package: string;
  revision: number;
  /** Time of the token over the whole delivery; null when no authority answered. */
  deliveredAt: string | null;
  receipts: string[];
  /** Originals copied, each read back and compared. */
  originals: number;
  /** Whether the verification page is in it. */
  verifier: boolean;
}

export type LayerName = "content" | "manifest" | "time" | "chain" | "signature" | "journal" | "source";
export type LayerStatus = "match" | "mismatch" | "cannot-check" | "absent" | "not-supplied";
export type Verdict = "match" | "mismatch" | "cannot-check";
export type FileKind = "package" | "partial" | "certificate" | "token" | "evidence-record" | "log-proof" | "open-timestamps" | "web-archive" | "unknown";

export interface Finding {
  code: string;
  layer: LayerName;
  /** `note` is a remark that changes nothing. */
  status: LayerStatus | "note";
  message: Bilingual;
}

export interface TrustRoot {
  name: string;
  kind: "tsa-root" | "signature-root" | "log-key" | "witness" | "chain-pin";
  /** SHA-256 of the certificate or key. */
  sha256: string;
  /** With the program, or handed in by whoever verifies. */
  origin: "compiled-in" | "supplied-by-verifier";
}

export interface Report {
  file: string;
  kind: FileKind;
  verdict: Verdict;
  layers: Record<LayerName, LayerStatus>;
  findings: Finding[];
  trust: TrustRoot[];
  notChecked: Bilingual[];
  /** Number of the case it speaks of, or empty. */
  caseNumber: string;
  demonstration: boolean;
  /** The report for experts, as the command line prints it in either language. */
  raw: Bilingual;
}

export interface Hit {
  kind: "case" | "item" | "seal" | "certificate";
  caseId: string;
  caseNumber: string;
  /** Number of an item, 0 for anything else. */
  item: number;
  /** An item's name, a case's matter and applicant, a document's number. */
  text: string;
  withdrawn: boolean;
}

export interface FileHits {
  sha256: string;
  sm3: string;
  hits: Hit[];
}

export interface JournalEntry {
  sequence: number;
  at: string;
  person: string;
  /** Code of the act; the page has the words. */
  act: string;
  /** Number of the item it was done to, 0 for none. */
  item: number;
  /** What it was done to, as written down: a name, a number, a reason. */
  subject: string;
  /** Chain value after the entry. */
  digest: string;
}

export interface JournalPage {
  entries: JournalEntry[];
  /** The number to go on from, or null at the end. */
  nextFrom: number | null;
}

/** A renewal that waits for a second person. */
export interface ProposalView {
  person: string;
  at: string;
  /** The person at the desk proposed it, and cannot carry it out. */
  own: boolean;
  /** The one case; null where everything due is meant. */
  caseId: string | null;
}

export type DueState = "lapsed" | "due" | "later" | "carried";

/** A token or evidence record with its end. */
export interface DueRow {
  caseId: string;
  number: string;
  /** Member of the package. */
  member: string;
  authority: string;
  until: string | null;
  /** An algorithm ends before the certificates do. */
  algorithm: boolean;
  renewBy: string | null;
  state: DueState;
}

export type RenewalKind = "first" | "time-stamp" | "hash-tree" | "document";

export interface RenewedRow {
  number: string;
  kind: RenewalKind;
  algorithm: string;
  authority: string;
  time: string;
  problem: string | null;
}

/** A code, and what is to be known beside it; `detail` is empty where there is nothing. */
export interface Coded {
  code: string;
  detail: string;
}

/** One thing that is less than whole, or was left out on purpose. */
export interface CompletenessLine {
  code: string;
  /** Empty for the page as a whole. */
  url: string;
  /** In the browser's or the recorder's words. */
  reason: string;
  /** It makes the capture partial. */
  partial: boolean;
}

/** How whole a capture is: the browser's log, the archive and the documents against each other. */
export interface Completeness {
  partial: boolean;
  exchanged: number;
  archived: number;
  requested: number;
  answered: number;
  referred: number;
  captured: number;
  explained: number;
  background: number;
  lines: CompletenessLine[];
}

/** `notChecked` is never counted as passed. */
export interface CheckCounts {
  normal: number;
  abnormal: number;
  notChecked: number;
}

/** A sign-in before a visit; what is said here is printed. */
export interface VisitLogin {
  url: string;
  account: string;
  person: string;
}

/** What a person wants of the browser they drive. */
export type VisitOrder =
  | { act: "go"; url: string }
  | { act: "fix"; label: string }
  | { act: "note"; text: string }
  | { act: "pause" }
  | { act: "resume" }
  | { act: "end-login" }
  | { act: "finish" };

/** What they are told meanwhile. */
export type VisitTold =
  | { told: "request"; number: number; url: string; method: string; kind: string; status: number; ended: boolean }
  | { told: "recording"; on: boolean }
  | { told: "opened"; url: string; error: string }
  | { told: "fixed"; number: number }
  /** Another tab or window is in front; where it is not followed it can be neither filmed nor fixed. */
  | { told: "front"; window: number; url: string; followed: boolean }
  | { told: "refused"; what: string };

/** What a person did. */
export interface InteractiveView {
  login: { account: string; person: string; url: string; began: string; ended: string } | null;
  fixed: { at: string; label: string; title: string; url: string; prefix: string }[];
  film: { frames: number; gaps: { fromMs: number; toMs: number; reason: string }[]; problem: string } | null;
}

/** A reference page as it was fetched on one side of a capture. */
export interface ReferenceView {
  address: string;
  asked: string;
  /** Whole, and with a status of success. */
  came: boolean;
  status: number | null;
  /** Address and port that answered. */
  peer: string | null;
  sha256: string | null;
  /** Why it, or a part of it, did not come. */
  error: string | null;
}

export interface CaptureResult {
  capture: string;
  /** Item of the archive. */
  item: number;
  /** All items it made. */
  items: number[];
  url: string;
  wacz: string;
  class: SourceClass;
  ending: Coded;
  completeness: Completeness;
  before: CheckCounts;
  after: CheckCounts | null;
  /** The office's reference pages before it. */
  referencesBefore: ReferenceView[];
  referencesAfter: ReferenceView[];
  /** Made over the report before the first request. */
  sealBefore: Sealed;
  seal: Sealed;
  /** Places masked in the court's copy. */
  masked: number;
  /** What a person did, where one drove the browser. */
  interactive: InteractiveView | null;
  /** No authority has answered yet. */
  waiting: boolean;
  /** Seconds until the first token, where that took more than ten minutes. */
  gapSeconds: number | null;
}

/** What the archive of a capture states. */
export interface CaptureFacts {
  capture: string;
  url: string;
  /** Empty where no page was shown. */
  finalUrl: string;
  title: string;
  /** `internal` says why the browser redirected by itself; empty where a server did. */
  redirects: { url: string; status: number | null; internal: string }[];
  started: string;
  ended: string;
  clockStepMs: number;
  ending: Coded;
  browser: string;
  browserSha256: string;
  userAgent: string;
  viewport: [number, number];
  pageSize: [number, number];
  /** `tls` is empty where there was none; `error` is empty where the browser accepted the chain. */
  peers: { address: string; connections: number; tls: string; error: string }[];
  proxy: string[];
  completeness: Completeness;
  deviations: Coded[];
  downloads: { name: string; state: string }[];
  /** What a person did, where one drove the browser. */
  interactive: InteractiveView | null;
  pictures: string[];
}

export type CheckVerdict = "normal" | "abnormal" | "not-checked";
export type CheckEffect = "none" | "class-a-minus" | "blocks";

/** One output as it was read. */
export interface RawOutput {
  source: string;
  text: string | null;
  error: string | null;
  sha256: string | null;
  size: number;
  truncated: boolean;
  withheld: boolean;
}

export interface CheckView {
  number: string;
  code: string;
  title: Bilingual;
  method: Bilingual;
  commands: string[];
  verdict: CheckVerdict;
  effect: CheckEffect;
  reasons: Bilingual[];
  raw: RawOutput[];
}

/** 清洁性检查报告. */
export interface CleanlinessReport {
  after: boolean;
  system: string;
  /** The checks of this system were tried on real machines. */
  proven: boolean;
  started: string;
  ended: string;
  tool: string;
  counts: CheckCounts;
  effect: CheckEffect;
  checks: CheckView[];
}

export interface EnvironmentView {
  report: CleanlinessReport;
  /** Null where no browser was found. */
  selfTest: { matching: number; served: number; passed: boolean } | null;
}

export interface DeviceView {
  identity: string;
  name: string;
  network: string;
  registeredAt: string;
  registeredBy: string;
  confirmedAt: string | null;
  confirmedBy: string | null;
  retiredAt: string | null;
}

/** How this machine stands with the office. */
export interface DeviceStandingView {
  identity: string | null;
  network: string | null;
  device: DeviceView | null;
  ofOffice: boolean;
  inNetwork: boolean;
}

/** Whom the office asks when it examines a machine. */
export interface Probes {
  timeServers: string[];
  resolvers: string[];
  egressServices: string[];
  dateHosts: string[];
  /** Pages known beforehand, fetched before and after each capture. */
  referencePages: string[];
}

/** What came of captures that were interrupted: numbers of the items made, and those that could not be finished. */
export interface Recovered {
  made: number[];
  failed: { case: string; url: string; refusal: ShellError }[];
}

/** A refusal: a stable code and the facts its sentence needs. */
export class ShellError extends Error {
  constructor(
    readonly code: string,
    readonly params: Record<string, string> = {},
  ) {
    super(code);
  }
}

export interface Shell {
  appInfo(): Promise<AppInfo>;

  officeStatus(): Promise<OfficeStatus>;
  officePeople(folder: string): Promise<string[]>;
  officeCreate(office: NewOffice): Promise<RecoverySheet>;
  officeOpen(login: Login): Promise<void>;
  officeRecover(recovery: Recovery): Promise<void>;
  officeLock(): Promise<void>;
  personList(): Promise<Person[]>;
  personAdd(person: NewPerson): Promise<Person>;
  authoritiesPublic(): Promise<AuthorityList>;
  authoritiesChosen(): Promise<ChosenAuthority[]>;
  authoritiesChoose(choices: AuthorityChoice[]): Promise<void>;

  caseList(words: string, offset: number, limit: number): Promise<CasePage>;
  caseNew(fields: NewCase): Promise<string>;
  /** With `look` the opening of the page enters the journal; a refresh does not. */
  caseShow(caseId: string, look: boolean): Promise<CaseView>;
  caseUpdate(caseId: string, change: CaseChange): Promise<void>;
  caseItems(caseId: string, offset: number, limit: number): Promise<ItemPage>;
  itemPreview(caseId: string, number: number): Promise<Uint8Array<ArrayBuffer>>;
  itemWithdraw(caseId: string, number: number, reason: string): Promise<void>;
  takeIn(job: string, caseId: string, paths: string[], facts: Facts, onProgress: OnProgress): Promise<TakeInResult>;
  cancelJob(job: string): Promise<void>;
  seal(job: string, caseId: string, onProgress: OnProgress): Promise<Sealed>;
  review(caseId: string, seal: number): Promise<void>;
  /** Issues a document; its number. */
  certify(caseId: string, kind: CertificateKind, chineseOnly: boolean): Promise<string>;
  /** An issued document's file. */
  certificateBytes(documentId: string): Promise<Uint8Array<ArrayBuffer>>;
  /** The pages as they would be issued now. */
  paperPreview(caseId: string, kind: CertificateKind, chineseOnly: boolean): Promise<Uint8Array<ArrayBuffer>>;
  /** What each document lacks, and the issued ones. */
  papers(caseId: string, chineseOnly: boolean): Promise<PapersView>;
  /** Keeps what is written for a document; who writes cannot approve it. */
  paperWrite(caseId: string, kind: CertificateKind, words: PaperWords): Promise<void>;
  /** By a second person, of exactly these pages and no others. */
  paperApprove(caseId: string, kind: CertificateKind, chineseOnly: boolean, points: ApprovalPoints): Promise<void>;
  /** The office’s signed word on how the documents of a case stand; the path of the file. */
  statusListSave(caseId: string, folder: string): Promise<string>;
  copyAdd(caseId: string, copy: CopyRow): Promise<void>;
  copies(caseId: string): Promise<CopyRow[]>;
  /** Signs an issued document as the person who is logged in. */
  signDocument(documentId: string, capacity: SigningCapacity, key: KeyChoice): Promise<SignedView>;
  /** Signs a document's file from beside, such as with an SM2 key. */
  signBeside(documentId: string, capacity: SigningCapacity, key: KeyChoice): Promise<SignedBesideView>;
  /** Puts a new archive time stamp on a signed document. */
  renewDocument(documentId: string): Promise<RenewedDocumentView>;
  signingSettings(): Promise<SigningSettings>;
  /** The seal is a PNG file, or stays where none is named. */
  signingSettingsSet(settings: SigningSettings, sealPath: string | null): Promise<void>;
  /** Writes a draft into a folder; its path. */
  templates(): Promise<TemplatesView>;
  /** Null for the program's own. */
  templatesUse(folder: string | null): Promise<void>;
  /** Copies the program's templates into a new folder inside this one and uses them; its path. */
  templatesBegin(inside: string): Promise<string>;
  templateTrial(kind: CertificateKind, chineseOnly: boolean): Promise<TemplateTrial>;
  draftSave(caseId: string, what: DraftKind, folder: string): Promise<string>;
  exportHandover(job: string, caseId: string, folder: string, onProgress: OnProgress): Promise<Delivery>;
  journal(caseId: string, from: number, limit: number): Promise<JournalPage>;

  /** The records of a case, and those that are wanted. */
  records(caseId: string): Promise<RecordsView>;
  recordShow(caseId: string, kind: RecordKind, number: number): Promise<RecordView>;
  /** An on-site record filled in as far as is known. */
  onsiteProposal(caseId: string): Promise<OnSiteForm>;
  /** With `number` the next version of that record; to be complete it must lack nothing, or nothing is written. */
  onsiteWrite(caseId: string, number: number | null, form: OnSiteForm, complete: boolean): Promise<RecordRow>;
  phoneWrite(caseId: string, number: number | null, form: PhoneForm, complete: boolean): Promise<RecordRow>;
  reasonWrite(caseId: string, number: number | null, form: ReasonForm): Promise<RecordRow>;
  /** By another person than who wrote it. */
  reasonConfirm(caseId: string, number: number): Promise<RecordRow>;

  /** A kept token, field by field. */
  tokenFields(caseId: string, ordinal: number): Promise<TokenFieldView[]>;
  /** The chosen authorities as they stand. */
  authoritiesStanding(): Promise<AuthorityState[]>;
  /** Seals that wait for time stamps. */
  waiting(): Promise<WaitingRow[]>;
  /** Asks the authorities again for each; answers with those that still wait. */
  retry(job: string, onProgress: OnProgress): Promise<WaitingRow[]>;

  /** The anchorings that cover a case. */
  caseAnchors(caseId: string): Promise<AnchorRow[]>;
  /** What was declared of the rails that cover a case. */
  caseInterests(caseId: string): Promise<InterestRow[]>;
  /** Declares whether a party has to do with who runs a rail; without it no receipt issues. */
  interestDeclare(caseId: string, rail: string, relation: Relation, explanation: string): Promise<void>;
  /** Every anchoring of the office. */
  anchorings(): Promise<AnchorRow[]>;
  /** Gives the root of the log to every rail that is on; those made. */
  anchorSubmit(): Promise<AnchorRow[]>;
  /** Looks how far what waits has come, with `all` also at what is final; those looked at. */
  anchorUpgrade(all: boolean): Promise<AnchorRow[]>;
  /** Writes the OpenTimestamps proof of one item; where it is. */
  anchorProof(caseId: string, item: number, path: string): Promise<string>;
  rails(): Promise<RailsView>;
  railSet(form: RailForm): Promise<void>;
  railRemove(name: string): Promise<void>;
  /** Asks a rail who is there; submits nothing. */
  railTest(name: string): Promise<ProbeView>;
  anchorPolicySet(publicChains: boolean): Promise<void>;
  officeLog(): Promise<LogView>;
  witnessesChoose(witnesses: WitnessForm[]): Promise<void>;
  /** Asks every witness to sign the log as it is. */
  logCosign(): Promise<CosignedRow[]>;
  /** Writes the log as static files; how many entries. */
  logPublish(folder: string): Promise<number>;

  /** Everything that ends, the most urgent first. */
  due(): Promise<DueRow[]>;
  /** The renewal that waits for a second person. */
  renewalProposal(): Promise<ProposalView | null>;
  renewalPropose(caseId: string | null): Promise<void>;
  /** Renews all that is due, or with a case everything of it. */
  renew(job: string, caseId: string | null, onProgress: OnProgress): Promise<RenewedRow[]>;

  verify(
    job: string,
    paths: string[],
    trustPath: string | null,
    dataPaths: string[],
    onProgress: OnProgress,
  ): Promise<Report[]>;
  /** Verifies a file once more and writes the result as 核验报告 into a folder; its path. */
  reportSave(path: string, trustPath: string | null, dataPaths: string[], folder: string, madeBy: string): Promise<string>;
  /** Captures one address into a case; `current` of its progress names the step. */
  capture(job: string, caseId: string, url: string, onProgress: OnProgress): Promise<CaptureResult>;
  /** A capture in a window that a person drives with `visitSay`; ends when they finish or close it. */
  visit(job: string, caseId: string, url: string, login: VisitLogin | null, onProgress: OnProgress, onTold: (told: VisitTold) => void): Promise<CaptureResult>;
  /** False where the browser has ended. */
  visitSay(job: string, order: VisitOrder): Promise<boolean>;
  captureFacts(caseId: string, number: number): Promise<CaptureFacts>;
  /** One picture of an archive, as PNG. */
  capturePicture(caseId: string, number: number, name: string): Promise<Uint8Array<ArrayBuffer>>;
  /** Finishes captures that were interrupted, each by itself. */
  capturesRecover(): Promise<Recovered>;
  checkEnvironment(job: string, onProgress: OnProgress): Promise<EnvironmentView>;
  /** A report that was kept as an item. */
  cleanlinessReport(caseId: string, number: number): Promise<CleanlinessReport>;
  deviceStanding(): Promise<DeviceStandingView>;
  deviceList(): Promise<DeviceView[]>;
  deviceRegister(name: string): Promise<void>;
  deviceConfirm(identity: string): Promise<void>;
  deviceRetire(identity: string): Promise<void>;
  probes(): Promise<Probes>;
  probesSet(probes: Probes): Promise<void>;
  search(words: string): Promise<Hit[]>;
  findFile(path: string): Promise<FileHits>;

  pickFiles(title: string): Promise<string[]>;
  pickFolder(title: string): Promise<string | null>;
  /** Files or folders dropped on the window; returns the way to stop listening. */
  onDrop(listener: (event: DropEvent) => void): Promise<() => void>;
  /** Asked before the window closes; answer false to keep it open. */
  onCloseAsked(mayClose: () => Promise<boolean>): Promise<() => void>;
}

export type DropEvent = { kind: "over" } | { kind: "leave" } | { kind: "drop"; paths: string[] };
