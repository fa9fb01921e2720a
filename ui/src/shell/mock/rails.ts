/** The rails that the twin's office has set up, and what it allows. */
import { ShellError, type NetworkFacts, type ProbeView, type RailForm, type RailView } from "../types";
import { digests } from "./bytes";

type Settings = Record<string, unknown>;
interface Adapter {
  kind: string;
  settings: Settings;
}
interface Rail extends Omit<RailForm, "adapterJson"> {
  adapter: Adapter;
}

const secrets = ["key", "project"];
const versions: Record<string, number> = { opentimestamps: 1, evm: 1, fisco: 1, "bsn-fabric": 1, fabric: 1 };

const unknown: NetworkFacts = { access: "consortium", asOf: "", conformity: "", contract: "", filing: "", finality: "", framework: "", genesis: "", identity: "", nodes: "", operator: "", overseasPublic: false, region: "" };

function seeds(): Rail[] {
  const calendars = ["https://alice.btc.calendar.opentimestamps.org", "https://finney.calendar.eternitywall.com", "https://btc.calendar.catallaxy.com"];
  return [
    {
      name: "OpenTimestamps",
      enabled: true,
      adapter: { kind: "opentimestamps", settings: { calendars, confirmations: 6, headers: { esplora: { url: "https://blockstream.info/api" } }, network: "bitcoin" } },
      facts: { ...unknown, access: "public", overseasPublic: true, framework: "Bitcoin", filing: "无", finality: "6 个区块确认", asOf: "2026-11-02" },
    },
    {
      name: "南浦司法联盟链",
      enabled: true,
      adapter: { kind: "fisco", settings: { generation: "v3", suite: "sm3-sm2", url: "https://node.nanpu.example:20200", headers: [["x-api-key", "held"]], chain: "chain0", group: "group0", node: "", key: "held", sealers: ["a1", "b2", "c3", "d4"].map((start) => start.repeat(64)) } },
      facts: { ...unknown, operator: "南浦数据服务有限公司（示例）", framework: "FISCO BCOS 3.x", region: "浙江", nodes: "4 个节点，运营者名单见 2026-10-08 函", identity: "青梧市公证处", finality: "PBFT，出块即终局", asOf: "2026-10-08" },
    },
    {
      name: "开放联盟链五号",
      enabled: true,
      adapter: { kind: "evm", settings: { url: "https://gateway.wuhao.example/api/{project}/rpc", project: "held", headers: [], chain_id: 5555, key: "held", fee_kind: "automatic", consensus: "qbft", confirmations: 12, finalized_tag: false, pins: [{ name: "wuhao" }] } },
      facts: { ...unknown, operator: "五号网络科技有限公司（示例）", framework: "Hyperledger Besu", asOf: "2026-09-30" },
    },
    {
      name: "BSN 应用",
      enabled: false,
      adapter: { kind: "bsn-fabric", settings: { url: "https://bsn.example", user_code: "USER0001", app_code: "app0001", channel: "app0001channel", chaincode: "cc_anchor", function: "put", user_name: "", algorithm: "r1", key: "held", gateway_key: "-----BEGIN PUBLIC KEY-----\n…\n-----END PUBLIC KEY-----" } },
      facts: unknown,
    },
  ];
}

function blank([name, value]: [string, unknown]): [string, unknown] {
  if (secrets.includes(name)) return [name, ""];
  if (name === "tls_identity") return [name, { ...(value as Settings), key: "" }];
  if (name !== "headers" || !Array.isArray(value)) return [name, value];
  return [name, value.map((row) => (Array.isArray(row) ? [row[0], ""] : { ...row, value: "" }))];
}

function networkOf({ kind, settings }: Adapter): string {
  if (kind === "opentimestamps") return String(settings.network ?? "bitcoin");
  if (kind === "evm") return `eip155:${settings.chain_id}`;
  if (kind === "fisco") return `fisco:${settings.chain}/${settings.group}`;
  return `fabric:${settings.channel}`;
}

function view({ adapter, ...rail }: Rail): RailView {
  const settings = Object.fromEntries(Object.entries(adapter.settings).map(blank));
  return {
    form: { ...rail, adapterJson: JSON.stringify({ ...adapter, settings }) },
    network: networkOf(adapter),
    adapter: `${adapter.kind}/${versions[adapter.kind]}`,
  };
}

/** `wish`: `none` has no rails, `forbid` has them without allowing public chains. */
export function railBook(wish: string | null, silent: boolean) {
  const rails: Rail[] = wish === "none" ? [] : seeds();
  let publicChains = wish !== "forbid" && wish !== "none";
  /** Every form as it arrived. */
  const sent: RailForm[] = [];
  const isPublic = (rail: Rail) => rail.adapter.kind === "opentimestamps" || rail.facts.access === "public";
  const shut = () => rails.filter((rail) => isPublic(rail) && !publicChains).forEach((rail) => (rail.enabled = false));
  shut();
  const find = (name: string): Rail => {
    const found = rails.find((rail) => rail.name === name);
    if (!found) throw new ShellError("unknown-rail", { rail: name });
    return found;
  };

  return {
    sent,
    view: () => structuredClone({ rails: rails.map(view), publicChains }),
    on: () => rails.filter((rail) => rail.enabled).map((rail) => ({ name: rail.name, network: networkOf(rail.adapter), adapter: view(rail).adapter })),
    set(form: RailForm): void {
      sent.push(structuredClone(form));
      const { adapterJson, ...rest } = structuredClone(form);
      const adapter = JSON.parse(adapterJson) as Adapter;
      if (!versions[adapter.kind] || !form.name.trim()) throw new ShellError("rail", { rail: form.name, reason: "no name" });
      const known = rails.find((rail) => rail.name === form.name);
      if (!known && adapter.kind !== "opentimestamps" && !adapter.settings.key) throw new ShellError("rail", { rail: form.name, reason: "missing field `key`" });
      const made: Rail = { ...rest, adapter };
      if (isPublic(made)) made.facts.access = "public";
      if (form.enabled && isPublic(made) && !publicChains) throw new ShellError("public-chain", { rail: form.name });
      if (known) Object.assign(known, made);
      else rails.push(made);
    },
    remove: (name: string) => void rails.splice(rails.indexOf(find(name)), 1),
    test(name: string): ProbeView {
      const rail = find(name);
      if (silent) throw new ShellError("rail", { rail: name, reason: "no connection within 20 s" });
      const height = rail.adapter.kind === "opentimestamps" ? 923_418 : 1_204_577;
      return { network: networkOf(rail.adapter), height, remarks: [["genesis", digests(name).sha256]] };
    },
    allow(publicOnes: boolean): void {
      publicChains = publicOnes;
      shut();
    },
  };
}
