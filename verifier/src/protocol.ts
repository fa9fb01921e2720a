/** What page and worker say to each other. */

export interface Options {
  at: string;
  lang: "both";
  digest?: string;
  trust?: string[];
  data: string[];
  headers: string[];
  signatures: string[];
}

export interface Job {
  module: ArrayBuffer;
  options: Options;
  /** Subject, trust files, data files, headers, signatures. */
  files: (File | ArrayBuffer)[];
}

export type Told =
  | { what: "progress"; stage: "verify" | "digest"; done: number; total: number }
  | { what: "report"; zh: string; en: string }
  | { what: "digests"; sha256: string; sm3: string }
  | { what: "digests-failed" }
  /** This browser's workers cannot read files: the page is to read them, and to begin anew. */
  | { what: "cannot-read" }
  | { what: "failed"; stage: "module" | "verify"; reason: string };
