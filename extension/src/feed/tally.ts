// Counts the pictures of a page by verdict, each address once, and reports a change a moment later.
import type { Judged } from "../contract/types";
import { type Counts, type Fake, MOST_FAKES, NONE, NOTHING, type Report } from "../counts";

const LONGEST = 4_000; // characters
const LATER = 200; // ms; a feed's verdicts come in bursts

export class Tally {
  readonly #marks = new Map<string, keyof Counts>();
  readonly #fakes = new Map<string, Fake>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly report: (report: Report) => void,
    signal: AbortSignal,
  ) {
    report(NOTHING); // a new page begins at nothing
    signal.addEventListener("abort", () => clearTimeout(this.#timer), { once: true });
  }

  judged(address: string, judged: Judged): void {
    this.#fakes.delete(address);
    if (judged.verdict === "fake") this.#fakes.set(address, { address, judged });
    this.#set(address, judged.verdict);
  }

  failed(address: string): void {
    this.#set(address, "failed");
  }

  #set(address: string, mark: keyof Counts): void {
    if (this.#marks.get(address) === mark) return;
    this.#marks.set(address, mark);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.report({ counts: this.#counts(), fakes: this.#listed() });
    }, LATER);
  }

  /** data: URLs may be megabytes long: they are counted, not listed. */
  #listed(): Fake[] {
    const short = [...this.#fakes.values()].filter(({ address }) => address.length < LONGEST);
    return short.reverse().slice(0, MOST_FAKES);
  }

  #counts(): Counts {
    const counts = { ...NONE } as Record<keyof Counts, number>;
    for (const mark of this.#marks.values()) counts[mark] += 1;
    return counts;
  }
}
