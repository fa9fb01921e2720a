/** One case as the screens read it; read again whenever something on it changed. */
import { onMounted, ref, shallowRef, watch, type Ref, type ShallowRef } from "vue";
import { shell, type CaseView } from "../shell";
import { revision } from "./session";

export interface LoadedCase {
  view: ShallowRef<CaseView | null>;
  error: Ref<unknown>;
}

/** With `opens` the look enters the journal: for the case's own page, not for the steps within it. */
export function useCase(caseId: string, opens = false): LoadedCase {
  const view = shallowRef<CaseView | null>(null);
  const error = ref<unknown>(null);
  async function load(look: boolean): Promise<void> {
    try {
      view.value = await shell.caseShow(caseId, look);
    } catch (thrown) {
      error.value = thrown;
    }
  }
  onMounted(() => load(opens));
  watch(revision, () => load(false));
  return { view, error };
}
