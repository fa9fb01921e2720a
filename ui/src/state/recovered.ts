/** Captures that a crash interrupted are finished once, when an office is opened. */
import { ref, watch } from "vue";
import { shell, type Recovered } from "../shell";
import { changed, status } from "./session";

const nothing = (): Recovered => ({ made: [], failed: [] });

/** What came of them; said until it is put away. */
export const recovered = ref<Recovered>(nothing());
/** Why nothing could be looked for at all. */
export const unsought = ref<unknown>(null);

export function putAway(): void {
  recovered.value = nothing();
  unsought.value = null;
}

export function watchRecovered(): void {
  let done = "";
  watch(status, async (now) => {
    const office = now?.state === "open" ? now.office.folder : "";
    if (office === done) return;
    done = office;
    putAway();
    if (!office) return;
    try {
      recovered.value = await shell.capturesRecover();
    } catch (error) {
      unsought.value = error;
    }
    if (recovered.value.made.length > 0) changed();
  });
}
