/** One case as the screens read it; read again whenever something on it changed. */
import { onMounted, ref, shallowRef, watch, type Ref, type ShallowRef } from "vue";
import { shell, type CaseView } from "../shell";
import { revision } from "./session";

/** How long a reading may take before the page says what it waits for. */
const patience = 700;

export interface LoadedCase {
  /** True when the reading waits for work that holds the office. */
  waiting: Ref<boolean>;
  view: ShallowRef<CaseView | null>;
  error: Ref<unknown>;
}

/** With `opens` the look enters the journal: for the case's own page, not for the steps within it. */
export function useCase(caseId: string, opens = false): LoadedCase {
  const view = shallowRef<CaseView | null>(null);
  const error = ref<unknown>(null);
  const waiting = ref(false);
  async function load(look: boolean): Promise<void> {
    const timer = setTimeout(() => (waiting.value = true), patience);
    try {
      view.value = await shell.caseShow(caseId, look);
    } catch (thrown) {
      error.value = thrown;
    }
    clearTimeout(timer);
    waiting.value = false;
  }
  onMounted(() => load(opens));
  watch(revision, () => load(false));
  return { view, error, waiting };
}
