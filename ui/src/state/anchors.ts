/** Anchorings under way: looked at again by themselves while somebody who may is at the desk. */
import { computed, ref, shallowRef, watch } from "vue";
import { shell, type AnchorRow } from "../shell";
import { running } from "./jobs";
import { changed, revision, status } from "./session";

/** Those that are neither final nor forked. */
export const underWay = shallowRef<AnchorRow[]>([]);
export const looking = ref(false);
/** The last look: when, and why it failed; a failure is shown where anchorings are, and no more. */
export const lastLook = shallowRef<{ at: number; error: unknown } | null>(null);
/** Somebody who may submit and look is logged in. */
export const mayAnchor = computed(() => {
  const at = status.value;
  return at?.state === "open" && at.person.roles.some((role) => role === "clerk" || role === "notary");
});

/** No more often than this by itself. */
const minutes = 10;

export function waits(row: AnchorRow): boolean {
  return row.stage === "prepared" || row.stage === "submitted" || row.stage === "included";
}

/** Whether it is time for a look nobody asked for. */
export function dueToLook(waiting: number, last: number | null, now: number): boolean {
  return waiting > 0 && (last === null || now - last >= minutes * 60_000);
}

async function refresh(): Promise<void> {
  underWay.value = status.value?.state === "open" ? (await shell.anchorings()).filter(waits) : [];
}

/** Looks how far what waits has come, with `all` also at what is final; open screens read again. */
export async function look(all: boolean): Promise<AnchorRow[]> {
  looking.value = true;
  try {
    const seen = await shell.anchorUpgrade(all);
    lastLook.value = { at: Date.now(), error: null };
    changed();
    return seen;
  } catch (thrown) {
    lastLook.value = { at: Date.now(), error: thrown };
    throw thrown;
  } finally {
    looking.value = false;
  }
}

async function lookQuietly(): Promise<void> {
  const idle = mayAnchor.value && !looking.value && running.value.length === 0;
  if (idle && dueToLook(underWay.value.length, lastLook.value?.at ?? null, Date.now())) await look(false);
}

export function watchAnchors(): void {
  watch([status, revision], () => void refresh().catch(() => undefined));
  setInterval(() => void lookQuietly().catch(() => undefined), 60_000);
}
