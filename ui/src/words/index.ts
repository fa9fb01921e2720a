import { createI18n } from "vue-i18n";
import en from "./en.json";
import zh from "./zh-CN.json";

/** The Chinese words are the measure; English must have exactly the same keys. */
type Words = typeof zh;
type Same<A, B> = A extends string ? string : { [K in keyof A]: K extends keyof B ? Same<A[K], B[K]> : never };
const english: Same<Words, typeof en> & Same<typeof en, Words> = en;

/** Every key that names one text. */
type Leaves<T> = { [K in keyof T & string]: T[K] extends string ? K : `${K}.${Leaves<T[K]>}` }[keyof T & string];
export type Key = Leaves<Words>;

export type Language = "zh-CN" | "en";
const remembered = localStorage.getItem("fidem.language");

export const words = createI18n({
  legacy: false,
  locale: (remembered === "en" ? "en" : "zh-CN") as Language,
  fallbackLocale: false,
  messages: { "zh-CN": zh as Words, en: english as unknown as Words },
});

/** The text of a key; a key that does not exist does not compile. `n` or `items` decides between one and many. */
export function t(key: Key, params: Record<string, unknown> = {}): string {
  const many = Number(params.n ?? params.items ?? 2) === 1 ? 1 : 2;
  // A number 0 would be taken for an absent one, and replaced by the choice of form.
  const said = params.n === 0 ? { ...params, n: "0" } : params;
  return words.global.t(key, said, many);
}

/** The text of a key that arrives as data, or null where no such text exists. */
export function maybe(key: string, params: Record<string, unknown> = {}): string | null {
  return words.global.te(key) ? words.global.t(key, params) : null;
}

export function language(): Language {
  return words.global.locale.value as Language;
}

export function setLanguage(chosen: Language): void {
  words.global.locale.value = chosen;
  localStorage.setItem("fidem.language", chosen);
  document.documentElement.lang = chosen;
}

document.documentElement.lang = language();
