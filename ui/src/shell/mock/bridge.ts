/** What a desktop gives a window and a browser does not: pickers, dropped paths, the closing question. */
import type { DropEvent } from "../types";

export interface OutsideFile {
  path: string;
  bytes: number;
  mediaType: string;
}

export interface Bridge {
  files(path: string): OutsideFile[];
  pickFiles(): Promise<string[]>;
  pickFolder(): Promise<string | null>;
  onDrop(listener: (event: DropEvent) => void): () => void;
  onCloseAsked(mayClose: () => Promise<boolean>): () => void;
  /** Lets a test see more. */
  expose(more: object): void;
}

const types: Record<string, string> = {
  png: "image/png",
  jpg: "image/jpeg",
  pdf: "application/pdf",
  txt: "text/plain",
  csv: "text/csv",
  html: "text/html",
  json: "application/json",
  webm: "video/webm",
  mp4: "video/mp4",
  wav: "audio/wav",
  zip: "application/zip",
};
const sizes: Record<string, number> = { png: 1_482_311, jpg: 3_201_553, pdf: 486_220, txt: 18_204, csv: 40_551, webm: 214_337_090, mp4: 98_002_117, wav: 2_822_444, zip: 39_845_888 };

function file(path: string): OutsideFile {
  const end = path.split(".").at(-1)?.toLowerCase() ?? "";
  return { path, bytes: sizes[end] ?? 61_440, mediaType: types[end] ?? "application/octet-stream" };
}

/** Answers of the pickers and the way to drop or close from a test: `window.fidemMock`. */
export function bridge(): Bridge {
  const drops = new Set<(event: DropEvent) => void>();
  let mayClose: (() => Promise<boolean>) | null = null;
  const controls = {
    nextFiles: [] as string[],
    nextFolder: null as string | null,
    drop: (paths: string[]) => drops.forEach((listener) => listener({ kind: "drop", paths })),
    hover: (over: boolean) => drops.forEach((listener) => listener({ kind: over ? "over" : "leave" })),
    close: async () => (mayClose ? mayClose() : true),
  };
  Object.assign(window, { fidemMock: controls });
  return {
    files: (path) => (/\.[a-z0-9]{2,5}$/i.test(path) ? [file(path)] : ["聊天记录导出.txt", "订单截图.png", "付款凭证.pdf", "快捷方式.lnk"].map((name) => file(`${path}/${name}`))),
    async pickFiles() {
      return controls.nextFiles.length ? controls.nextFiles.splice(0) : ["/media/usb/聊天记录/聊天截图_01.png", "/media/usb/聊天记录/聊天记录导出.txt", "/media/usb/通话录音_20261108.wav"];
    },
    async pickFolder() {
      const folder = controls.nextFolder ?? "/media/usb/交付";
      controls.nextFolder = null;
      return folder;
    },
    onDrop(listener) {
      drops.add(listener);
      return () => drops.delete(listener);
    },
    onCloseAsked(question) {
      mayClose = question;
      return () => (mayClose = null);
    },
    expose: (more) => void Object.assign(controls, more),
  };
}
