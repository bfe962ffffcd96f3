// The detail card at a picture: <candid-card>. In the browser's top layer, so that nothing of the page
// covers it; anchored to the picture as the badge is, but kept inside the window. One at a time. It closes
// by its button, Escape, a click elsewhere, or when its picture goes or becomes another one.
import { addressOf, briefly } from "../feed/shown";
import type { Outcome } from "../judge/judge";
import type { Say } from "../words";
import { type Anchor, anchorOn, type Box, placeBy, setStyles } from "./anchor";
import { fill } from "./card-content";
import { dress } from "./style";
import { nameOf, pending, type Wording, wordingOf } from "./wording";

export const TAG = "candid-card";
const WIDTH = 320; // CSS px
const LOOK = 200; // ms between two looks at whether the picture is still there

let opened: Card | null = null;

/** Opens a card on the picture, or in the window's corner where the picture is not in the page. */
export function openCard(picture: Box | null, say: Say, again: () => void, signal: AbortSignal): Card {
  opened?.close();
  opened = new Card(picture, say, again);
  const card = opened;
  signal.addEventListener("abort", () => card.close(), { once: true });
  return card;
}

export class Card {
  readonly #anchor: Anchor | null;
  readonly #host: HTMLElement;
  readonly #inside: HTMLElement;
  readonly #stop = new AbortController();
  readonly #address: string;

  constructor(
    private readonly picture: Box | null,
    private readonly say: Say,
    private readonly again: () => void,
  ) {
    this.#address = picture ? addressOf(picture) : "";
    this.#anchor = picture && anchorOn(picture);
    this.#host = document.createElement(TAG);
    this.#host.setAttribute("role", "dialog");
    this.#host.dataset["for"] = briefly(this.#address);
    this.#host.popover = "auto"; // Escape and a click elsewhere close it
    const root = this.#host.attachShadow({ mode: "closed" });
    dress(root, "card");
    this.#inside = document.createElement("div");
    this.#inside.className = "card";
    root.append(this.#inside);
    this.#style(0);
    if (picture?.parentNode) placeBy(picture, this.#host);
    else document.documentElement.append(this.#host);
    this.show("pending");
    this.#host.showPopover();
    this.#watch();
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  show(outcome: Outcome | "pending"): void {
    if (this.#stop.signal.aborted) return;
    const wording: Wording = outcome === "pending" ? pending(this.say) : wordingOf(outcome, this.say);
    this.#host.dataset["verdict"] = wording.mark;
    if (outcome !== "pending" && outcome.kind === "failed") this.#host.dataset["reason"] = outcome.reason;
    else delete this.#host.dataset["reason"];
    this.#host.setAttribute("aria-label", this.say("cardLabel", nameOf(wording, this.say)));
    fill(this.#inside, outcome, wording, this.say, { close: () => this.close(), again: this.again });
    this.#style(this.#host.offsetHeight);
  }

  close(): void {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    this.#host.remove();
    this.#anchor?.release();
    if (opened === this) opened = null;
  }

  #watch(): void {
    const { signal } = this.#stop;
    const closed = (event: Event) => (event as ToggleEvent).newState === "closed" && this.close();
    this.#host.addEventListener("toggle", closed, { signal });
    for (const type of ["click", "mousedown", "pointerdown", "keydown"])
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
      ...(!this.#anchor && { top: "16px", left: `calc(100% - ${WIDTH + 16}px)` }),
    });
  }
}
