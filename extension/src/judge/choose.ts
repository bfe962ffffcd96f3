// Which judge judges: the first that is ready, in the order given. What was learnt is kept for a moment,
// so that a page of pictures does not ask for the service's health once for each of them.
import {
  type FailureReason,
  failed,
  type Hints,
  type Judge,
  notReady,
  type Outcome,
  type Readiness,
} from "./judge";

const FRESH = 15_000; // ms; a service that was restarted with another model is noticed this soon
const FRESH_WHEN_DOWN = 3_000; // ms; also while a judge stands in for the preferred one, which takes over soon

/** What a judge says that has gone or wants a token now: the next picture asks afresh. */
const GONE: ReadonlySet<FailureReason> = new Set(["unreachable", "unauthorised", "refused"]);

export class Judges {
  #known: { at: number; judge: Judge | null; readiness: Readiness } | null = null;
  #asking: Promise<Readiness> | null = null;

  constructor(
    private readonly judges: readonly Judge[],
    private readonly now: () => number = Date.now,
    private readonly onReadiness: (readiness: Readiness) => void = () => {},
  ) {}

  /** What can judge now, or why nothing can. `again` asks afresh. */
  async readiness(again = false): Promise<Readiness> {
    const known = this.#known;
    const fresh = known?.judge && known.judge === this.judges[0] ? FRESH : FRESH_WHEN_DOWN;
    if (!again && known && this.now() - known.at < fresh) return known.readiness;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async judge(picture: Blob, hints: Hints, signal: AbortSignal): Promise<Outcome> {
    const readiness = await this.readiness();
    if (readiness.kind !== "ready") return notReady(readiness);
    const outcome = await (this.#known?.judge?.judge(picture, hints, signal) ?? failed("unreachable"));
    if (outcome.kind === "failed" && GONE.has(outcome.reason)) this.#known = null;
    return outcome;
  }

  warm(): void {
    this.#known?.judge?.warm?.();
  }

  async #ask(): Promise<Readiness> {
    let first: Readiness | null = null;
    let chosen: Judge | null = null;
    for (const judge of this.judges) {
      const readiness = await judge.ready(new AbortController().signal);
      first ??= readiness; // where none is ready, the preferred one's state is what the reader can mend
      // A service that can be paired is mended sooner than a browser.
      if (readiness.kind === "refused" && first.kind === "unreachable") first = readiness;
      if (readiness.kind !== "ready") continue;
      first = first.kind === "unpaired" ? { ...readiness, unpaired: true } : readiness;
      chosen = judge;
      break;
    }
    const readiness = first ?? { kind: "unreachable", message: "no judge" };
    this.#known = { at: this.now(), judge: chosen, readiness };
    this.onReadiness(readiness);
    return readiness;
  }
}
