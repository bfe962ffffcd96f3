// What is checked next: a few pictures at once, the nearest to the reader first. Ranks are taken when a
// place becomes free, not when a picture was added: by then the reader has scrolled.
export interface Rect {
  readonly top: number;
  readonly bottom: number;
}

/** Smaller is sooner: in the viewport by closeness to its middle, then below it, then above. Pure. */
export function rank({ top, bottom }: Rect, viewport: number): number {
  if (bottom > 0 && top < viewport) return Math.abs((top + bottom) / 2 - viewport / 2);
  const below = top >= viewport;
  return below ? 1e6 + top - viewport : 2e6 - bottom; // readers scroll down more than up
}

type Work = (signal: AbortSignal) => Promise<void>;

export class Queue<T> {
  readonly #waiting = new Map<T, Work>();
  readonly #running = new Map<T, AbortController>();
  #paused = false;

  constructor(
    private atOnce: number,
    private readonly rankOf: (item: T) => number,
    signal: AbortSignal,
  ) {
    signal.addEventListener("abort", () => this.#clear(), { once: true });
  }

  add(item: T, work: Work): void {
    if (this.#running.has(item)) return;
    this.#waiting.set(item, work);
    this.#fill();
  }

  /** Takes it out, also while it runs: its signal is aborted. */
  cancel(item: T): void {
    this.#waiting.delete(item);
    this.#running.get(item)?.abort();
    this.#running.delete(item);
    this.#fill();
  }

  get waits(): boolean {
    return this.#waiting.size > 0;
  }

  /** Another number at once, from the next start on. */
  limit(atOnce: number): void {
    this.atOnce = atOnce;
    this.#fill();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#fill();
  }

  #fill(): void {
    while (!this.#paused && this.#running.size < this.atOnce && this.#waiting.size > 0) this.#start();
  }

  #start(): void {
    const waiting = [...this.#waiting].map(([item, work]) => ({ item, work }));
    // A rank is a look at the layout; where there is room for all, none is needed.
    const first = waiting.length > this.atOnce - this.#running.size ? this.#nearest(waiting) : waiting[0];
    if (!first) return;
    const stop = new AbortController();
    this.#waiting.delete(first.item);
    this.#running.set(first.item, stop);
    void first.work(stop.signal).finally(() => {
      if (this.#running.get(first.item) === stop) this.#running.delete(first.item);
      this.#fill();
    });
  }

  #nearest<W extends { item: T }>(waiting: readonly W[]): W | undefined {
    const ranked = waiting.map((each) => ({ each, rank: this.rankOf(each.item) }));
    return ranked.sort((one, other) => one.rank - other.rank)[0]?.each;
  }

  #clear(): void {
    this.#waiting.clear();
    for (const stop of this.#running.values()) stop.abort();
    this.#running.clear();
  }
}
