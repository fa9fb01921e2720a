/** Templates in memory: the program's, or a folder in which a test saves. `fidemMock.saveTemplate("broken" | "sound")` edits it. */
import type { CertificateKind, TemplateTrial, TemplatesView } from "../types";
import { digests } from "./bytes";
import { textPdf } from "./paper";

export function templateBook() {
  let folder: string | null = null;
  let edits = 0;
  let broken = false;
  const standing = (): TemplatesView => ({ folder, sha256: digests(`${folder ?? "built-in"} ${edits} ${broken}`).sha256 });
  const fault = {
    code: "template",
    words: "unknown variable: denial",
    file: "receipt.typ",
    line: 3,
    column: 2,
    excerpt: [
      { number: 1, text: "// 电子数据保管回执（非公证书）" },
      { number: 2, text: '#import "form.typ": *' },
      { number: 3, text: "#denial" },
      { number: 4, text: '#include "body.typ"' },
    ],
  };
  return {
    standing,
    use(chosen: string | null) {
      [folder, broken] = [chosen, false];
    },
    begin(inside: string) {
      folder = `${inside}/fidem-templates`;
      return folder;
    },
    save(what: "broken" | "sound") {
      edits += 1;
      broken = what === "broken";
    },
    trial(kind: CertificateKind, chineseOnly: boolean): TemplateTrial {
      const { sha256 } = standing();
      if (broken) return { sha256, pdf: null, faults: [fault] };
      return { sha256, pdf: textPdf([["演示文件　不具证明效力", `样张：${kind}`, chineseOnly ? "" : "Specimen", `第 ${edits + 1} 稿`]]), faults: [] };
    },
  };
}
