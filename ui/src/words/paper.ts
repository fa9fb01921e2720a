/** Sentences for what a document lacks. */
import type { HindranceLine } from "../state/papers";
import type { Beside, Edition } from "../shell";
import { second } from "./format";
import { maybe, t } from "./index";

/** A code without a sentence of its own is named. */
export function hindranceText({ code, facts, points }: HindranceLine): string {
  const what = maybe(`hindrance.recordIs.${facts.missing}`) ?? facts.missing;
  const named = points.map((point) => t(`art18.${point}`)).join(t("format.list"));
  return maybe(`hindrance.${code}`, { ...facts, what, points: named }) ?? code;
}

export function signatureText(edition: Edition): string {
  const capacity = maybe(`papers.capacity.${edition.capacity}`) ?? edition.capacity;
  return t("papers.signed", { ...edition, capacity, time: second(edition.at) });
}

export function besideText(one: Beside): string {
  const capacity = maybe(`papers.capacity.${one.capacity}`) ?? one.capacity;
  return t(one.whole ? "papers.beside" : "papers.besideEarlier", { ...one, capacity, time: second(one.at) });
}
