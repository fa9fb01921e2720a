/** Words for what a capture reports in codes. */
import type { Coded, CompletenessLine } from "../shell";
import { maybe, t } from "./index";

export function stepText(step: string): string {
  return maybe(`captureStep.${step}`) ?? t("task.capture");
}

/** How it ended; a code without words of its own is named. */
export function endingText(ending: Coded): string {
  return maybe(`ending.${ending.code}`, { detail: ending.detail }) ?? ending.code;
}

/** What is less than whole. */
export function lineText(line: CompletenessLine): string {
  return maybe(`lacking.${line.code}`) ?? line.code;
}

export function deviationText(deviation: Coded): string {
  return maybe(`deviation.${deviation.code}`, { detail: deviation.detail }) ?? deviation.code;
}
