/** A plain PDF of Chinese lines whose font is not embedded, as many documents handed to an office are. */
import type { CaseView, CertificateKind, ItemView, PaperWords } from "../types";

function hexText(text: string): string {
  return [...text].map((character) => (character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")).join("");
}

export function textPdf(pages: string[][]): Uint8Array<ArrayBuffer> {
  const objects: string[] = [];
  const add = (body: string) => objects.push(body);
  const pageNumber = (index: number) => 5 + index * 2;
  add("<< /Type /Catalog /Pages 2 0 R >>");
  add(`<< /Type /Pages /Kids [${pages.map((_, index) => `${pageNumber(index)} 0 R`).join(" ")}] /Count ${pages.length} >>`);
  add("<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>");
  add("<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /DW 1000 /W [1 95 500 814 939 500] /FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >> >>");
  pages.forEach((lines, index) => {
    add(`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${pageNumber(index) + 1} 0 R /Resources << /Font << /F 3 0 R >> >> >>`);
    const content = lines.map((line, at) => `BT /F ${at === 0 ? 19 : 11} Tf 64 ${770 - at * 25} Td <${hexText(line)}> Tj ET`).join("\n");
    add(`<< /Length ${content.length} >>\nstream\n${content}\nendstream`);
  });
  let file = "%PDF-1.7\n";
  const offsets = objects.map((body, index) => {
    const at = file.length;
    file += `${index + 1} 0 obj\n${body}\nendobj\n`;
    return at;
  });
  const start = file.length;
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.map((at) => `${String(at).padStart(10, "0")} 00000 n \n`).join("")}`;
  file += `trailer << /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF`;
  return new TextEncoder().encode(file);
}

const titles: Record<CertificateKind, [string, string]> = {
  record: ["公证书附件·电子数据保全记录", "Annex: record of preserved electronic data"],
  receipt: ["电子数据保管回执（非公证书）", "Custody receipt (not a notarial certificate)"],
  report: ["核验报告", "Verification report"],
  list: ["证据清单", "List of evidence"],
  correction: ["说明与补正", "Explanation and correction"],
  custodian: ["保管人声明（英文格式）", "Certification of a qualified person"],
  steps: ["当庭核验步骤", "How to check in the courtroom"],
  prints: ["截图打印件", "Printed screenshots"],
};

interface Setting {
  /** Empty for a draft. */
  number: string;
  office: string;
  chineseOnly: boolean;
}

/** What a person wrote, as it would stand on the pages. */
function written(words: PaperWords): string[] {
  const about = words.correction;
  return [
    ...words.anomalies.map((line) => `已知异常与缺失：${line}`),
    ...words.origins.flatMap((one) => [one.generation, one.notarisation, one.witness].filter(Boolean).map((text) => `第 ${one.batch} 批：${text}`)),
    ...words.list.filter((one) => one.proves).map((one) => `证据 ${one.item} 证明对象：${one.proves}`),
    ...(about ? [`所涉文书：${about.documentId}`, `原载：${about.before}`, `现：${about.statement}`, `理由：${about.reason}`] : []),
    ...(words.foreign ? [`向境外提供：${words.foreign}`] : []),
  ];
}

export function paperPdf(view: CaseView, items: ItemView[], kind: CertificateKind, words: PaperWords, { number, office, chineseOnly }: Setting): Uint8Array<ArrayBuffer> {
  const [title, english] = titles[kind];
  const foot = number ? `文书编号：${number}` : "状态：草稿";
  const standing = items.filter((item) => !item.withdrawn);
  const review = view.reviews.some((one) => one.current) ? "已经第二人复核" : "未经第二人复核";
  const heads = [`出具机构：${office}（身份未核验）`, `保全编号：${view.number}`, `事项：${view.matter}`, `申请人：${view.applicant}`, `经办：${view.handlers.join("、")}    ${review}`, `证明范围：${view.scope}`];
  const first = [title, chineseOnly ? "" : english, ...heads, "", "证据项", ...standing.slice(0, 10).map((item) => `${item.number}. ${item.class} 类  ${item.name.slice(0, 30)}`), "", ...written(words).map((line) => line.slice(0, 44)), "", foot];
  const second = ["局限与未证明事项", "", "1. 本记录证明所列电子数据的收到时间及其自固化时起未被改动，", "   不证明该数据所反映内容真实，不证明其发布者、制作者身份。", "2. 时间戳表明该数据不晚于所载时间已经存在，不表明其形成于该时间。", "3. 本记录不是鉴定意见，亦不保证被人民法院或者其他使用者采信。", "", foot];
  return textPdf([first, second]);
}
