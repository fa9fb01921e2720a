/** The calendar of an office that has been at work for some years. */
import type { DueRow, RenewedRow } from "../types";
import type { MockCase } from "./cases";

const year = 365 * 86_400_000;
const instant = (at: number) => new Date(at).toISOString().replace(/\.\d+/, "");

/** Each sealed case with its tokens, one of them beside a document: some end soon, until they are renewed. */
export function dueRows(cases: MockCase[], renewed: Set<string>): DueRow[] {
  const now = Date.now();
  return cases
    .filter((one) => one.view.seals.some((seal) => seal.state === "sealed"))
    .slice(0, 12)
    .flatMap((one, index) => {
      const carried = renewed.has(one.view.id);
      const row = (member: string, authority: string, until: number): DueRow => ({
        caseId: one.view.id,
        number: one.view.number,
        member,
        authority,
        until: instant(until),
        algorithm: index % 5 === 4,
        renewBy: instant(until - year),
        state: until - year < now ? "due" : "later",
      });
      const token = row("META-INF/timestamp001.tst", "国家授时中心可信时间戳", now + (0.4 + index * 0.35) * year);
      const beside = row(`certificate/${one.view.number}-H01.pdf.p7s`, "国家授时中心可信时间戳", now + 0.4 * year);
      const ends = index === 0 ? [token, beside] : [token];
      if (!carried) return ends;
      const record = row("META-INF/evidencerecord001.ers", "国家授时中心可信时间戳", now + 9 * year);
      return [record, ...ends.map((one) => ({ ...one, state: "carried" as const }))];
    })
    .sort((a, b) => ["lapsed", "due", "later", "carried"].indexOf(a.state) - ["lapsed", "due", "later", "carried"].indexOf(b.state));
}

/** What a renewal of everything due does. */
export function renewDue(rows: DueRow[], renewed: Set<string>): RenewedRow[] {
  const due = rows.filter((row) => row.state === "due" && row.member.startsWith("META-INF/"));
  for (const row of due) renewed.add(row.caseId);
  const time = instant(Date.now());
  return due.map((row) => ({ number: row.number, kind: "first", algorithm: "SHA-256", authority: row.authority, time, problem: null }));
}
