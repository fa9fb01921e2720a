/** How an item may be looked at. Only painted or decoded, never run: a page of markup is shown as its text. */
export type PreviewKind = "picture" | "pdf" | "text" | "video" | "sound" | "none";

/** Types the window itself decodes; the blob gets exactly this type, never one the file claims. */
const pictures = new Set(["image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/avif"]);

export function previewKind(mediaType: string): PreviewKind {
  const type = mediaType.split(";")[0]?.trim().toLowerCase() ?? "";
  if (pictures.has(type)) return "picture";
  if (type === "application/pdf") return "pdf";
  if (type.startsWith("video/")) return "video";
  if (type.startsWith("audio/")) return "sound";
  if (type.startsWith("text/") || /^application\/(.*\+)?(json|xml)$/.test(type) || type === "image/svg+xml") return "text";
  return "none";
}

export const textLimit = 400_000;

/** The start of a text, read as UTF-8 or, where that is impossible, as GB 18030. */
export function decode(bytes: Uint8Array): { text: string; cut: boolean; encoding: string } {
  const part = bytes.subarray(0, textLimit);
  const cut = bytes.length > part.length;
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(part, { stream: cut }), cut, encoding: "UTF-8" };
  } catch {
    return { text: new TextDecoder("gb18030").decode(part), cut, encoding: "GB 18030" };
  }
}
