/** Documents of a case: how each stands, what is asked to be written for it, and where what it lacks is supplied. */
import { computed, onMounted, ref, shallowRef, watch, type Ref, type ShallowRef } from "vue";
import { shell, type CertificateKind, type Hindrance, type ItemView, type OriginWords, type PapersView, type PaperStanding, type PaperWords } from "../shell";
import { draft } from "./drafts";
import type { Place } from "./place";
import { revision, status } from "./session";

export const originPoints = ["source", "generation", "storage", "notarisation", "witness", "corroboration"] as const;
export type OriginPoint = (typeof originPoints)[number];
export const approvalPoints = ["matter", "materials", "procedure", "wording", "fees", "discussed"] as const;
export const amendmentSorts = ["explanation", "supplement", "correction", "withdrawal"] as const;

/** The edition a person works in on a case: Chinese alone, or with English. */
export function editionOf(caseId: string): { chineseOnly: boolean } {
  return draft(`edition ${caseId}`, () => ({ chineseOnly: false }));
}

export interface LoadedPapers {
  papers: ShallowRef<PapersView | null>;
  error: Ref<unknown>;
}

export function usePapers(caseId: string): LoadedPapers {
  const papers = shallowRef<PapersView | null>(null);
  const error = ref<unknown>(null);
  const edition = editionOf(caseId);
  let asked = 0;
  async function load(): Promise<void> {
    const turn = (asked += 1);
    try {
      const found = await shell.papers(caseId, edition.chineseOnly);
      if (turn === asked) papers.value = found;
    } catch (thrown) {
      error.value = thrown;
    }
  }
  onMounted(load);
  watch([revision, () => edition.chineseOnly], load);
  return { papers, error };
}

/** Who may write and issue, who may approve, who may register copies. The office asks again. */
export function useRoles() {
  const may = (...roles: string[]) => computed(() => status.value?.state === "open" && status.value.person.roles.some((role) => roles.includes(role)));
  return { writes: may("clerk", "notary"), approves: may("reviewer", "notary"), copies: may("clerk", "notary", "archivist"), renews: may("clerk", "notary", "archivist"), administers: may("admin") };
}

/** A hindrance as one line; blank points of Art 18 of one hand-over are one. */
export interface HindranceLine {
  code: string;
  facts: Record<string, string>;
  points: OriginPoint[];
}

export function linesOf(hindrances: Hindrance[]): HindranceLine[] {
  const lines: HindranceLine[] = [];
  for (const { code, facts } of hindrances) {
    const point = originPoints.find((one) => code === "article-eighteen" && one === facts.point);
    const same = point && lines.find((line) => line.code === code && line.facts.batch === facts.batch);
    if (same) same.points.push(point);
    else lines.push({ code, facts, points: point ? [point] : [] });
  }
  return lines;
}

export type StandingState = "ready" | "lacking" | "approval" | "approved" | "stale";

export function stateOf({ hindrances, needsApproval }: Pick<PaperStanding, "hindrances" | "needsApproval">): StandingState {
  const only = hindrances.length === 1 ? hindrances[0]?.code : "";
  if (!hindrances.length) return needsApproval ? "approved" : "ready";
  if (only === "changed-since-approval") return "stale";
  return only === "not-approved" ? "approval" : "lacking";
}

/** Only an approval is missing, or nothing is. */
export function mayApprove(hindrances: Hindrance[]): boolean {
  return hindrances.every(({ code }) => code === "not-approved" || code === "changed-since-approval");
}

export type Lead = { word: "seal" | "details" | "records" | "anchors" | "items"; place: Place } | { word: "field" | "approval"; lack: string };

/** Where a line is mended: a place, or a field of the same page by the code it answers. */
export function leadOf({ code, facts, points }: HindranceLine, caseId: string): Lead {
  const tab = (word: "details" | "records" | "anchors" | "items"): Lead => ({ word, place: { name: "case", caseId, tab: word } });
  switch (code) {
    case "record":
      return tab(facts.missing === "applicant" ? "details" : "records");
    case "interest":
      return tab("anchors");
    case "no-pictures":
      return tab("items");
    case "article-eighteen":
      return { word: "field", lack: originLack(Number(facts.batch), points[0] ?? "source") };
    case "forbidden":
      return forbiddenLead(facts.field ?? "", tab);
    case "correction":
    case "unknown-document":
    case "foreign":
      return { word: "field", lack: code };
    case "not-approved":
    case "changed-since-approval":
      return { word: "approval", lack: "approval" };
    default:
      return { word: "seal", place: { name: "seal", caseId } };
  }
}

function forbiddenLead(field: string, tab: (word: "details" | "records" | "items") => Lead): Lead {
  if (field.startsWith("anomalies")) return { word: "field", lack: "anomalies" };
  if (/^(matter|purpose|applicant)/.test(field)) return tab("details");
  return tab(/^(onsite|phones)/.test(field) ? "records" : "items");
}

export function originLack(batch: number, point: OriginPoint): string {
  return `article-eighteen-${batch}-${point}`;
}

function blankOrigin(batch: number): OriginWords {
  return { batch, source: "", generation: "", storage: "", notarisation: "", witness: "", corroboration: "" };
}

/** Points that intake left blank, by hand-over: those still blank, and those that a person supplied. */
export function askedPoints({ hindrances, words }: PaperStanding): Map<number, OriginPoint[]> {
  const asked = new Map<number, Set<OriginPoint>>();
  const add = (batch: number, point: OriginPoint) => asked.set(batch, (asked.get(batch) ?? new Set()).add(point));
  for (const line of linesOf(hindrances)) line.points.forEach((point) => add(Number(line.facts.batch), point));
  for (const one of words.origins) originPoints.filter((point) => one[point]).forEach((point) => add(one.batch, point));
  const batches = [...asked].sort(([a], [b]) => a - b);
  return new Map(batches.map(([batch, points]) => [batch, originPoints.filter((point) => points.has(point))]));
}

/** The words with a row for everything that is asked; `about` is the document that a correction was begun for. */
export function filled(standing: PaperStanding, items: ItemView[], about: string): PaperWords {
  const words = JSON.parse(JSON.stringify(standing.words)) as PaperWords;
  const kept = words.correction;
  const fresh = standing.kind === "correction" && (!kept || (about !== "" && kept.documentId !== about));
  return {
    ...words,
    origins: [...askedPoints(standing).keys()].map((batch) => words.origins.find((one) => one.batch === batch) ?? blankOrigin(batch)),
    list: standing.kind === "list" ? items.map(({ number }) => words.list.find((one) => one.item === number) ?? { item: number, proves: "", content: "", pages: null }) : words.list,
    correction: fresh ? { documentId: about, sort: "explanation", place: "", before: "", statement: "", reason: "" } : kept,
  };
}

/** The words without the rows that say nothing: what is kept. */
export function stripped(words: PaperWords): PaperWords {
  const { correction } = words;
  return {
    ...words,
    anomalies: words.anomalies.map((line) => line.trim()).filter(Boolean),
    origins: words.origins.filter((one) => originPoints.some((point) => one[point].trim())),
    list: words.list.filter((one) => one.proves.trim() || one.content.trim() || one.pages !== null),
    correction: correction && (correction.documentId || correction.statement || correction.reason) ? correction : null,
  };
}

/** Whether there is something a person writes for that kind. */
export function hasWords(kind: CertificateKind): boolean {
  return kind !== "steps" && kind !== "prints";
}
