/** Addresses as people paste them: one in a line, or rows of a spreadsheet. */

/** Columns of a row as spreadsheets put them on the clipboard, or as a CSV line has them. */
function cells(line: string): string[] {
  const parts = line.includes("\t") ? line.split("\t") : line.split(/,(?=\s*"?https?:\/\/)|\s+/);
  return parts.map((cell) => cell.trim().replace(/^"(.*)"$/, "$1").replace(/,$/, ""));
}

export interface Addresses {
  found: string[];
  /** Lines that hold text and no http or https address. */
  without: number;
}

/** The first address of each line. */
export function addressesIn(text: string): Addresses {
  const lines = text.split(/\r?\n/).filter((line) => line.trim());
  const firsts = lines.map((line) => cells(line).find((cell) => /^https?:\/\/[^\s/]/i.test(cell)));
  const found = firsts.filter((one) => one !== undefined);
  return { found, without: lines.length - found.length };
}

/** The host, for a name that fits. */
export function hostOf(url: string): string {
  return /^https?:\/\/([^/?#]+)/i.exec(url)?.[1] ?? url;
}
