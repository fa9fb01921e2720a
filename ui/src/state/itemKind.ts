/** What an item's page shows of it, by what the office made of it. */
import type { ItemView } from "../shell/types";

export type ItemKind = "withheld" | "archive" | "report" | "file";

/** A recorder's own items are known by their origin: a file of that name that a party handed in is just a file. */
export function itemKind(item: Pick<ItemView, "mediaType" | "name" | "withheld" | "facts">): ItemKind {
  if (item.withheld !== null) return "withheld";
  if (item.facts.origin.kind !== "office-capture") return "file";
  if (item.mediaType === "application/wacz") return "archive";
  return /^cleanliness-.*\.json$/.test(item.name) ? "report" : "file";
}
