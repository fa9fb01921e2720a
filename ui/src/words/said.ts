/** Texts that come in both languages. */
import type { Bilingual } from "../shell";
import { language } from "./index";

export function said(text: Bilingual): string {
  return language() === "en" ? text.en : text.zh;
}
