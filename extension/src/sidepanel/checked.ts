// The card of a picture that is not in a page: its preview, over which the heat is laid, and below it what a
// card at a picture tells.
import { type CardState, fill } from "../badge/card-content";
import { blobOf, canvasOf } from "../badge/heat";
import type { Outcome } from "../judge/judge";
import { asCorrection, asHeat, type Label, type Source } from "../messages";
import { send } from "../pages/ask";
import { make } from "../pages/element";
import type { Say } from "../words";

export class CheckedCard {
  readonly element: HTMLElement;
  readonly #inside = make("div", { class: "card", tabindex: "-1" });
  readonly #frame = make("div", { class: "frame" });
  #state: CardState = { outcome: "pending", heat: "hidden", correction: "hidden" };
  #drawing: HTMLCanvasElement | null = null;

  /** `preview`: an address of our own that shows it; null where there are no bytes here. */
  constructor(
    private readonly source: Source,
    preview: string | null,
    private readonly say: Say,
    private readonly again: () => void,
  ) {
    if (preview) this.#frame.append(make("img", { src: preview, alt: say("panelPreview") }));
    this.element = make(
      "article",
      { id: "checked", "aria-live": "polite" },
      preview && this.#frame,
      this.#inside,
    );
    this.#draw({});
  }

  show(outcome: Outcome): void {
    const byService = outcome.kind === "judged" && outcome.by === "backend";
    const heat = byService && this.#frame.isConnected ? "off" : "hidden";
    this.#draw({ outcome, heat, correction: byService ? "closed" : "hidden" });
    this.#inside.focus();
  }

  #draw(change: Partial<CardState>): void {
    this.#state = { ...this.#state, ...change };
    const wording = fill(this.#inside, this.#state, this.say, {
      close: null,
      again: this.again,
      about: () => void send({ to: "background", kind: "about-model" }),
      heat: () => void this.#heat(),
      wrong: () => this.#draw({ correction: this.#state.correction === "closed" ? "open" : "closed" }),
      correct: (label) => void this.#correct(label),
    });
    this.element.dataset["verdict"] = wording.mark;
  }

  async #heat(): Promise<void> {
    if (this.#state.heat === "drawing") return;
    if (this.#drawing) {
      this.#drawing.remove();
      this.#drawing = null;
      this.#draw({ heat: "off" });
      return;
    }
    this.#draw({ heat: "drawing" });
    const heat = asHeat(await send({ to: "background", kind: "heat", source: this.source }));
    const bitmap = heat.kind === "drawn" ? await createImageBitmap(blobOf(heat.png)).catch(() => null) : null;
    this.#drawing = bitmap && canvasOf(bitmap, document);
    if (this.#drawing) this.#frame.append(this.#drawing);
    this.#draw({ heat: this.#drawing ? "on" : heat.kind === "missing" ? "hidden" : "failed" });
  }

  async #correct(label: Label): Promise<void> {
    this.#draw({ correction: "sending" });
    const answer = asCorrection(
      await send({ to: "background", kind: "correct", source: this.source, label }),
    );
    this.#draw({ correction: answer.kind === "kept" ? "kept" : "failed" });
  }
}
