/** What was filtered and how far one had scrolled, kept while one looks into a case. */
import { reactive } from "vue";

export const kept = reactive({ words: "", at: 0 });
