/** Which office is open and who sits at the desk. */
import { ref, shallowRef } from "vue";
import { shell, type ChosenAuthority, type OfficeStatus, type Person } from "../shell";
import { jobs, running } from "./jobs";
import { drafts } from "./drafts";

export const status = shallowRef<OfficeStatus | null>(null);
export const people = shallowRef<Person[]>([]);
export const authorities = shallowRef<ChosenAuthority[]>([]);
/** Raised when something on a case changed, so that open screens read again. */
export const revision = ref(0);

/** Whose drafts are kept; another person never sees them. */
let owner = "";

export async function refreshSession(): Promise<void> {
  const now = await shell.officeStatus();
  if (now.state === "open") {
    const whose = `${now.office.folder} ${now.person.name}`;
    if (owner !== whose) drafts.clear();
    owner = whose;
    [people.value, authorities.value] = await Promise.all([shell.personList(), shell.authoritiesChosen()]);
  }
  status.value = now;
}

export async function lock(): Promise<void> {
  await shell.officeLock();
  jobs.splice(0);
  await refreshSession();
}

/** Minutes without a key or a click after which the office is closed. */
const idleMinutes = 15;

/** Closes the office when nobody is at the desk; never while work is running. */
export function watchIdle(): void {
  let last = Date.now();
  for (const event of ["pointerdown", "keydown", "wheel"]) addEventListener(event, () => (last = Date.now()), { passive: true });
  setInterval(() => {
    const idle = Date.now() - last > idleMinutes * 60_000;
    if (idle && status.value?.state === "open" && running.value.length === 0) void lock();
  }, 20_000);
}

export function changed(): void {
  revision.value += 1;
}
