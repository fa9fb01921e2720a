/** Octets of a file by position, read in pieces. */

/** Octets of one piece. */
const PIECE = 1 << 20;

/** Something whose octets are at hand by position. */
export interface Octets {
  readonly size: number;
  /** Fills `out` from `offset`; says whether it did. */
  read(offset: number, out: Uint8Array): boolean;
}

/** A file and the last piece read of it: most reads are short and follow one another. */
export class FileWindow implements Octets {
  private start = 0;
  private length = 0;
  private readonly piece = new Uint8Array(PIECE);
  private readonly reader = new FileReaderSync();

  constructor(private readonly file: Blob) {}

  get size(): number {
    return this.file.size;
  }

  read(offset: number, out: Uint8Array): boolean {
    try {
      for (let done = 0; done < out.length; ) {
        const from = this.at(offset + done, out.length - done);
        if (from.length === 0) return false;
        out.set(from, done);
        done += from.length;
      }
      return true;
    } catch {
      // The medium was taken out, or the file was changed while it was read.
      return false;
    }
  }

  /** At most `length` octets at `offset`, as many as are at hand. */
  private at(offset: number, length: number): Uint8Array {
    if (offset < this.start || offset >= this.start + this.length) this.fill(offset);
    const from = offset - this.start;
    return this.piece.subarray(from, Math.min(from + length, this.length));
  }

  /**
   * Reads the piece that begins at `offset`. As a string of one character for each octet: buffers that a reader hands
   * out are freed so late by Chromium, in a worker that never rests, that a gigabyte and more of them piles up.
   */
  private fill(offset: number): void {
    this.length = 0;
    const letters = this.reader.readAsBinaryString(this.file.slice(offset, Math.min(offset + PIECE, this.file.size)));
    for (let index = 0; index < letters.length; index += 1) this.piece[index] = letters.charCodeAt(index);
    this.start = offset;
    this.length = letters.length;
  }
}

/** A file that the page has read whole. */
export class Buffered implements Octets {
  private readonly octets: Uint8Array;

  constructor(buffer: ArrayBuffer) {
    this.octets = new Uint8Array(buffer);
  }

  get size(): number {
    return this.octets.length;
  }

  read(offset: number, out: Uint8Array): boolean {
    const found = this.octets.subarray(offset, offset + out.length);
    out.set(found);
    return found.length === out.length;
  }
}

/** Whether a worker of this browser can read blobs at all: WebKit's cannot where the page lies on a disk. */
export function canRead(): boolean {
  try {
    return new FileReaderSync().readAsArrayBuffer(new Blob(["x"])).byteLength === 1;
  } catch {
    return false;
  }
}
