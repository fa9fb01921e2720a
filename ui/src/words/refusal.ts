import { ShellError } from "../shell";
import { maybe, t } from "./index";

/** What a refusal says: what happened, what is safe, what to do now. */
export interface Refusal {
  what: string;
  safe: string;
  now: string;
  code: string;
}

/** The three sentences of a refusal; a code without sentences of its own gets the general ones. */
export function refusal(thrown: unknown): Refusal {
  const error = thrown instanceof ShellError ? thrown : new ShellError("unexpected", { detail: String(thrown) });
  const say = (part: string) => maybe(`refusal.${error.code}.${part}`, error.params);
  const detail = Object.entries(error.params).map(([name, value]) => ` ${name}=${value}`);
  return {
    what: say("what") ?? t("refusal.unexpected.what"),
    safe: say("safe") ?? t("refusal.unexpected.safe"),
    now: say("now") ?? t("refusal.unexpected.now"),
    code: error.code + detail.join(""),
  };
}
