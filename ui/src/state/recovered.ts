/** Captures that a crash interrupted are finished once, when an office is opened. */
import { ref, watch } from "vue";
import { shell } from "../shell";
import { changed, status } from "./session";

/** How many items were made of them; said until it is put away. */
export const recovered = ref(0);

export function watchRecovered(): void {
  let done = "";
  watch(status, async (now) => {
    const office = now?.state === "open" ? now.office.folder : "";
    if (office === done) return;
    done = office;
    recovered.value = 0;
    if (!office) return;
    // A role that may not, or a disk that refuses, is said by whatever is done next.
    const made = await shell.capturesRecover().catch(() => []);
    recovered.value = made.length;
    if (made.length > 0) changed();
  });
}
