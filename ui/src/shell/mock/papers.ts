/** Documents in memory: what hinders each, who approves exactly what, what is added to it, to whom copies went. */
import { ShellError, type AmendmentSort, type ApprovalPoints, type Beside, type CertificateKind, type CopyRow, type DocumentState, type Edition, type Hindrance, type IssuedPaper, type KeyChoice, type PapersView, type PaperStanding, type PaperWords, type RenewedDocumentView, type SignedBesideView, type SignedView, type SigningCapacity } from "../types";
import { digests } from "./bytes";
import { handlersOf, viewOf, type MockCase } from "./cases";
import { wantedOf } from "./records";

interface Amendment {
  documentId: string;
  amends: string;
  sort: AmendmentSort;
}

export interface MockPapers {
  written: Partial<Record<CertificateKind, { words: PaperWords; person: string }>>;
  /** `content` is what was approved, and nothing else is. */
  approvals: { kind: CertificateKind; content: string; person: string }[];
  amendments: Amendment[];
  editions: Record<string, Edition[]>;
  beside: Record<string, Beside[]>;
  /** Documents that say they are signed. */
  toSign: string[];
  copies: CopyRow[];
}

const letters: Record<CertificateKind, string> = { record: "J", receipt: "H", report: "Y", list: "Q", correction: "B", custodian: "E", steps: "S", prints: "P" };
const kinds: CertificateKind[] = ["record", "receipt", "list", "correction", "custodian", "steps", "prints"];
const points = ["source", "generation", "storage", "notarisation", "witness", "corroboration"] as const;
const phrases = ["区块链存证", "不可篡改", "绝对真实"];
const ranks: DocumentState[] = ["issued", "explained", "corrected", "withdrawn"];
const gravity: Record<AmendmentSort, number> = { explanation: 1, supplement: 1, correction: 2, withdrawal: 3 };

export function noPapers(): MockPapers {
  return { written: {}, approvals: [], amendments: [], editions: {}, beside: {}, toSign: [], copies: [] };
}

export function documentNumber(one: MockCase, kind: CertificateKind): string {
  const count = one.view.certificates.filter((each) => each.kind === kind).length + 1;
  return `${one.view.number}-${letters[kind]}${String(count).padStart(2, "0")}`;
}

export function wordsOf(one: MockCase, kind: CertificateKind): PaperWords {
  return one.papers.written[kind]?.words ?? { anomalies: [], origins: [], list: [], correction: null, foreign: "" };
}

function needsApproval(kind: CertificateKind): boolean {
  return kind === "record" || kind === "correction";
}

function ofCase(one: MockCase, undeclared: string[]): Hindrance[] {
  const view = viewOf(one);
  if (!view.seals.length) return [{ code: "not-sealed", facts: {} }];
  const waiting = view.seals.filter((seal) => seal.state === "waiting").map((seal) => ({ code: "waiting", facts: { seal: String(seal.number) } }));
  const record = (missing: string): Hindrance => ({ code: "record", facts: { missing } });
  return [
    ...waiting,
    ...(view.unsealed ? [{ code: "unsealed", facts: { count: String(view.unsealed) } }] : []),
    ...(view.applicant ? [] : [record("applicant")]),
    ...wantedOf(one).filter((each) => each.blocks).map((each) => record(each.missing)),
    ...(undeclared.length ? [{ code: "interest", facts: { rails: undeclared.join("、") } }] : []),
  ];
}

function articleEighteen(one: MockCase, words: PaperWords): Hindrance[] {
  const batches = new Map(one.items.filter((item) => !item.withdrawn).map((item) => [item.batch, item.facts]));
  return [...batches].flatMap(([batch, { art18, handedOverBy }]) => {
    const said = words.origins.find((each) => each.batch === batch);
    // The carrier and the hand-over make a source line of their own.
    const blank = points.filter((point) => !art18[point] && !said?.[point].trim() && !(point === "source" && handedOverBy));
    return blank.map((point) => ({ code: "article-eighteen", facts: { batch: String(batch), point } }));
  });
}

function forbidden(words: PaperWords): Hindrance[] {
  const texts: [string, string][] = [...words.anomalies.map((line, at): [string, string] => [`anomalies[${at}].zh`, line]), ...words.origins.flatMap((each, at) => points.map((point): [string, string] => [`origins[${at}].${point}.zh`, each[point]]))];
  return texts.flatMap(([field, text]) => phrases.filter((phrase) => text.includes(phrase)).map((phrase) => ({ code: "forbidden", facts: { field, phrase } })));
}

function ofKind(one: MockCase, kind: CertificateKind, words: PaperWords): Hindrance[] {
  const plain = (code: string, holds: boolean): Hindrance[] => (holds ? [{ code, facts: {} }] : []);
  const said = words.correction;
  if (kind === "record") return articleEighteen(one, words);
  if (kind === "custodian") return plain("foreign", !words.foreign.trim());
  if (kind === "prints") return plain("no-pictures", !one.items.some((item) => item.mediaType.startsWith("image/")));
  if (kind !== "correction") return [];
  if (!said?.statement.trim() || !said.reason.trim()) return plain("correction", true);
  const known = one.view.certificates.some((each) => each.documentId === said.documentId);
  return known ? [] : [{ code: "unknown-document", facts: { document_id: said.documentId } }];
}

function content(one: MockCase, kind: CertificateKind, chineseOnly: boolean): string {
  return JSON.stringify([kind, chineseOnly, wordsOf(one, kind), one.items.map((item) => item.sha256), one.view.seals.length]);
}

export function standingOfPaper(one: MockCase, kind: CertificateKind, chineseOnly: boolean, undeclared: string[]): PaperStanding {
  const words = wordsOf(one, kind);
  const hindrances = ofCase(one, undeclared);
  const whole = !hindrances.some((each) => each.code === "not-sealed" || each.code === "waiting");
  const before = one.papers.approvals.filter((each) => each.kind === kind);
  const approval = before.find((each) => each.content === content(one, kind, chineseOnly));
  if (whole) {
    hindrances.push(...forbidden(words), ...ofKind(one, kind, words));
    if (needsApproval(kind) && !approval) hindrances.push({ code: before.length ? "changed-since-approval" : "not-approved", facts: {} });
  }
  return { kind, hindrances, approvedBy: approval?.person ?? "", words, needsApproval: needsApproval(kind) };
}

/** Who has still to sign, in order. */
function openOf(one: MockCase, documentId: string, reviewedBy: string): SigningCapacity[] {
  if (!one.papers.toSign.includes(documentId)) return [];
  const due: SigningCapacity[] = reviewedBy ? ["handler", "approver", "office"] : ["handler", "office"];
  return due.filter((capacity) => !(one.papers.editions[documentId] ?? []).some((edition) => edition.capacity === capacity));
}

export function signPaper(one: MockCase, documentId: string, capacity: SigningCapacity, key: KeyChoice, person: string): SignedView {
  const paper = issuedOf(one).find((each) => each.documentId === documentId);
  if (!paper || paper.open[0] !== capacity) throw new ShellError("not-your-signature");
  if (key.file.includes("sm2")) throw new ShellError("key-not-for-pdf");
  if (key.secret === "wrong") throw new ShellError("signing", { detail: "the passphrase is wrong" });
  const remaining = paper.open.slice(1);
  const level = remaining.length ? "B-T" : "B-LTA";
  const signer = capacity === "office" ? "青梧市公证处" : person;
  (one.papers.editions[documentId] ??= []).push({ capacity, signer, level, at: new Date().toISOString() });
  return { signer, level, remaining };
}

export function signBeside(one: MockCase, documentId: string, capacity: SigningCapacity, key: KeyChoice, person: string): SignedBesideView {
  const paper = issuedOf(one).find((each) => each.documentId === documentId);
  if (!paper || paper.open.length) throw new ShellError("unsigned");
  if (paper.beside.some((each) => each.whole && each.capacity === capacity)) throw new ShellError("signed-beside");
  if (key.secret === "wrong") throw new ShellError("signing", { detail: "the passphrase is wrong" });
  const [signer, algorithm] = [capacity === "office" ? "青梧市公证处" : person, "SM2 SM3"];
  (one.papers.beside[documentId] ??= []).push({ capacity, signer, algorithm, whole: true, at: new Date().toISOString() });
  return { signer, algorithm };
}

export function renewPaper(one: MockCase, documentId: string): RenewedDocumentView {
  const paper = issuedOf(one).find((each) => each.documentId === documentId);
  if (!paper?.editions.length) throw new ShellError("not-signed");
  const [authority, time] = ["国家授时中心 TSA", new Date().toISOString()];
  paper.editions.push({ capacity: "archive", signer: authority, level: "B-LTA", at: time });
  for (const each of one.papers.beside[documentId] ?? []) each.whole = false;
  return { authority, time };
}

function issuedOf(one: MockCase): IssuedPaper[] {
  const { amendments, editions, beside, copies } = one.papers;
  return one.view.certificates.map(({ documentId, kind, at, person, reviewedBy, sha256 }) => {
    const added = amendments.filter((each) => each.amends === documentId);
    return {
      documentId,
      kind,
      at,
      person,
      reviewedBy,
      sha256,
      state: ranks[Math.max(0, ...added.map((each) => gravity[each.sort]))] ?? "issued",
      amendedBy: added.map((each) => each.documentId),
      amends: amendments.find((each) => each.documentId === documentId)?.amends ?? "",
      editions: editions[documentId] ?? [],
      beside: beside[documentId] ?? [],
      open: openOf(one, documentId, reviewedBy),
      copies: copies.filter((each) => each.documentId === documentId).reduce((sum, each) => sum + each.copies, 0),
    };
  });
}

export function papersOf(one: MockCase, chineseOnly: boolean, undeclared: string[]): PapersView {
  return { standings: kinds.map((kind) => standingOfPaper(one, kind, chineseOnly, undeclared)), issued: issuedOf(one) };
}

export function writePaper(one: MockCase, kind: CertificateKind, words: PaperWords, person: string): void {
  one.papers.written[kind] = { words: JSON.parse(JSON.stringify(words)) as PaperWords, person };
}

function wanting(hindrances: Hindrance[]): ShellError {
  return new ShellError("paper-wanting", { detail: hindrances.map((each) => each.code).join(", ") });
}

export function approvePaper(one: MockCase, kind: CertificateKind, chineseOnly: boolean, answered: ApprovalPoints, person: string, undeclared: string[]): void {
  if (Object.values(answered).some((point) => !point)) throw new ShellError("checklist");
  if (handlersOf(one).includes(person)) throw new ShellError("same-person");
  if (one.papers.written[kind]?.person === person) throw new ShellError("second-person", { detail: person });
  const open = standingOfPaper(one, kind, chineseOnly, undeclared).hindrances.filter((each) => each.code !== "not-approved" && each.code !== "changed-since-approval");
  if (open.length) throw wanting(open);
  one.papers.approvals.push({ kind, content: content(one, kind, chineseOnly), person });
}

export function issuePaper(one: MockCase, kind: CertificateKind, chineseOnly: boolean, person: string, undeclared: string[], at = new Date().toISOString()): string {
  const { hindrances, approvedBy, words } = standingOfPaper(one, kind, chineseOnly, undeclared);
  if (hindrances.length) throw wanting(hindrances);
  const documentId = documentNumber(one, kind);
  const view = viewOf(one);
  const reviewedBy = approvedBy || (view.reviews.filter((review) => review.current).at(-1)?.person ?? "");
  one.view.certificates.push({ documentId, kind, at, person, reviewedBy, sealsUpto: view.seals.length, sha256: digests(documentId).sha256 });
  if (kind === "correction" && words.correction) {
    one.papers.amendments.push({ documentId, amends: words.correction.documentId, sort: words.correction.sort });
    // What was written for it is said now.
    delete one.papers.written.correction;
  }
  return documentId;
}

export function addCopy(one: MockCase, copy: CopyRow): void {
  if (copy.copies < 1 || copy.copies > 1000) throw new ShellError("copies", { copies: String(copy.copies) });
  if (!copy.recipient.trim()) throw new ShellError("bad-text", { field: "recipient" });
  if (!copy.basis.trim()) throw new ShellError("bad-text", { field: "basis" });
  one.papers.copies.push(copy);
}

/** `papers=several`: a record issued and corrected, its copies, its signatures. */
export function seedPapers(one: MockCase): void {
  const all: ApprovalPoints = { matter: true, materials: true, procedure: true, wording: true, fees: true, discussed: true };
  const batches = [...new Set(one.items.map((item) => item.batch))];
  const handler = one.view.handlers[0] ?? one.view.openedBy;
  const none = "无";
  const blank: PaperWords = { anomalies: [], origins: [], list: [], correction: null, foreign: "" };
  const later = (minutes: number) => new Date(Date.parse(one.view.openedAt) + minutes * 60_000).toISOString();
  writePaper(one, "record", { ...blank, origins: batches.map((batch) => ({ batch, source: "", generation: "", storage: "", notarisation: none, witness: none, corroboration: "" })) }, handler);
  approvePaper(one, "record", false, all, "陈砚秋", []);
  const record = issuePaper(one, "record", false, handler, [], later(130));
  const correction = { documentId: record, sort: "supplement" as const, place: "第 2 页", before: "", statement: "付款凭证共 1 页，与原件核对一致。", reason: "原文漏载页数。" };
  writePaper(one, "correction", { ...blank, correction }, handler);
  approvePaper(one, "correction", false, all, "陈砚秋", []);
  issuePaper(one, "correction", false, handler, [], later(1570));
  one.papers.editions[record] = [{ capacity: "office", signer: "青梧市公证处", level: "B-LTA", at: later(132) }];
  one.papers.copies.push({ documentId: record, form: "paper", copies: 2, recipient: one.view.applicant, basis: "申请人领取", at: later(140), person: handler });
}
