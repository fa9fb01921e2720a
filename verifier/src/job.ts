/** One verification in a worker of its own; ended by `cancel`, whatever the module is doing. */
import type { Job, Told } from "./protocol";

export interface Running {
  cancel(): void;
}

let address: string | null = null;

/** Starts the worker whose source stands in the page. */
export function startJob(job: Job, told: (what: Told) => void): Running {
  address ??= URL.createObjectURL(new Blob([document.getElementById("worker")?.textContent ?? ""], { type: "text/javascript" }));
  const worker = new Worker(address);
  worker.onmessage = (event: MessageEvent<Told>) => told(event.data);
  worker.onerror = (event) => {
    event.preventDefault();
    told({ what: "failed", stage: "module", reason: event.message || "worker" });
  };
  worker.postMessage(job);
  return { cancel: () => worker.terminate() };
}

/** The verifying module, unpacked from the page. */
export async function moduleOctets(): Promise<ArrayBuffer> {
  const packed = atob(document.getElementById("module")?.textContent ?? "");
  const octets = Uint8Array.from(packed, (letter) => letter.charCodeAt(0));
  const stream = new Blob([octets]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}
