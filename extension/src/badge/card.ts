// The detail card at a picture: <candid-card>. In the browser's top layer, so that nothing of the page
// covers it; anchored to the picture as the badge is, but kept inside the window. One at a time. It closes
// by its button, Escape, a click elsewhere, or when its picture goes or becomes another one; the focus goes into
// it and back to where it was.
import { addressOf, briefly } from "../feed/shown";
import type { Outcome } from "../judge/judge";
import type { Say } from "../words";
import { type Anchor, anchorOn, type Box, placeBy, setStyles } from "./anchor";
import { type Asks, CardFlow, type Missing } from "./card-flow";
import { HeatOverlay } from "./heat";
import { dress } from "./style";
import { nameOf, type Wording } from "./wording";

export const TAG = "candid-card";
const WIDTH = 340; // CSS px
const LOOK = 200; // ms between two looks at whether the picture is still there

let opened: Card | null = null;

/** Opens a card on the picture, or in the window's corner where the picture is not in the page. */
export function openCard(picture: Box | null, say: Say, asks: Asks, signal: AbortSignal): Card {
  opened?.close();
  opened = new Card(picture, say, asks);
  const card = opened;
  signal.addEventListener("abort", () => card.close(), { once: true });
  return card;
}

/** A service that cannot draw or keep is not asked again on this page. */
const missing: Missing = { heat: false, correction: false };

export class Card {
  readonly #anchor: Anchor | null;
  readonly #host: HTMLElement;
  readonly #inside: HTMLElement;
  readonly #stop = new AbortController();
  readonly #address: string;
  readonly #before = document.activeElement;
  readonly #flow: CardFlow;

  constructor(
    private readonly picture: Box | null,
    private readonly say: Say,
    asks: Asks,
  ) {
    this.#address = picture ? addressOf(picture) : "";
    this.#anchor = picture && anchorOn(picture);
    this.#host = document.createElement(TAG);
    this.#host.setAttribute("role", "dialog");
    this.#host.dataset["for"] = briefly(this.#address);
    this.#host.lang = say("language"); // the page's may be another
    this.#host.popover = "auto"; // Escape and a click elsewhere close it
    const root = this.#host.attachShadow({ mode: "closed" });
    dress(root, "card");
    this.#inside = document.createElement("div");
    this.#inside.className = "card";
    this.#inside.tabIndex = -1;
    root.append(this.#inside);
    const place = {
      close: () => this.close(),
      lay: async (png: string) => picture && HeatOverlay.on(picture, png),
      drawn: (wording: Wording, outcome: Outcome | "pending") => this.#drawn(wording, outcome),
    };
    this.#flow = new CardFlow(this.#inside, say, asks, place, missing, this.#stop.signal);
    this.#style(0);
    if (picture?.parentNode) placeBy(picture, this.#host);
    else document.documentElement.append(this.#host);
    this.show("pending");
    this.#host.showPopover();
    this.#inside.focus({ preventScroll: true });
    this.#watch();
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  show(outcome: Outcome | "pending"): void {
    // An image in an SVG has no box of its own that a drawing could be laid over.
    this.#flow.show(outcome, this.picture !== null && this.picture.localName !== "image");
  }

  close(): void {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    const focused = this.#host.matches(":focus-within") || document.activeElement === this.#host;
    this.#host.remove();
    this.#anchor?.release();
    if (opened === this) opened = null;
    const { activeElement: now, body } = document;
    if ((focused || now === body || !now) && this.#before instanceof HTMLElement && this.#before !== body)
      this.#before.focus({ preventScroll: true });
  }

  #drawn(wording: Wording, outcome: Outcome | "pending"): void {
    this.#host.dataset["verdict"] = wording.mark;
    if (outcome !== "pending" && outcome.kind === "failed") this.#host.dataset["reason"] = outcome.reason;
    else delete this.#host.dataset["reason"];
    this.#host.setAttribute("aria-label", this.say("cardLabel", nameOf(wording, this.say)));
    this.#style(this.#host.offsetHeight);
  }

  #watch(): void {
    const { signal } = this.#stop;
    const closed = (event: Event) => (event as ToggleEvent).newState === "closed" && this.close();
    this.#host.addEventListener("toggle", closed, { signal });
    for (const type of ["click", "mousedown", "pointerdown", "keydown", "keyup"])
      this.#host.addEventListener(type, (event) => event.stopPropagation(), { signal });
    const look = setInterval(() => {
      const { picture } = this;
      if (
        !this.#host.isConnected ||
        (picture && (!picture.isConnected || addressOf(picture) !== this.#address))
      )
        this.close();
      else this.#anchor?.renew();
    }, LOOK);
    signal.addEventListener("abort", () => clearInterval(look), { once: true });
  }

  /** Right of the picture where there is room, else over it; never out of the window. */
  #style(height: number): void {
    setStyles(this.#host, {
      width: `min(${WIDTH}px, calc(100vw - 16px))`,
      ...(this.#anchor && {
        "position-anchor": this.#anchor.name,
        top: `max(8px, min(anchor(top, -9999px), calc(100% - ${height + 8}px)))`,
        left: `max(8px, min(anchor(right, -9999px) + 8px, 100% - ${WIDTH + 8}px))`,
      }),
      ...(!this.#anchor && { top: "16px", left: `max(8px, calc(100% - ${WIDTH + 16}px))` }),
    });
  }
}
