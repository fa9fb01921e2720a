/** Which office is open and who sits at the desk. */
import { ref, shallowRef } from "vue";
import { shell, type ChosenAuthority, type OfficeStatus, type Person } from "../shell";
import { jobs } from "./jobs";
import { drafts } from "./drafts";

export const status = shallowRef<OfficeStatus | null>(null);
export const people = shallowRef<Person[]>([]);
export const authorities = shallowRef<ChosenAuthority[]>([]);
/** Raised when something on a case changed, so that open screens read again. */
export const revision = ref(0);

export async function refreshSession(): Promise<void> {
  const now = await shell.officeStatus();
  if (now.state === "open") {
    [people.value, authorities.value] = await Promise.all([shell.personList(), shell.authoritiesChosen()]);
  }
  status.value = now;
}

export async function lock(): Promise<void> {
  await shell.officeLock();
  jobs.splice(0);
  drafts.clear();
  await refreshSession();
}

export function changed(): void {
  revision.value += 1;
}
