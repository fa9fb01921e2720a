/** Octets of a file by position, read in pieces. */

/** Octets of one piece. */
const PIECE = 1 << 20;

/** A file and the last piece read of it: most reads are short and follow one another. */
export class FileWindow {
  private start = 0;
  private piece = new Uint8Array(0);
  private readonly reader = new FileReaderSync();

  constructor(private readonly file: Blob) {}

  get size(): number {
    return this.file.size;
  }

  /** Fills `out` from `offset`; says whether it did. */
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
    if (offset < this.start || offset >= this.start + this.piece.length) {
      const end = Math.min(offset + PIECE, this.file.size);
      this.piece = new Uint8Array(this.reader.readAsArrayBuffer(this.file.slice(offset, end)));
      this.start = offset;
    }
    const from = offset - this.start;
    return this.piece.subarray(from, from + length);
  }
}
