/** 办理阶段, read from the facts of a case. */
import type { CaseRow, CaseView } from "../shell/types";

export const stages = ["accept", "collect", "seal", "review", "issue", "archive"] as const;
export type Stage = (typeof stages)[number];

export function stageOf(view: CaseView): Stage {
  if (view.items - view.withdrawn === 0) return "accept";
  switch (view.next) {
    case "take-in":
    case "seal":
    case "stamp":
      return "seal";
    case "review":
    case "certify":
      return "review";
    case "export":
      return view.revisions > 0 ? "archive" : "issue";
  }
}

/** What a row of the list says of a case: how far its material is fixed. */
export type RowState = "void" | "accept" | "collect" | "waiting" | "sealed";

export function rowState(row: CaseRow): RowState {
  if (row.void) return "void";
  if (row.items === 0) return "accept";
  if (row.waitingSeals > 0) return "waiting";
  return row.sealedItems < row.items ? "collect" : "sealed";
}
