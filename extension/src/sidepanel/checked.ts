// The card of a picture that is not in a page: its preview, over which the heat is laid, and below it what a
// card at a picture tells.
import { CardFlow } from "../badge/card-flow";
import { blobOf, canvasOf } from "../badge/heat";
import type { Outcome } from "../judge/judge";
import { asCorrection, asHeat, type Source } from "../messages";
import { send } from "../pages/ask";
import { make } from "../pages/element";
import type { Say } from "../words";

const STAYS = new AbortController().signal; // until another card takes its place

export class CheckedCard {
  readonly element: HTMLElement;
  readonly #inside = make("div", { class: "card", tabindex: "-1" });
  readonly #frame = make("div", { class: "frame" });
  readonly #flow: CardFlow;

  /** `preview`: an address of our own that shows it; null where there are no bytes here. */
  constructor(source: Source, preview: string | null, say: Say, again: () => void) {
    if (preview) this.#frame.append(make("img", { src: preview, alt: say("panelPreview") }));
    this.element = make(
      "article",
      { id: "checked", "aria-live": "polite" },
      preview && this.#frame,
      this.#inside,
    );
    const asks = {
      again,
      about: () => void send({ to: "background", kind: "about-model" }),
      heat: async () => asHeat(await send({ to: "background", kind: "heat", source })),
      correct: async (label: "real" | "fake") =>
        asCorrection(await send({ to: "background", kind: "correct", source, label })),
    };
    const place = {
      close: null,
      lay: async (png: string) => {
        const drawing = canvasOf(await createImageBitmap(blobOf(png)), document);
        this.#frame.append(drawing);
        return drawing;
      },
      drawn: ({ mark }: { mark: string }) => {
        this.element.dataset["verdict"] = mark;
      },
    };
    this.#flow = new CardFlow(this.#inside, say, asks, place, { heat: false, correction: false }, STAYS);
    this.#flow.show("pending", false);
  }

  show(outcome: Outcome): void {
    this.#flow.show(outcome, this.#frame.isConnected);
    this.#inside.focus();
  }
}
