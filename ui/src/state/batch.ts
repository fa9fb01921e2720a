/** 交接批次 while it is being filled in. */
import type { Art14Kind, Facts, Origin } from "../shell/types";

export type OriginKind = "supplied-by-party" | "on-site" | "third-party-archive" | "paper-scan" | "derived";
export const originKinds: OriginKind[] = ["supplied-by-party", "on-site", "third-party-archive", "paper-scan", "derived"];
export const art14Kinds: Art14Kind[] = ["web", "messages", "registration", "file", "other"];
export const art18Headings = ["source", "generation", "storage", "notarisation", "witness", "corroboration"] as const;

export interface Batch {
  paths: string[];
  originKind: OriginKind;
  officers: string;
  platform: string;
  pages: string;
  compared: boolean;
  algorithm: string;
  rawDataKept: boolean;
  facts: Omit<Facts, "origin">;
}

export function emptyBatch(): Batch {
  return {
    paths: [],
    originKind: "supplied-by-party",
    officers: "",
    platform: "",
    pages: "",
    compared: false,
    algorithm: "",
    rawDataKept: false,
    facts: {
      art14Kind: null,
      handedOverBy: "",
      receivedBy: "",
      receivedPlace: "",
      obtained: "",
      carrier: { kind: "", make: "", model: "", serial: "", capacity: "", condition: "", disposition: "", sealed: false },
      original: { availableInCourt: "", where: "", byWhom: "", until: "" },
      art18: { source: "", generation: "", storage: "", notarisation: "", witness: "", corroboration: "" },
    },
  };
}

/** Names in a line, separated as people do. */
export function names(line: string): string[] {
  return [...new Set(line.split(/[、,，;；\s]+/).filter(Boolean))];
}

function origin(batch: Batch): Origin {
  switch (batch.originKind) {
    case "supplied-by-party":
      return { kind: "supplied-by-party" };
    case "on-site":
      return { kind: "on-site", officers: names(batch.officers) };
    case "third-party-archive":
      return { kind: "third-party-archive", platform: batch.platform.trim() };
    case "paper-scan":
      return { kind: "paper-scan", compared: batch.compared, pages: Math.max(0, Math.trunc(Number(batch.pages)) || 0) };
    case "derived":
      return { kind: "derived", algorithm: batch.algorithm.trim(), rawDataKept: batch.rawDataKept };
  }
}

/** The facts as they are handed on: a copy that later typing does not change. */
export function factsOf(batch: Batch): Facts {
  const { carrier, original, art18, ...plain } = batch.facts;
  return { ...plain, origin: origin(batch), carrier: { ...carrier }, original: { ...original }, art18: { ...art18 } };
}

/** The class these facts support; the office decides again from the same facts. */
export function classOf(facts: Facts): "A-" | "B" | "C" | "D" | "E" | "F" | "G" {
  const from = facts.origin;
  if (from.kind === "on-site" && from.officers.length >= 2) return "B";
  if (from.kind === "third-party-archive") return "F";
  if (from.kind === "derived") return "E";
  if (from.kind === "paper-scan" && from.compared && from.pages > 0) return "G";
  return "C";
}
