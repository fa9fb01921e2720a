/** Runs the verifying module beside the page: reads files piece by piece, so that their size needs no memory. */
import type { Job, Told } from "./protocol";
import { Buffered, canRead, FileWindow, type Octets } from "./window";

interface Exports {
  memory: WebAssembly.Memory;
  alloc(length: number): number;
  run(address: number, length: number, files: number): bigint;
  fingerprint(file: number): bigint;
  free(address: number, length: number): void;
}

const tell = (told: Told): void => postMessage(told);
/** Milliseconds between two reports of progress. */
const PACE = 100;

self.onmessage = (event: MessageEvent<Job>) => void work(event.data);

async function work(job: Job): Promise<void> {
  if (job.files.some((file) => file instanceof Blob) && !canRead()) return tell({ what: "cannot-read" });
  let exports: Exports;
  const host = new Host(job.files);
  try {
    const made = await WebAssembly.instantiate(job.module, { host: host.functions });
    exports = made.instance.exports as unknown as Exports;
  } catch (error) {
    return tell({ what: "failed", stage: "module", reason: String(error) });
  }
  host.memory = exports.memory;
  try {
    const [zh, en] = parts(verify(exports, job));
    tell({ what: "report", zh: text(zh), en: text(en) });
  } catch (error) {
    return tell({ what: "failed", stage: "verify", reason: String(error) });
  }
  digest(exports, host);
}

function verify(exports: Exports, job: Job): Uint8Array {
  const options = new TextEncoder().encode(JSON.stringify(job.options));
  const address = exports.alloc(options.length) >>> 0;
  if (address === 0) throw new Error("out of memory");
  new Uint8Array(exports.memory.buffer, address, options.length).set(options);
  return answer(exports, exports.run(address, options.length, job.files.length));
}

/** The digests by which the report names the file it is about. */
function digest(exports: Exports, host: Host): void {
  try {
    host.digesting();
    const found = JSON.parse(text(answer(exports, exports.fingerprint(0)))) as { sha256: string; sm3: string };
    tell({ what: "digests", sha256: found.sha256, sm3: found.sm3 });
  } catch {
    tell({ what: "digests-failed" });
  }
}

/** A copy of an answer: its length is the upper half, its address the lower. */
function answer(exports: Exports, result: bigint): Uint8Array {
  const whole = BigInt.asUintN(64, result);
  const length = Number(whole >> BigInt(32));
  const address = Number(BigInt.asUintN(32, whole));
  // The memory may have grown, and then its buffer is another one.
  return new Uint8Array(exports.memory.buffer, address, length).slice();
}

/** Chinese and English, each after its length. */
function parts(octets: Uint8Array): [Uint8Array, Uint8Array] {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  const first = view.getUint32(0, true);
  const second = view.getUint32(4 + first, true);
  return [octets.subarray(4, 4 + first), octets.subarray(8 + first, 8 + first + second)];
}

function text(octets: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(octets);
}

/** The three things that the module may ask for. */
class Host {
  memory: WebAssembly.Memory | null = null;
  stage: "verify" | "digest" = "verify";
  private readonly files: Octets[];
  private readonly all: number;
  private done = 0;
  private total = 0;
  private octets = 0;
  private told = 0;

  constructor(files: (File | ArrayBuffer)[]) {
    this.files = files.map((file) => (file instanceof Blob ? new FileWindow(file) : new Buffered(file)));
    this.all = this.files.reduce((sum, file) => sum + file.size, 0);
  }

  readonly functions = {
    size: (file: number): number => this.files[file]?.size ?? 0,
    read: (file: number, offset: number, address: number, length: number): number => {
      const octets = this.files[file];
      if (!octets || !this.memory) return 1;
      const done = octets.read(offset, new Uint8Array(this.memory.buffer, address >>> 0, length >>> 0));
      this.octets += length >>> 0;
      if (this.due()) this.say();
      return done ? 0 : 1;
    },
    progress: (done: number, total: number): void => {
      this.done = done;
      this.total = total;
      if (done === total || this.due()) this.say();
    },
  };

  /** From here on the digests of the subject are computed. */
  digesting(): void {
    this.stage = "digest";
    this.done = this.total = this.octets = 0;
  }

  private due(): boolean {
    return performance.now() - this.told >= PACE;
  }

  /** Only packages tell how far they are; of other subjects the octets that were read are said. */
  private say(): void {
    this.told = performance.now();
    const total = this.total || this.all;
    tell({ what: "progress", stage: this.stage, done: this.done || Math.min(this.octets, total), total });
  }
}
