import type { Finding, LayerName, LayerStatus, Report } from "../types";
import { digests } from "./bytes";

function finding(code: string, layer: LayerName, status: Finding["status"], zh: string, en: string): Finding {
  return { code, layer, status, message: { zh, en } };
}

const source = finding("source-class", "source", "cannot-check", "5 项为 C 类：当事人提交，本处未核实。", "5 items are class C: supplied by a party; not verified by this office.");
const notChecked = [
  { zh: "未核验内容是否真实、由何人形成。", en: "Whether the content is true, and who made it, was not checked." },
  { zh: "未核验时间戳证书的吊销状态（材料中没有吊销信息）。", en: "Revocation of the time-stamping certificates was not checked (no revocation data is at hand)." },
  { zh: "未核验其后是否另有更正、撤销或者新的版本。", en: "Whether a later correction, withdrawal or revision exists was not checked." },
];

function layers(content: LayerStatus, manifest: LayerStatus, time: LayerStatus, journal: LayerStatus): Report["layers"] {
  return { content, manifest, time, chain: "absent", signature: "absent", journal, source: "cannot-check" };
}

/** A package that holds, one that was altered, a receipt without its files, and something else. */
export function reportsFor(paths: string[], trustPath: string | null, dataPaths: string[]): Report[] {
  return paths.map((path) => withRaw(reportOn(path, trustPath, dataPaths)));
}

type Worded = Omit<Report, "raw">;

function withRaw(report: Worded): Report {
  const text = JSON.stringify({ verdict: report.verdict, layers: report.layers });
  return { ...report, raw: { zh: text, en: text } };
}

function reportOn(file: string, trustPath: string | null, dataPaths: string[]): Worded {
  const origin = trustPath ? "supplied-by-verifier" : "compiled-in";
  const trust: Report["trust"] = [
    { name: "CN=North TSA Root (example)", kind: "tsa-root", sha256: digests("north").sha256, origin },
    { name: "CN=Southern Cross Root (example)", kind: "tsa-root", sha256: digests("southern").sha256, origin },
  ];
  const common = { file, trust, notChecked, caseNumber: "(2026)保全字第0036号", demonstration: false };
  if (/改动|altered/.test(file)) return altered(common);
  if (file.endsWith(".ots")) return proof(common, dataPaths.length > 0);
  if (file.endsWith(".pdf")) return receipt(common, dataPaths.length > 0);
  if (file.endsWith(".asice")) return sound(common);
  return { ...common, kind: "unknown", verdict: "cannot-check", trust: [], notChecked: [], caseNumber: "", layers: { content: "cannot-check", manifest: "absent", time: "absent", chain: "absent", signature: "absent", journal: "absent", source: "absent" }, findings: [finding("kind-unknown", "content", "cannot-check", "无法识别该文件：不是证据包、回执 PDF、时间戳或登记证明。", "This file is not recognised: neither a package, a receipt PDF, a time stamp nor a log proof.")] };
}

type Common = Pick<Report, "file" | "trust" | "notChecked" | "caseNumber" | "demonstration">;

function sound(common: Common): Worded {
  return {
    ...common,
    kind: "package",
    verdict: "match",
    layers: layers("match", "match", "match", "match"),
    findings: [
      finding("evidence-matches", "content", "match", "第 1 次固化：6 项证据的 SHA-256 与 SM3 均与固化时一致。", "Seal 1: SHA-256 and SM3 of 6 items equal those fixed by the seal."),
      finding("seal-matches", "manifest", "match", "第 1 次固化：清单、哈希根与固化记录一致，共 6 项。", "Seal 1: manifest, tree and seal agree, 6 items."),
      finding("token-valid", "time", "match", "时间戳（北辰时间戳服务，序列号 5a1c…）有效：所载数据不晚于 2026-11-20T02:00:02Z 已经存在。", "The time stamp (North, serial 5a1c…) holds: the data existed no later than 2026-11-20T02:00:02Z."),
      finding("journal-links", "journal", "match", "保管链日志摘录首尾相连，并与固化记录所载日志状态相符（共 14 条）。", "The journal extract links from end to end and meets the state named by the seals (14 entries)."),
      finding("unsigned", "signature", "note", "回执未经电子签名：其印刷文字本身未受保护，以所附固化记录为准。", "The receipt bears no electronic signature: its printed text is not protected; the attached seals govern."),
      source,
    ],
  };
}

function altered(common: Common): Worded {
  return {
    ...common,
    kind: "package",
    verdict: "mismatch",
    layers: layers("mismatch", "match", "match", "cannot-check"),
    findings: [
      finding("evidence-altered", "content", "mismatch", "第 2 项：evidence/0002-聊天记录导出.txt 与固化时的完整性校验值不一致。", "Item 2: evidence/0002-聊天记录导出.txt differs from the digests fixed by the seal."),
      finding("member-altered", "content", "mismatch", "成员 evidence/0002-聊天记录导出.txt 与校验清单所载不一致。", "Member evidence/0002-聊天记录导出.txt differs from the checksum list."),
      finding("seal-matches", "manifest", "match", "第 1 次固化：清单、哈希根与固化记录一致，共 6 项。", "Seal 1: manifest, tree and seal agree, 6 items."),
      finding("journal-malformed", "journal", "cannot-check", "保管链日志摘录不符合格式。", "The journal extract does not follow its format."),
      source,
    ],
  };
}

function receipt(common: Common, withData: boolean): Worded {
  const content: LayerStatus = withData ? "match" : "not-supplied";
  const about = withData
    ? finding("evidence-matches", "content", "match", "所提交的 6 个文件均与固化时一致。", "The 6 files handed in equal those fixed by the seal.")
    : finding("evidence-missing", "content", "not-supplied", "未提交原始文件，不能判断内容是否一致。", "The original files were not handed in; whether the content agrees cannot be said.");
  return {
    ...common,
    kind: "certificate",
    verdict: withData ? "match" : "cannot-check",
    layers: layers(content, "match", "match", "absent"),
    findings: [
      about,
      finding("certificate-attachments", "manifest", "match", "所附 4 份证明文件相互一致。", "The 4 attached proofs agree with each other."),
      finding("token-valid", "time", "match", "时间戳（北辰时间戳服务，序列号 5a1c…）有效：所载数据不晚于 2026-11-20T02:00:02Z 已经存在。", "The time stamp (North, serial 5a1c…) holds: the data existed no later than 2026-11-20T02:00:02Z."),
      source,
    ],
  };
}

function proof(common: Common, withData: boolean): Worded {
  const content: LayerStatus = withData ? "match" : "not-supplied";
  const about = withData
    ? finding("ots-data-fits", "content", "match", "所提交的文件与证明所载的 SHA-256 值一致。", "The file handed in equals the SHA-256 of the proof.")
    : finding("ots-no-data", "content", "not-supplied", "未提交数据，仅核验证明本身。", "No data was handed in; the proof alone was checked.");
  return {
    ...common,
    kind: "open-timestamps",
    verdict: withData ? "match" : "cannot-check",
    caseNumber: "",
    trust: [{ name: "bitcoin", kind: "chain-pin", sha256: digests("bitcoin").sha256, origin: "supplied-by-verifier" }],
    layers: { ...layers(content, "absent", "absent", "absent"), chain: "match", source: "absent" },
    findings: [about, finding("bitcoin-linked", "chain", "match", "经 1412 个首尾相连的区块头连至检查点；区块时间由出块人填写，误差可达两小时。", "It leads to a checkpoint over 1412 linked headers; block times are set by miners and may be two hours off.")],
  };
}
