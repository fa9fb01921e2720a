/**
 * What was typed into a form that is not yet carried out. Kept in memory while the person is logged in, because a
 * browser store on disk would hold names of parties outside the encrypted casebook.
 */
import { reactive } from "vue";

export const drafts = reactive(new Map<string, unknown>());

/** The draft called `key`, begun with `initial` the first time it is asked for. */
export function draft<T extends object>(key: string, initial: () => T): T {
  if (!drafts.has(key)) drafts.set(key, initial());
  return drafts.get(key) as T;
}

export function forget(key: string): void {
  drafts.delete(key);
}
