/**
 * The one step that is due on a case, and what is still missing.
 *
 * The office decides which step it is; here it gets its place, and each missing thing the place where it is supplied.
 */
import type { CaseView, MissingFact, NextStep, Person } from "../shell/types";
import type { Place } from "./place";

export interface Missing {
  /** Key under `missing.` in the words. */
  key: "facts" | "records" | "authorities" | "token" | "secondPerson" | "otherPerson";
  /** Facts that will print as unknown, for `facts`; what is wanted, for `records`. */
  facts: MissingFact[];
  person: string;
  /** Where the line leads. */
  to: Place;
}

export interface Next {
  step: NextStep | "done";
  to: Place;
  missing: Missing[];
}

interface Around {
  person: Person;
  people: number;
  authorities: number;
}

function line(key: Missing["key"], to: Place, more: Partial<Missing> = {}): Missing {
  return { key, to, facts: [], person: "", ...more };
}

function placeOf(step: NextStep, caseId: string): Place {
  switch (step) {
    case "take-in":
      return { name: "take-in", caseId };
    case "seal":
    case "stamp":
      return { name: "seal", caseId };
    case "review":
      return { name: "review", caseId };
    case "certify":
      return { name: "paper", caseId, kind: "receipt", about: "" };
    case "export":
      return { name: "export", caseId };
  }
}

/** Records of work have a tab of their own. */
function ofRecord(fact: MissingFact): boolean {
  return fact === "onsite-record" || fact === "phone-record" || fact === "continuation-reason";
}

/** The records that are wanted on a case, as one line. */
export function recordsMissing(view: CaseView): Missing[] {
  const facts = view.missing.filter(ofRecord);
  return facts.length ? [line("records", { name: "case", caseId: view.id, tab: "records" }, { facts })] : [];
}

export function nextOf(view: CaseView, around: Around): Next {
  const caseId = view.id;
  const step = view.next;
  const missing = recordsMissing(view);
  const facts = line("facts", { name: "case", caseId, tab: "items" }, { facts: view.missing.filter((fact) => !ofRecord(fact)) });
  if (facts.facts.length > 0 && (step === "seal" || step === "certify")) missing.push(facts);
  if ((step === "seal" || step === "stamp") && around.authorities === 0) {
    missing.push(line("authorities", { name: "settings", tab: "authorities" }));
  } else if (step === "stamp") {
    missing.push(line("token", { name: "case", caseId, tab: "time" }));
  }
  if (step === "review" && around.people < 2) {
    missing.push(line("secondPerson", { name: "settings", tab: "people" }));
  } else if (step === "review" && view.handlers.includes(around.person.name)) {
    missing.push(line("otherPerson", { name: "review", caseId }, { person: around.person.name }));
  }
  const done = step === "export" && view.revisions > 0;
  return { step: done ? "done" : step, to: placeOf(step, caseId), missing };
}
