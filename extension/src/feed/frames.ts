// When the page is read and when it is written, so that the browser lays it out once for a frame and not once
// for each picture. What changes the page is done together at the beginning of a frame. What reads its layout
// because the page has just changed waits until the frame is over: then the layout is there, and reading costs
// nothing.
//
//   task            frame                              task
//   read, write --> [writes, the page's own, layout] --> reads
//
// A page that nobody sees has no frames: its work waits.
export class Frames {
  readonly #reads = new Map<object, () => void>();
  #writes: (() => void)[] = [];
  #asked = false;

  constructor(private readonly signal: AbortSignal) {
    const stop = () => {
      this.#reads.clear();
      this.#writes = [];
    };
    signal.addEventListener("abort", stop, { once: true });
  }

  /** After the next frame; once, however often it is asked for until then. */
  read(about: object, work: () => void): void {
    this.#reads.set(about, work);
    this.#ask();
  }

  /** In the next frame, in the order of the calls. */
  write(work: () => void): void {
    this.#writes.push(work);
    this.#ask();
  }

  #ask(): void {
    if (this.#asked || this.signal.aborted) return;
    this.#asked = true;
    requestAnimationFrame(() => {
      this.#asked = false;
      const writes = this.#writes;
      this.#writes = [];
      for (const write of writes) write();
      if (this.#reads.size > 0) setTimeout(() => this.#readAll(), 0);
    });
  }

  #readAll(): void {
    const reads = [...this.#reads.values()];
    this.#reads.clear();
    for (const read of reads) read();
  }
}
