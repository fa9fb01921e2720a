/** Anchorings of the twin's office, and its log with the witnesses. */
import { ShellError, type AnchorRow, type AnchorStage, type CosignedRow, type InterestRow, type LogView, type WitnessForm } from "../types";
import { digests } from "./bytes";
import type { MockCase } from "./cases";
import type { railBook } from "./rails";

type Seed = [rail: string, network: string, adapter: string, stage: AnchorStage, worth: string | null, problem?: string];

const usual: Seed[] = [
  ["OpenTimestamps", "bitcoin", "opentimestamps/1", "final", "pow-only"],
  ["南浦司法联盟链", "fisco:chain0/group0", "fisco/1", "final", "canonical"],
  ["开放联盟链五号", "eip155:5555", "evm/1", "forked", "failed", "the block of that height is another one"],
  ["开放联盟链五号", "eip155:5555", "evm/1", "submitted", "pending"],
];
const every: Seed[] = [
  ...usual,
  ["杭绍政务链", "eip155:7788", "evm/1", "prepared", null, "no connection within 20 s"],
  ["东港联盟链", "eip155:9102", "evm/1", "included", "inclusion-only"],
  ["西湖联盟链", "eip155:9103", "evm/1", "final", "quorum-unpinned"],
  ["BSN 应用", "fabric:app0001channel", "bsn-fabric/1", "final", "inclusion-only"],
];

/** What a stage brings with it. */
function stand(row: AnchorRow, stage: AnchorStage, worth: string | null): void {
  const placed = stage === "included" || stage === "final" || stage === "forked";
  const fabric = row.network.startsWith("fabric:");
  Object.assign(row, {
    stage,
    worth,
    height: placed ? 900_000 + row.number * 137 : null,
    block: placed ? digests(`block ${row.number}`).sha256 : null,
    transaction: placed ? digests(`transaction ${row.number}`).sha256 : null,
    blockTime: placed && !fabric ? row.changed : null,
  });
}

/** What has been sealed, in the order in which it entered the log. */
function entries(cases: MockCase[]): { caseId: string; seal: number }[] {
  const sealed = cases.flatMap((one) => one.view.seals.filter((seal) => seal.state === "sealed").map((seal) => ({ caseId: one.view.id, seal: seal.number, at: seal.deviceTime })));
  return sealed.sort((a, b) => a.at.localeCompare(b.at));
}

/** `wish`: `every` has each stage, `rails`, `none` and `forbid` have no anchoring; else a final, a forked and a submitted one. */
export function anchorBook(wish: string | null, silent: boolean, rails: ReturnType<typeof railBook>, cases: () => MockCase[]) {
  const rows: AnchorRow[] = [];
  const declared = new Map<string, InterestRow>();
  const begin = ([rail, network, adapter, stage, worth, problem]: Seed, at: string) => {
    const number = rows.length + 1;
    const row: AnchorRow = { number, rail, network, adapter, size: entries(cases()).length, stage, height: null, block: null, transaction: null, blockTime: null, worth, problem: problem ?? null, prepared: at, changed: at, seals: [] };
    stand(row, stage, worth);
    rows.push(row);
    return row;
  };
  const begun = entries(cases()).length > 0 && (wish === null || wish === "every");
  if (begun) (wish ? every : usual).forEach((seed, at) => begin(seed, new Date(Date.parse("2026-11-21T03:10:00Z") + at * 4_020_000).toISOString()));

  return {
    all: () => structuredClone(rows),
    of(caseId: string): AnchorRow[] {
      const log = entries(cases());
      const seals = (row: AnchorRow) => log.slice(0, row.size).filter((entry) => entry.caseId === caseId).map((entry) => entry.seal);
      return structuredClone(rows.map((row) => ({ ...row, seals: seals(row) })).filter((row) => row.seals.length > 0));
    },
    submit(): AnchorRow[] {
      const size = entries(cases()).length;
      if (size === 0) throw new ShellError("not-sealed");
      const on = rails.on();
      if (!on.length) throw new ShellError("no-rail");
      const fresh = on.filter((rail) => !rows.some((row) => row.rail === rail.name && row.size === size && row.stage !== "forked"));
      const at = new Date().toISOString();
      const made = fresh.map(({ name, network, adapter }) => begin(silent ? [name, network, adapter, "prepared", null, "no connection within 20 s"] : [name, network, adapter, "submitted", "pending"], at));
      return structuredClone(made);
    },
    upgrade(all: boolean): AnchorRow[] {
      const wanted = rows.filter((row) => row.stage !== "forked" && (all || row.stage !== "final"));
      for (const row of wanted) {
        row.problem = silent ? "no connection within 20 s" : null;
        if (silent || row.stage === "final") continue;
        row.changed = new Date().toISOString();
        if (row.stage === "prepared") stand(row, "submitted", "pending");
        else if (row.stage === "submitted") stand(row, "included", "inclusion-only");
        else stand(row, "final", row.network === "bitcoin" ? "pow-only" : "quorum-unpinned");
      }
      return structuredClone(wanted);
    },
    interests(caseId: string): InterestRow[] {
      const names = [...new Set(this.of(caseId).filter((row) => row.stage !== "forked").map((row) => row.rail))];
      return names.map((rail) => declared.get(`${caseId} ${rail}`) ?? { rail, relation: null, explanation: "" });
    },
    declare(caseId: string, row: InterestRow): void {
      if (!this.interests(caseId).some((known) => known.rail === row.rail)) throw new ShellError("unknown-rail", { rail: row.rail });
      declared.set(`${caseId} ${row.rail}`, row);
    },
    proof(caseId: string, seal: number | null, path: string): string {
      const over = this.of(caseId).find((row) => row.stage === "final" && row.adapter.startsWith("opentimestamps/") && seal !== null && row.seals.includes(seal));
      if (!over) throw new ShellError("not-anchored", { seal: String(seal) });
      return path;
    },
  };
}

/** `wish`: `none` has no witness, with `split` one of them has seen another history. */
export function logBook(wish: string | null, silent: boolean, cases: () => MockCase[]) {
  let witnesses: WitnessForm[] =
    wish === "none"
      ? []
      : [
          { operator: "江北市公证处", url: "https://witness.jiangbei.example", key: "witness.jiangbei.example+8a7c11d2+BBoQ9pVYq0mF3wVxT1nBf0h2m9sQ4kS7xJd5uWc6eRrZ" },
          { operator: "白鹭大学法学院", url: "https://witness.bailu.example", key: "witness.bailu.example+03fe92b4+BGt7Lr2cXz8Yk1vQe5Hs9WnJ4mAp6UdT0bRf3iOoCxVq" },
        ];
  const size = () => entries(cases()).length;
  return {
    view: (): LogView => structuredClone({ key: "log.qingwu.example+5c1f07aa+AZ3kW8nQv6rT2xYb9LmE4sJ7hGd1cPfU5oIiKaBtNzRw", size: size(), witnesses }),
    choose(chosen: WitnessForm[]): void {
      if (chosen.some((one) => one.key.split("+").length !== 3)) throw new ShellError("rail", { reason: "not a key line" });
      witnesses = structuredClone(chosen);
    },
    cosign(): CosignedRow[] {
      if (size() === 0) throw new ShellError("not-sealed");
      return witnesses.map((one, at) => {
        const row = { operator: one.operator, size: size(), time: null, problem: null, split: false };
        if (silent) return { ...row, problem: "no connection within 20 s" };
        if (wish === "split" && at === 1) return { ...row, problem: "the witness signed another root of this size", split: true };
        return { ...row, time: new Date().toISOString() };
      });
    },
    publish: size,
  };
}
