declare module "shared-words" {
  type Group = Record<string, string>;
  const shared: Record<"zh" | "en", Record<"layer" | "status" | "fileKind", Group>>;
  export default shared;
}

declare module "build-facts" {
  /** What the build knows of itself. */
  const facts: {
    version: string;
    moduleSha256: string;
    moduleLength: number;
    trust: { serial: number; date: string; roots: Record<string, { name: string; source: string; operator: string; licence: string }> };
  };
  export default facts;
}
