/** The items of a case to choose from; withdrawn ones are no choice. */
import { onMounted, shallowRef, watch, type ShallowRef } from "vue";
import { shell, type ItemView } from "../shell";
import { revision } from "./session";

/** More than a person chooses from by hand. */
const most = 2000;

export function useItems(caseId: string, failed: (thrown: unknown) => void): ShallowRef<ItemView[]> {
  const items = shallowRef<ItemView[]>([]);
  async function load(): Promise<void> {
    try {
      items.value = (await shell.caseItems(caseId, 0, most)).items.filter((item) => !item.withdrawn);
    } catch (thrown) {
      failed(thrown);
    }
  }
  onMounted(load);
  watch(revision, load);
  return items;
}
