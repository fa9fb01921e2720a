import type { CaseRow, CaseView, Facts, Hit, ItemView, JournalEntry, NextStep, SourceClass } from "../types";
import { publicList } from "./authorities";
import { digests } from "./bytes";
import { documentNumber, noPapers, type MockPapers } from "./papers";
import { missingRecords, pendingRecords, type MockCapture, type MockRecord } from "./records";
import { answer, newSeal } from "./sealing";

export interface MockCase {
  view: CaseView;
  items: ItemView[];
  journal: JournalEntry[];
  captures: MockCapture[];
  /** Every version. */
  records: MockRecord[];
  papers: MockPapers;
}

const matters: [string, string][] = [
  ["“云上好物旗舰店”售假页面及聊天记录保全", "宋屿"],
  ["软件著作权源代码存证", "杭州拾光科技有限公司"],
  ["房屋漏水现场照片、视频保管", "何静姝"],
  ["短视频侵权内容保全", "青禾影视文化有限公司"],
  ["加班考勤与工作群聊天记录保管", "赵明川"],
  ["招标文件下载过程记录", "江北建工集团有限公司"],
  ["民间借贷转账记录及微信聊天保管", "许清如"],
  ["工程竣工图纸电子化副本", "南浦设计研究院"],
  ["商标使用证据（电商后台）保全", "白鹭食品股份有限公司"],
  ["遗嘱见证录像保管", "唐守正"],
  ["网络名誉侵权帖文保全", "陆知微"],
  ["设备检测报告及原始数据保管", "东港仪器检测有限公司"],
];

export function newCase(number: number, matter: string, applicant: string, person: string, openedAt: string): MockCase {
  return {
    view: {
      id: `c${number}`,
      number: `(2026)保全字第${String(number).padStart(4, "0")}号`,
      acceptanceNumber: "",
      notarialNumber: "",
      matter,
      applicant,
      openedAt,
      openedBy: person,
      void: false,
      scope: "P0",
      items: 0,
      withdrawn: 0,
      unsealed: 0,
      classes: [],
      seals: [],
      reviews: [],
      certificates: [],
      revisions: 0,
      next: "take-in",
      missing: [],
      handlers: [],
    },
    items: [],
    journal: [],
    captures: [],
    records: [],
    papers: noPapers(),
  };
}

function facts(from: string, kind: Facts["art14Kind"], origin: Facts["origin"], carrier: string): Facts {
  return {
    origin,
    art14Kind: kind,
    handedOverBy: from,
    receivedBy: "苏晚",
    receivedPlace: "本处接待室",
    obtained: "",
    carrier: { kind: carrier, make: "", model: "", serial: "", capacity: "", condition: "完好", disposition: "当场退还", sealed: false },
    original: { availableInCourt: "yes", where: "申请人处", byWhom: "申请人", until: "判决生效" },
    art18: { source: "申请人手机中“即时通信”应用的聊天记录", generation: "申请人自行导出", storage: "导出后存于申请人 U 盘，未经编辑（申请人陈述）", notarisation: "", witness: "", corroboration: "付款凭证可相互印证" },
  };
}

type Sample = [name: string, mediaType: string, bytes: number, letter: SourceClass, facts: Facts];

function samples(applicant: string): Sample[] {
  const party = facts(applicant, "messages", { kind: "supplied-by-party" }, "U 盘");
  return [
    ["聊天截图_01.png", "image/png", 1_482_311, "C", party],
    ["聊天记录导出.txt", "text/plain", 18_204, "C", party],
    ["付款凭证.pdf", "application/pdf", 486_220, "G", facts(applicant, "registration", { kind: "paper-scan", compared: true, pages: 1 }, "纸质原件")],
    ["通话录音_20261108.wav", "audio/wav", 2_822_444, "C", party],
    ["开箱录像.webm", "video/webm", 214_337_090, "C", party],
    ["商品页存档.html", "text/html", 61_440, "F", facts("本处工作人员", "web", { kind: "third-party-archive", platform: "某网页存档服务" }, "")],
  ];
}

function item(caseId: string, number: number, [name, mediaType, bytes, letter, known]: Sample, receivedAt: string): ItemView {
  return { number, name, class: letter, mediaType, bytes, ...digests(`${caseId} ${name}`), receivedAt, batch: letter === "C" ? 1 : letter === "G" ? 2 : 3, facts: known, seal: null, withdrawn: null, withheld: null };
}

/** Cases at every stage first, then as many as wished. */
export function seedCases(howMany: number): MockCase[] {
  const start = Date.parse("2026-11-20T01:20:00Z");
  const cases: MockCase[] = [];
  for (let at = 0; at < howMany; at += 1) {
    const [matter, applicant] = matters[at % matters.length] as [string, string];
    const openedAt = new Date(start - at * 5_400_000 - (at % 7) * 611_000).toISOString();
    const made = newCase(howMany - at, matter, applicant, at % 3 === 1 ? "林知远" : "苏晚", openedAt);
    if (at < 200) fill(made, at, openedAt);
    cases.push(made);
  }
  return cases;
}

/** How far the case at this place of the list has come. */
function fill(one: MockCase, at: number, openedAt: string): void {
  const later = (minutes: number) => new Date(Date.parse(openedAt) + minutes * 60_000).toISOString();
  const handler = one.view.openedBy;
  const log = (act: string, subject: string, minutes: number, item = 0, person = handler) => {
    const sequence = one.journal.length + 1;
    const digest = digests(`${one.view.id} ${sequence}`).sha256;
    one.journal.push({ sequence, at: later(minutes), person, act, item, subject, digest });
  };
  log("case.opened", one.view.matter, 0);
  const far = at === 0 ? 1 : at % 6;
  if (far === 5 && at < 12) return;
  const chosen = samples(one.view.applicant).slice(0, at === 0 ? 6 : 2 + (at % 5));
  one.items = chosen.map((sample, index) => item(one.view.id, index + 1, sample, later(12 + index)));
  log("batch.received", one.view.applicant, 11);
  one.items.forEach((each, index) => log("item.added", each.name, 12 + index, each.number));
  if (far <= 1 && at !== 1) return;
  const chosenOnes = publicList.authorities.slice(0, 2).map(({ name, url }) => ({ name: name.zh, url, ownRoot: false }));
  answer(newSeal(one, one.items, handler, later(40)), chosenOnes, at === 8);
  log(at === 8 ? "seal.begun" : "seal.completed", "1", 40);
  if ((far === 2 && at !== 1) || at === 8) return;
  const reviewer = handler === "林知远" ? "陈砚秋" : "林知远";
  one.view.reviews.push({ at: later(95), person: reviewer, seal: 1, current: true });
  log("review.approved", "1", 95, 0, reviewer);
  if (far === 3) return;
  const documentId = documentNumber(one, "receipt");
  one.view.certificates.push({ documentId, kind: "receipt", at: later(110), person: handler, reviewedBy: reviewer, sealsUpto: 1, sha256: digests(documentId).sha256 });
  log("certificate.issued", documentId, 110);
}

/** Those who made its seals. */
export function handlersOf(one: MockCase): string[] {
  return [...new Set(one.view.seals.map((seal) => seal.madeBy))];
}

function nextOf(one: MockCase, unsealed: number): NextStep {
  const { seals, reviews, certificates } = one.view;
  if (unsealed > 0) return "seal";
  const last = seals.at(-1);
  if (!last) return "take-in";
  if (seals.some((seal) => seal.state === "waiting")) return "stamp";
  if (certificates.some((each) => each.sealsUpto === last.number)) return "export";
  return reviews.some((review) => review.seal === last.number) ? "certify" : "review";
}

/** The view with what follows from items and seals. */
export function viewOf(one: MockCase): CaseView {
  const standing = one.items.filter((each) => !each.withdrawn);
  const classes = [...new Set(standing.map((each) => each.class))].sort();
  const unsealed = standing.filter((each) => each.seal === null).length;
  const last = one.view.seals.at(-1)?.number ?? 0;
  const narrow = classes.some((letter) => "CDE".includes(letter));
  return Object.assign(one.view, {
    items: one.items.length,
    withdrawn: one.items.length - standing.length,
    unsealed,
    classes,
    scope: standing.length === 0 ? "P0" : narrow ? "P1" : "P2",
    next: nextOf(one, unsealed + pendingRecords(one).length),
    missing: [...(standing.some((each) => !each.facts.art18.witness) ? ["art18" as const] : []), ...missingRecords(one)],
    handlers: handlersOf(one),
    reviews: one.view.reviews.map((review) => ({ ...review, current: review.seal === last && unsealed === 0 })),
  });
}

export function rowOf(one: MockCase): CaseRow {
  const { id, number, matter, applicant, openedAt } = one.view;
  const standing = one.items.filter((each) => !each.withdrawn);
  const last = one.journal.at(-1);
  return {
    id,
    number,
    matter,
    applicant,
    openedAt,
    items: standing.length,
    sealedItems: standing.filter((each) => each.seal !== null).length,
    waitingSeals: one.view.seals.filter((seal) => seal.state === "waiting").length,
    lastAct: last?.act ?? "case.opened",
    lastActAt: last?.at ?? openedAt,
    void: one.view.void,
  };
}

export function hitOf(one: MockCase, item?: ItemView): Hit {
  const { id, number, matter, applicant } = one.view;
  return item
    ? { kind: "item", caseId: id, caseNumber: number, item: item.number, text: item.name, withdrawn: item.withdrawn !== null }
    : { kind: "case", caseId: id, caseNumber: number, item: 0, text: `${matter} / ${applicant}`, withdrawn: one.view.void };
}
