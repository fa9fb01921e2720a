/**
 * 证明什么 · 不证明什么: the statements a case supports at this moment, in the certificate's own words.
 *
 * Pure, so that each rule can be tested: facts in, keys of sentences out.
 */
import type { CaseView, Scope, SourceClass } from "../shell/types";

export interface Statement {
  /** Key under `proof.` in the words. */
  key:
    | "nothingYet"
    | "receipt"
    | "notSealed"
    | "queued"
    | "unchanged"
    | "noLaterThan"
    | "several"
    | "partlySealed"
    | "reviewed"
    | "reviewOutdated"
    | "notReviewed";
  params: Record<string, string | number>;
}

export interface Proof {
  /** P0 until a seal is complete; then no wider than the narrowest class supports. */
  scope: Scope;
  proves: Statement[];
  /** Classes whose certificate sentence applies, in order. */
  classes: SourceClass[];
  /** What stands open: neither proved nor excluded. */
  open: Statement[];
}

function one(key: Statement["key"], params: Statement["params"] = {}): Statement {
  return { key, params };
}

/** Times of the tokens that count, over all seals. */
function times(view: CaseView): { authority: string; time: string }[] {
  return view.seals.flatMap((seal) =>
    seal.tokens.flatMap(({ counts, authority, time }) => (counts && time ? [{ authority, time }] : [])),
  );
}

/** Earliest time that an authority vouches for, or null while none does. */
export function earliestToken(view: CaseView): string | null {
  const all = times(view).map(({ time }) => time);
  return all.length ? all.reduce((a, b) => (a < b ? a : b)) : null;
}

export function proofOf(view: CaseView, when: (instant: string) => string): Proof {
  const standing = view.items - view.withdrawn;
  if (standing === 0) return { scope: "P0", proves: [], classes: [], open: [one("nothingYet")] };
  const proves = [one("receipt", { items: standing })];
  const open: Statement[] = [];
  const earliest = earliestToken(view);
  const sealed = view.seals.filter((seal) => seal.state === "sealed");
  if (view.seals.length === 0) open.push(one("notSealed"));
  if (sealed.length < view.seals.length) open.push(one("queued"));
  if (sealed.length > 0) proves.push(one("unchanged", { items: sealed.reduce((sum, seal) => sum + seal.items, 0) }));
  if (earliest !== null) {
    proves.push(one("noLaterThan", { time: when(earliest) }));
    const authorities = new Set(times(view).map(({ authority }) => authority));
    if (authorities.size > 1) proves.push(one("several", { authorities: authorities.size }));
  }
  if (view.seals.length > 0 && view.unsealed > 0) open.push(one("partlySealed", { items: view.unsealed }));
  const review = view.reviews.at(-1);
  if (review?.current) proves.push(one("reviewed", { person: review.person, time: when(review.at) }));
  else open.push(one(review ? "reviewOutdated" : "notReviewed"));
  return { scope: sealed.length > 0 ? view.scope : "P0", proves, classes: view.classes, open };
}
