/** A report of a machine on which most is normal, one thing is abnormal, and some could not be looked at. */
import type { CheckCounts, CheckView, CleanlinessReport } from "../types";
import { digests } from "./bytes";

type Sample = [code: string, zh: string, en: string, verdict: CheckView["verdict"], zhReason?: string, enReason?: string];

const samples: Sample[] = [
  ["operating-system", "操作系统及硬件", "Operating system and hardware", "normal"],
  ["virtual-machine", "虚拟机、容器及远程会话", "Virtual machine, container, remote session", "normal"],
  ["clock-offset", "系统时间", "System time", "normal"],
  ["time-zone", "时区及语言", "Time zone and language", "normal"],
  ["hosts-file", "hosts 文件", "Hosts file", "normal"],
  ["resolver-configuration", "域名服务器设置", "Resolver settings", "normal"],
  ["independent-resolution", "域名解析比对", "Names compared", "normal"],
  ["proxy", "代理服务器", "Proxies", "normal"],
  ["vpn-interfaces", "虚拟专用网络接口", "VPN interfaces", "abnormal", "存在虚拟专用网络或者隧道接口 wg0。", "There is a VPN or tunnel interface, wg0."],
  ["public-address", "公网出口地址", "Public address", "not-checked", "未指定查询公网出口地址的服务。", "No services to ask for the public address were named."],
  ["redirect-rules", "重定向规则", "Redirecting rules", "not-checked", "未能完整读取系统防火墙规则。", "The rules of the system’s firewall could not all be read."],
  ["trust-store", "受信任的根证书", "Trusted roots", "normal"],
  ["browser-binary", "浏览器程序", "Browser program", "normal"],
  ["network-baseline", "网络连通基准", "Network baseline", "normal"],
];

function view([code, zh, en, verdict, zhReason, enReason]: Sample, index: number): CheckView {
  const source = `/proc/${code}`;
  return {
    number: String(index + 1).padStart(2, "0"),
    code,
    title: { zh, en },
    method: { zh: "读取系统所载，不作更改。", en: "What the system holds is read and not changed." },
    commands: [source],
    verdict,
    effect: verdict === "abnormal" ? "class-a-minus" : "none",
    reasons: zhReason && enReason ? [{ zh: zhReason, en: enReason }] : [],
    raw: [verdict === "not-checked" ? { source, text: null, error: "Permission denied", sha256: null, size: 0, truncated: false, withheld: false } : { source, text: `${code}: example output\n`, error: null, sha256: digests(code).sha256, size: code.length + 17, truncated: false, withheld: false }],
  };
}

function countsOf(checks: CheckView[]): CheckCounts {
  const number = (verdict: CheckView["verdict"]) => checks.filter((check) => check.verdict === verdict).length;
  return { normal: number("normal"), abnormal: number("abnormal"), notChecked: number("not-checked") };
}

export function reportOf(after: boolean, marked: boolean): CleanlinessReport {
  const clean = (sample: Sample): Sample => (marked || sample[3] !== "abnormal" ? sample : [sample[0], sample[1], sample[2], "normal"]);
  const checks = samples.map(clean).map(view);
  const counts = countsOf(checks);
  const at = new Date(Date.parse("2026-11-22T02:30:00Z") + (after ? 60_000 : 0));
  return { after, system: "linux", proven: true, started: at.toISOString(), ended: new Date(at.getTime() + 4000).toISOString(), tool: "Fidem 0.1.0", counts, effect: counts.abnormal ? "class-a-minus" : "none", checks };
}
