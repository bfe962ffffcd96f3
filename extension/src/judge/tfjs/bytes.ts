// Reads numbers and names from a file's bytes. Reading past the end throws `Ended`, which container.ts
// reports as a picture that ends too early.
export class Ended extends Error {}

export class Bytes {
  readonly #view: DataView;

  constructor(private readonly data: Uint8Array) {
    this.#view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  }

  get length(): number {
    return this.data.length;
  }

  byte(at: number): number {
    return this.#at(at, 1).getUint8(at);
  }
  u16(at: number, little = false): number {
    return this.#at(at, 2).getUint16(at, little);
  }
  u32(at: number, little = false): number {
    return this.#at(at, 4).getUint32(at, little);
  }
  i32(at: number, little = false): number {
    return this.#at(at, 4).getInt32(at, little);
  }

  /** As Latin-1 text, shorter where the file ends. */
  text(at: number, length: number): string {
    return String.fromCharCode(...this.data.subarray(at, at + length));
  }

  /** Throws where the file ends before that place. */
  reaches(end: number): void {
    if (end > this.data.length || end < 0) throw new Ended(`byte ${end} of ${this.data.length}`);
  }

  indexOf(byte: number, from: number): number {
    return this.data.indexOf(byte, from);
  }

  #at(at: number, length: number): DataView {
    this.reaches(at + length);
    return this.#view;
  }
}
