/** Words for the codes of records of work. */
import type { LackCode } from "../state/records";
import type { RecordKind } from "../shell";
import { maybe, t } from "./index";

/** What speaks against what a record tells of; a code without words of its own is named. */
export function findingText(code: string): string {
  return maybe(`record.finding.${code}`) ?? code;
}

/** What is lacking; of the phone, some codes mean another field than on site. */
export function lackText(code: LackCode, kind: RecordKind): string {
  if (kind === "phone" && code === "network") return t("record.lack.phone-network");
  if (kind === "phone" && code === "items") return t("record.lack.phone-items");
  return t(`record.lack.${code}`);
}
