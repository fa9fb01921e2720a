/** Where the person is. Mirrored in the address, so that a reload and the browser's Back keep the place. */
import { computed, ref } from "vue";
import type { CertificateKind, RecordKind } from "../shell/types";

export type Place =
  | { name: "cases" }
  | { name: "new-case" }
  | { name: "capture"; caseId: string | null }
  | { name: "case"; caseId: string; tab: CaseTab }
  | { name: "take-in"; caseId: string }
  | { name: "item"; caseId: string; number: number }
  | { name: "record"; caseId: string; kind: RecordKind; number: number | null }
  | { name: "seal"; caseId: string }
  | { name: "review"; caseId: string }
  /** A document that is not issued; `about` is the one that a correction is added to. */
  | { name: "paper"; caseId: string; kind: CertificateKind; about: string }
  | { name: "certificate"; caseId: string; documentId: string }
  | { name: "export"; caseId: string }
  | { name: "verify" }
  | { name: "due" }
  | { name: "settings"; tab: SettingsTab };

export const caseTabs = ["items", "records", "time", "anchors", "papers", "journal", "details"] as const;
export type CaseTab = (typeof caseTabs)[number];
/** What can be issued of a case; a verification report is made of files, not of cases. */
export const paperKinds = ["record", "receipt", "list", "correction", "custodian", "steps", "prints"] as const satisfies readonly CertificateKind[];
export const settingsTabs = ["office", "people", "authorities", "devices", "probes", "rails", "log", "signing", "templates", "about"] as const;
export type SettingsTab = (typeof settingsTabs)[number];

/** The address of a place, without `#`. */
export function address(place: Place): string {
  switch (place.name) {
    case "case":
      return `/cases/${place.caseId}/${place.tab}`;
    case "take-in":
    case "seal":
    case "review":
    case "export":
      return `/cases/${place.caseId}/do/${place.name}`;
    case "item":
      return `/cases/${place.caseId}/item/${place.number}`;
    case "record":
      return `/cases/${place.caseId}/record/${place.kind}/${place.number ?? "new"}`;
    case "certificate":
      return `/cases/${place.caseId}/certificate/${encodeURIComponent(place.documentId)}`;
    case "paper":
      return `/cases/${place.caseId}/paper/${place.kind}${place.about && `/${encodeURIComponent(place.about)}`}`;
    case "capture":
      return place.caseId ? `/capture/${place.caseId}` : "/capture";
    case "settings":
      return `/settings/${place.tab}`;
    default:
      return `/${place.name}`;
  }
}

/** The place of an address; whatever is not understood is the list of cases. */
export function placeAt(address: string): Place {
  const [head, caseId, what, which, number] = address.replace(/^#?\//, "").split("/");
  if (head === "settings") return { name: "settings", tab: settingsTabs.find((tab) => tab === caseId) ?? "office" };
  if (head === "capture") return { name: "capture", caseId: caseId || null };
  if (head === "verify" || head === "due" || head === "new-case") return { name: head };
  if (head !== "cases" || !caseId) return { name: "cases" };
  if (what === "do") {
    const act = (["take-in", "seal", "review", "export"] as const).find((name) => name === which);
    if (act) return { name: act, caseId };
  }
  if (what === "item" && Number(which) > 0) return { name: "item", caseId, number: Number(which) };
  if (what === "record") {
    const kind = (["onsite", "phone", "reason"] as const).find((one) => one === which);
    if (kind) return { name: "record", caseId, kind, number: Number(number) > 0 ? Number(number) : null };
  }
  if (what === "paper") {
    const kind = paperKinds.find((one) => one === which);
    if (kind) return { name: "paper", caseId, kind, about: decodeURIComponent(number ?? "") };
  }
  if (what === "certificate" && which) return { name: "certificate", caseId, documentId: decodeURIComponent(which) };
  return { name: "case", caseId, tab: caseTabs.find((tab) => tab === what) ?? "items" };
}

/** One level out: what Esc does. */
export function parent(place: Place): Place {
  switch (place.name) {
    case "take-in":
    case "seal":
    case "review":
    case "export":
    case "item":
      return { name: "case", caseId: place.caseId, tab: "items" };
    case "capture":
      return place.caseId ? { name: "case", caseId: place.caseId, tab: "items" } : { name: "cases" };
    case "record":
      return { name: "case", caseId: place.caseId, tab: "records" };
    case "paper":
    case "certificate":
      return { name: "case", caseId: place.caseId, tab: "papers" };
    default:
      return { name: "cases" };
  }
}

/** Where 立即固定 begins from here: in the case at hand, if there is one. */
export function captureFrom(place: Place): Place {
  return { name: "capture", caseId: "caseId" in place ? place.caseId : null };
}

const current = ref<Place>(typeof location === "undefined" ? { name: "cases" } : placeAt(location.hash));
export const place = computed(() => current.value);

export function go(to: Place): void {
  current.value = to;
  location.hash = address(to);
}

if (typeof window !== "undefined") {
  window.addEventListener("hashchange", () => {
    if (location.hash !== `#${address(current.value)}`) current.value = placeAt(location.hash);
  });
}
