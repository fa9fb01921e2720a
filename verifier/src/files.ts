/** What was handed in, and what each file is for. */

export type Role = "subject" | "data" | "trust" | "headers" | "signature" | "aside";

export interface Handed {
  file: File;
  /** As it is to stand in the report: with its folder where it has one. */
  name: string;
  role: Role;
}

const proofs = /\.(asice|asics|sce|tst|tsr|tok|ers|ots|wacz|tlog-proof)$/i;
/** What lies in every hand-over for people, and is no evidence: who drops the whole folder must not see a mismatch for it. */
const companions = /^(VERIFY\.txt|核验说明\.txt|verifier(-[0-9a-f]{8})?\.html)$/;
const certificates = /\.(pem|crt|cer|der)$/i;
/** A receipt of this program is searched for the names of its attachments up to this size. */
const RECEIPT = 64 << 20;

/** The likely role; the person may choose another. */
export async function roleOf(file: File): Promise<Role> {
  if (/\.headers$/i.test(file.name)) return "headers";
  if (/\.p7s$/i.test(file.name)) return "signature";
  if (companions.test(file.name)) return "aside";
  if (/\.bin$/i.test(file.name) && file.size > 0 && file.size % 80 === 0) return "headers";
  if (proofs.test(file.name)) return "subject";
  if (certificates.test(file.name)) return "trust";
  const head = await beginning(file, 512);
  if (/\.json$/i.test(file.name)) return head.includes("fidem-trust/") || (await isTrust(file)) ? "trust" : "data";
  if (head.startsWith("-----BEGIN CERTIFICATE")) return "trust";
  if (head.startsWith("c2sp.org/tlog-proof") || head.includes("mimetypeapplication/vnd.etsi.asic")) return "subject";
  if (head.startsWith("%PDF-")) return (await isReceipt(file)) ? "subject" : "data";
  return "data";
}

/** The signatures that lie beside this file: `回执.pdf.p7s`, `回执.pdf.2.p7s`. */
export function besideOf(subject: Handed, handed: Handed[]): Handed[] {
  const last = (name: string): string => name.split("/").pop() ?? name;
  const file = last(subject.name);
  return handed.filter((one) => one.role === "signature" && last(one.name).startsWith(`${file}.`));
}

/** Where nothing stands out, a single file is what the person wants to know about. */
export function settle(handed: Handed[]): void {
  const open = handed.filter((one) => !["trust", "headers", "signature", "aside"].includes(one.role));
  const [only] = open;
  if (open.length === 1 && only) only.role = "subject";
}

async function beginning(file: Blob, length: number): Promise<string> {
  return latin(await file.slice(0, length).arrayBuffer());
}

function latin(buffer: ArrayBuffer): string {
  return new TextDecoder("latin1").decode(buffer);
}

async function isTrust(file: File): Promise<boolean> {
  return file.size < 16 << 20 && /"format"\s*:\s*"fidem-trust\//.test(await file.text());
}

async function isReceipt(file: File): Promise<boolean> {
  return file.size <= RECEIPT && latin(await file.arrayBuffer()).includes("seal-001.json");
}

/** The files that were dropped, folders walked in the order of names. */
export async function dropped(transfer: DataTransfer): Promise<[File, string][]> {
  const entries = Array.from(transfer.items, (item) => item.webkitGetAsEntry?.() ?? null);
  if (!entries.some((entry) => entry?.isDirectory)) return Array.from(transfer.files, (file) => [file, file.name]);
  const found: [File, string][] = [];
  for (const entry of entries) if (entry) await walk(entry, "", found);
  return found;
}

async function walk(entry: FileSystemEntry, folder: string, found: [File, string][]): Promise<void> {
  const name = folder + entry.name;
  if (entry.isFile) {
    found.push([await new Promise<File>((done, failed) => (entry as FileSystemFileEntry).file(done, failed)), name]);
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const inside: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((done, failed) => reader.readEntries(done, failed));
    if (some.length === 0) break;
    inside.push(...some);
  }
  inside.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const one of inside) await walk(one, `${name}/`, found);
}
