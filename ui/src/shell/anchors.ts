/** Anchoring, the rails it goes by, and the office log with its witnesses. */

export type AnchorStage = "prepared" | "submitted" | "included" | "final" | "forked";

/** The root of the office log given to a network. */
export interface AnchorRow {
  number: number;
  rail: string;
  network: string;
  /** Kind and version of the adapter. */
  adapter: string;
  /** Entries of the office log under the root. */
  size: number;
  stage: AnchorStage;
  height: number | null;
  block: string | null;
  transaction: string | null;
  /** Null where the network's blocks have none. */
  blockTime: string | null;
  /** Code of what the receipt is worth offline; null where there is none. */
  worth: string | null;
  /** Why the last act failed. */
  problem: string | null;
  prepared: string;
  /** When its stage changed last. */
  changed: string;
  /** Seals of the case that it covers. */
  seals: number[];
}

/** Whether a party has to do with who runs a network. */
export type Relation = "none" | "some" | "unchecked";

export interface InterestRow {
  rail: string;
  /** Null where nothing was declared. */
  relation: Relation | null;
  /** Which, where there is one. */
  explanation: string;
}

export type NetworkAccess = "public" | "consortium" | "private";

/** What the office knows of a network; empty is unknown. */
export interface NetworkFacts {
  access: NetworkAccess;
  /** Date of this knowledge. */
  asOf: string;
  conformity: string;
  contract: string;
  filing: string;
  finality: string;
  framework: string;
  genesis: string;
  identity: string;
  nodes: string;
  operator: string;
  overseasPublic: boolean;
  region: string;
}

/** A rail as it is set up. Secrets come back empty, and one left empty stays as it was. */
export interface RailForm {
  name: string;
  enabled: boolean;
  /** Kind of the adapter and its settings. */
  adapterJson: string;
  facts: NetworkFacts;
}

export interface RailView {
  form: RailForm;
  network: string;
  adapter: string;
}

export interface RailsView {
  rails: RailView[];
  publicChains: boolean;
}

/** Who answered at a rail. */
export interface ProbeView {
  network: string;
  height: number | null;
  /** Names and values. */
  remarks: [string, string][];
}

export interface WitnessForm {
  /** Its key line. */
  key: string;
  operator: string;
  url: string;
}

export interface LogView {
  /** Its key line. */
  key: string;
  size: number;
  witnesses: WitnessForm[];
}

/** What came of asking a witness. */
export interface CosignedRow {
  operator: string;
  size: number;
  time: string | null;
  problem: string | null;
  /** It has seen another history of this log. */
  split: boolean;
}
