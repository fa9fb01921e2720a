/** Why a token does not count, in words: the rules that decided arrive as codes with their clauses. */
import { maybe, t } from "./index";

/** One sentence for each rule; a rule without a sentence of its own is named. */
export function problemText(problem: string): string {
  const rules = problem.split("; ").map((rule) => {
    const [, code, clause = ""] = /^([a-z][a-z0-9]*(?:-[a-z0-9]+)+|revoked)(?: \((.*)\))?$/.exec(rule) ?? [];
    if (!code) return rule;
    return maybe(`problem.${code}`, { clause }) ?? t("problem.rule", { code, clause });
  });
  return rules.join(" ");
}
