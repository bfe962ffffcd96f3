// Counts the pictures of a page by verdict, each address once, and reports a change a moment later.
import { type Counts, NONE } from "../counts";

const LATER = 200; // ms; a feed's verdicts come in bursts

export class Tally {
  readonly #marks = new Map<string, keyof Counts>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly report: (counts: Counts) => void,
    signal: AbortSignal,
  ) {
    report(NONE); // a new page begins at nothing
    signal.addEventListener("abort", () => clearTimeout(this.#timer), { once: true });
  }

  set(address: string, mark: keyof Counts): void {
    if (this.#marks.get(address) === mark) return;
    this.#marks.set(address, mark);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.report(this.counts());
    }, LATER);
  }

  counts(): Counts {
    const counts = { ...NONE } as Record<keyof Counts, number>;
    for (const mark of this.#marks.values()) counts[mark] += 1;
    return counts;
  }
}
