/** One verification in a worker of its own; ended by `cancel`, whatever the module is doing. */
import type { Job, Told } from "./protocol";

export interface Running {
  cancel(): void;
}

let address: string | null = null;

/** Octets that the page reads whole where its workers cannot read. */
const WHOLE = 1 << 30;

/** Starts the worker whose source stands in the page; where workers cannot read files, the page reads them for it. */
export function startJob(job: Job, told: (what: Told) => void): Running {
  let cancelled = false;
  let running = launch(job, (what) => {
    if (what.what !== "cannot-read") return told(what);
    running.cancel();
    void inMemory(job.files).then(
      (files) => {
        if (!cancelled) running = launch({ ...job, files }, told);
      },
      (error: unknown) => cancelled || told({ what: "failed", stage: "verify", reason: String(error) }),
    );
  });
  return {
    cancel() {
      cancelled = true;
      running.cancel();
    },
  };
}

function launch(job: Job, told: (what: Told) => void): Running {
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

async function inMemory(files: (File | ArrayBuffer)[]): Promise<ArrayBuffer[]> {
  const read: ArrayBuffer[] = [];
  let octets = 0;
  for (const file of files) {
    if (!(file instanceof Blob)) continue;
    octets += file.size;
    if (octets > WHOLE) throw new RangeError("this browser takes 1 GiB at most; use Chrome, Edge or Firefox");
    read.push(await file.arrayBuffer());
  }
  return read;
}

/** The verifying module, unpacked from the page. */
export async function moduleOctets(): Promise<ArrayBuffer> {
  const packed = atob(document.getElementById("module")?.textContent ?? "");
  const octets = Uint8Array.from(packed, (letter) => letter.charCodeAt(0));
  const stream = new Blob([octets]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}
