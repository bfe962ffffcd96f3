// What happens in a card, wherever it stands: the outcome comes, the heat is drawn and taken away, the
// reader's correction is sent. The card says where its heat is laid and what else changes with its words.
//
//   heat:        hidden | off -> drawing -> on -> off ...          or failed; hidden: nothing can draw it
//   correction:  hidden | closed <-> open -> sending -> kept        or failed
import type { Outcome } from "../judge/judge";
import type { Correction, Heat, Label } from "../messages";
import type { Say } from "../words";
import { type CardState, fill } from "./card-content";
import type { Wording } from "./wording";

/** What a card can ask for about its picture. */
export interface Asks {
  again(): void;
  heat(): Promise<Heat>;
  correct(label: Label): Promise<Correction>;
  about(): void;
}

export interface Place {
  close: (() => void) | null; // null: it stands where it is
  /** Lays the drawing over the picture; null where it does not fit. */
  lay(png: string): Promise<{ remove(): void } | null>;
  drawn(wording: Wording, outcome: Outcome | "pending"): void;
}

/** What the service was found not to know: it need not be asked again. */
export type Missing = { heat: boolean; correction: boolean };

export class CardFlow {
  #state: CardState = { outcome: "pending", heat: "hidden", correction: "hidden" };
  #laid: { remove(): void } | null = null;

  constructor(
    private readonly inside: HTMLElement,
    private readonly say: Say,
    private readonly asks: Asks,
    private readonly place: Place,
    private readonly missing: Missing,
    private readonly signal: AbortSignal,
  ) {
    signal.addEventListener("abort", () => this.#laid?.remove(), { once: true });
  }

  /** `drawable`: there is a picture to lay a drawing over. */
  show(outcome: Outcome | "pending", drawable: boolean): void {
    const byService = outcome !== "pending" && outcome.kind === "judged" && outcome.by === "backend";
    const heat = byService && drawable && !this.missing.heat ? "off" : "hidden";
    this.#clear();
    this.#draw({ outcome, heat, correction: byService && !this.missing.correction ? "closed" : "hidden" });
  }

  #draw(change: Partial<CardState>): void {
    if (this.signal.aborted) return;
    this.#state = { ...this.#state, ...change };
    const wording = fill(this.inside, this.#state, this.say, {
      close: this.place.close,
      again: () => this.asks.again(),
      about: () => this.asks.about(),
      heat: () => void this.#heat(),
      wrong: () => this.#draw({ correction: this.#state.correction === "closed" ? "open" : "closed" }),
      correct: (label) => void this.#correct(label),
    });
    this.place.drawn(wording, this.#state.outcome);
  }

  async #heat(): Promise<void> {
    if (this.#state.heat === "drawing") return;
    if (this.#laid) {
      this.#clear();
      this.#draw({ heat: "off" });
      return;
    }
    this.#draw({ heat: "drawing" });
    const heat = await this.asks.heat();
    if (this.signal.aborted) return;
    if (heat.kind === "missing") this.missing.heat = true;
    this.#laid = heat.kind === "drawn" ? await this.place.lay(heat.png).catch(() => null) : null;
    if (this.signal.aborted) this.#clear();
    this.#draw({ heat: this.#laid ? "on" : heat.kind === "missing" ? "hidden" : "failed" });
  }

  async #correct(label: Label): Promise<void> {
    this.#draw({ correction: "sending" });
    const { kind } = await this.asks.correct(label);
    if (kind === "missing") this.missing.correction = true;
    this.#draw({ correction: kind === "kept" ? "kept" : "failed" });
  }

  #clear(): void {
    this.#laid?.remove();
    this.#laid = null;
  }
}
