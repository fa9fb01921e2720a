/** pdf.js, loaded when the first page is to be shown. */
import type { PDFDocumentProxy } from "pdfjs-dist";
import workerUrl from "pdfjs-dist/build/pdf.worker.min.mjs?url";

/** WebKitGTK streams cannot be iterated yet; reading text of a page needs it. */
function iterateStreams(): void {
  const prototype = ReadableStream.prototype as unknown as { [Symbol.asyncIterator]?: () => AsyncGenerator<unknown> };
  prototype[Symbol.asyncIterator] ??= async function* (this: ReadableStream<unknown>) {
    const reader = this.getReader();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        yield value;
      }
    } finally {
      reader.releaseLock();
    }
  };
}

/** Opens a PDF held in memory. Scripts and forms in it stay dead: only its pages are painted. */
export async function openPdf(bytes: Uint8Array<ArrayBuffer>): Promise<PDFDocumentProxy> {
  iterateStreams();
  const pdfjs = await import("pdfjs-dist");
  pdfjs.GlobalWorkerOptions.workerSrc = workerUrl;
  const folder = (name: string) => new URL(`pdf/${name}/`, document.baseURI).href;
  return pdfjs.getDocument({
    data: bytes,
    cMapUrl: folder("cmaps"),
    cMapPacked: true,
    standardFontDataUrl: folder("standard_fonts"),
    wasmUrl: folder("wasm"),
    enableXfa: false,
  }).promise;
}
