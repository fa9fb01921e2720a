/** Seals that wait for time stamps: shown everywhere, and asked for again by themselves while somebody is at the desk. */
import { computed, shallowRef, watch } from "vue";
import { shell, type WaitingRow } from "../shell";
import { run, running } from "./jobs";
import { authorities, changed, revision, status } from "./session";
import { t } from "../words";

export const waiting = shallowRef<WaitingRow[]>([]);
/** Somebody who may seal is logged in, and there is someone to ask. */
export const mayRetry = computed(() => {
  const at = status.value;
  const roles = at?.state === "open" ? at.person.roles : [];
  return waiting.value.length > 0 && authorities.value.length > 0 && roles.some((role) => role === "clerk" || role === "notary");
});

const minutes = 5;

async function refreshQueue(): Promise<void> {
  waiting.value = status.value?.state === "open" ? await shell.waiting() : [];
}

/** Asks the authorities again; what is complete then leaves the list. */
export async function retry(): Promise<void> {
  if (!mayRetry.value || running.value.length > 0) return;
  const before = waiting.value.length;
  const left = await run("retry", t("queue.subject", { n: before }), (job, onProgress) => shell.retry(job, onProgress));
  if (left === null) return;
  waiting.value = left;
  if (left.length < before) changed();
}

/** An authority that does not answer now is asked again later; a failure is shown in the list of work and no more. */
export function watchQueue(): void {
  watch([status, revision], () => void refreshQueue().catch(() => undefined));
  setInterval(() => void retry().catch(() => undefined), minutes * 60_000);
}
