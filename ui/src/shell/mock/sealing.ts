import type { ChosenAuthority, ItemView, SealView, SourceClass } from "../types";
import { digests } from "./bytes";
import type { MockCase } from "./cases";

/** The class that stated facts support, as the office computes it. */
export function classOf(origin: ItemView["facts"]["origin"]): SourceClass {
  if (origin.kind === "on-site" && new Set(origin.officers).size >= 2) return "B";
  if (origin.kind === "third-party-archive") return "F";
  if (origin.kind === "derived") return "E";
  if (origin.kind === "paper-scan" && origin.compared && origin.pages > 0) return "G";
  return "C";
}

export function newSeal(one: MockCase, items: ItemView[], madeBy: string, deviceTime = new Date().toISOString()): SealView {
  const number = one.view.seals.length + 1;
  items.forEach((item) => (item.seal = number));
  const sums = digests(`${one.view.id} manifest ${number}`);
  const seal: SealView = { number, state: "waiting", items: items.length, deviceTime, madeBy, manifestSha256: sums.sha256, manifestSm3: sums.sm3, tokens: [] };
  one.view.seals.push(seal);
  return seal;
}

/** Every authority answers a little later than the one before, or none does. */
export function answer(seal: SealView, authorities: ChosenAuthority[], silent: boolean): void {
  const start = Date.parse(seal.deviceTime);
  seal.tokens = authorities.map(({ name, url }, index) =>
    silent
      ? { ordinal: null, authority: name, url, counts: false, time: null, remark: null, problem: "connection timed out" }
      : { ordinal: (seal.number - 1) * authorities.length + index + 1, authority: name, url, counts: true, time: new Date(start + (index + 2) * 1000).toISOString(), remark: null, problem: null },
  );
  if (!silent && authorities.length > 0) seal.state = "sealed";
}
