/** Long work: what runs, how far it is, and the way to stop it. The drawer at the bottom shows this list. */
import { computed, reactive } from "vue";
import { shell, ShellError, type OnProgress, type Progress, type Task } from "../shell";

export type JobKind = "take-in" | "seal" | "export" | "verify" | "renew" | "retry" | "capture" | "examine";

/** Tasks whose progress is counted in bytes. */
export const byteTasks: readonly Task[] = ["take-in", "export", "verify", "renew"];

export interface Job {
  id: string;
  kind: JobKind;
  /** What it works on, as a person would name it. */
  subject: string;
  state: "running" | "cancelling" | "done" | "cancelled" | "failed";
  progress: Progress | null;
  startedAt: number;
  error: ShellError | null;
}

/** A line of finished work leaves by itself after so many milliseconds; one that failed stays. */
const lingering = 4000;

export const jobs = reactive<Job[]>([]);
export const running = computed(() => jobs.filter((job) => job.state === "running" || job.state === "cancelling"));

/** Bytes per second since the start, or null while nothing can be said. */
export function speed(job: Job, now: number): number | null {
  const seconds = (now - job.startedAt) / 1000;
  const at = job.progress;
  return at && byteTasks.includes(at.task) && seconds > 0.3 && at.done > 0 ? at.done / seconds : null;
}

/** Seconds left at the present speed, or null. */
export function left(job: Job, now: number): number | null {
  const rate = speed(job, now);
  if (!rate || !job.progress || job.progress.total === 0) return null;
  return Math.max(0, Math.ceil((job.progress.total - job.progress.done) / rate));
}

/** Share done, 0 to 100. */
export function percent(job: Job): number {
  const at = job.progress;
  if (!at) return 0;
  return at.total > 0 ? Math.min(100, Math.floor((at.done / at.total) * 100)) : 0;
}

/** Runs `work` as a job; null when it was cancelled, and the refusal is thrown when it failed. */
export async function run<T>(
  kind: JobKind,
  subject: string,
  work: (id: string, onProgress: OnProgress) => Promise<T>,
): Promise<T | null> {
  const id = crypto.randomUUID();
  jobs.unshift({ id, kind, subject, state: "running", progress: null, startedAt: Date.now(), error: null });
  const job = jobs[0] as Job;
  try {
    const result = await work(id, (progress) => {
      job.progress = progress;
    });
    job.state = "done";
    setTimeout(() => dismiss(job), lingering);
    return result;
  } catch (thrown) {
    const error = thrown instanceof ShellError ? thrown : new ShellError("unexpected", { detail: String(thrown) });
    job.state = error.code === "stopped" ? "cancelled" : "failed";
    job.error = error;
    if (job.state === "cancelled") return null;
    throw error;
  }
}

export async function cancel(job: Job): Promise<void> {
  if (job.state !== "running") return;
  job.state = "cancelling";
  await shell.cancelJob(job.id);
}

/** Takes a finished line off the list. */
export function dismiss(job: Job): void {
  const at = jobs.findIndex((other) => other.id === job.id);
  if (at >= 0) jobs.splice(at, 1);
}
