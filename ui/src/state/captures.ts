/**
 * 立即固定: a queue of addresses, captured one after the other.
 *
 * It survives leaving the page; another person who logs in never sees it.
 */
import { computed, reactive, watch } from "vue";
import { shell, ShellError, type CaptureResult, type Progress, type VisitLogin } from "../shell";
import { cancel, dismiss, jobs, run } from "./jobs";
import { changed, status } from "./session";
import { hear, newVisit, type Visit } from "./visit";

/** The steps of a capture in their order; the machine is examined twice. */
export const captureSteps = ["self-test", "launch", "examine", "open", "look", "close", "examine-after", "archive", "seal"] as const;
export type CaptureStep = (typeof captureSteps)[number];

export interface CaptureLine {
  id: number;
  url: string;
  caseId: string;
  state: "waiting" | "running" | "stopping" | "done" | "stopped" | "failed";
  step: CaptureStep | null;
  job: string;
  /** A person drives the browser; null where it goes by itself. */
  visit: Visit | null;
  result: CaptureResult | null;
  error: ShellError | null;
}

const all = reactive({
  lines: [] as CaptureLine[],
  /** The line that is looked at; 0 for the one of interest. */
  shown: 0,
  busy: false,
  halted: false,
  next: 1,
});

export const lines = computed(() => all.lines);
export const busy = computed(() => all.busy);
/** The line chosen, else the one that runs, else the last that ended. */
export const shown = computed(() => {
  const ended = all.lines.filter((line) => line.state !== "waiting");
  const at = all.lines.find((line) => line.state === "running" || line.state === "stopping");
  return all.lines.find((line) => line.id === all.shown) ?? at ?? ended.at(-1) ?? null;
});

let owner = "";
watch(
  status,
  (now) => {
    if (now?.state !== "open") return;
    const whose = `${now.office.folder} ${now.person.name}`;
    if (owner && owner !== whose) all.lines = [];
    owner = whose;
  },
  { flush: "sync" },
);

export function choose(line: CaptureLine): void {
  all.shown = line.id;
}

export function remove(line: CaptureLine): void {
  all.lines = all.lines.filter((other) => other.id !== line.id);
}

/** Lines that ended well or were stopped leave the list; what waits and what failed stays. */
export function clearEnded(): void {
  all.lines = all.lines.filter((line) => line.state !== "done" && line.state !== "stopped");
}

export function add(url: string, caseId: string, driven: { login: VisitLogin | null } | null = null): void {
  const visit = driven && newVisit(driven.login);
  all.lines.push({ id: all.next++, url, caseId, state: "waiting", step: null, job: "", visit, result: null, error: null });
  all.shown = 0;
}

/** The step that a report names, given the one before. */
export function stepAfter(before: CaptureStep | null, named: string): CaptureStep | null {
  const late = before !== null && captureSteps.indexOf(before) >= captureSteps.indexOf("close");
  if (named === "examine" && late) return "examine-after";
  return captureSteps.find((step) => step === named) ?? before;
}

/** What a capture's report means on the line, and for the list of work. */
function follow(line: CaptureLine, progress: Progress): Progress | null {
  if (progress.task !== "capture") return null;
  line.step = stepAfter(line.step, progress.current);
  const done = line.step ? captureSteps.indexOf(line.step) : 0;
  return { task: "capture", done, total: captureSteps.length, current: line.step ?? "" };
}

async function one(line: CaptureLine): Promise<void> {
  Object.assign(line, { state: "running", step: null, result: null, error: null });
  try {
    line.result = await run("capture", line.url, (job, onProgress) => {
      line.job = job;
      const report = (progress: Progress) => {
        const told = follow(line, progress);
        if (told) onProgress(told);
      };
      const visit = line.visit;
      if (!visit) return shell.capture(job, line.caseId, line.url, report);
      Object.assign(visit, newVisit(visit.login));
      return shell.visit(job, line.caseId, line.url, visit.login, report, (told) => hear(visit, told));
    });
    line.state = line.result ? "done" : "stopped";
    changed();
  } catch (thrown) {
    line.error = thrown instanceof ShellError ? thrown : new ShellError("unexpected", { detail: String(thrown) });
    line.state = "failed";
  }
}

/** Captures what waits, one after the other, until nothing waits or somebody stops it. */
export async function start(): Promise<void> {
  all.halted = false;
  if (all.busy) return;
  all.busy = true;
  try {
    for (let line = next(); line; line = next()) await one(line);
  } finally {
    all.busy = false;
  }
}

function next(): CaptureLine | undefined {
  return status.value?.state === "open" && !all.halted ? all.lines.find((line) => line.state === "waiting") : undefined;
}

/** The line at work is stopped at its next safe place; what waits goes on waiting. */
export async function stop(): Promise<void> {
  all.halted = true;
  for (const line of all.lines.filter((each) => each.state === "running")) {
    line.state = "stopping";
    // A person who stops has seen what they wanted: it ends in order, and is kept.
    if (line.visit && (await shell.visitSay(line.job, { act: "finish" }))) continue;
    const job = jobs.find((each) => each.id === line.job);
    if (job) await cancel(job);
  }
}

export async function retry(line: CaptureLine): Promise<void> {
  const before = jobs.find((each) => each.id === line.job);
  if (before) dismiss(before);
  Object.assign(line, { state: "waiting", step: null, error: null });
  all.shown = 0;
  await start();
}
