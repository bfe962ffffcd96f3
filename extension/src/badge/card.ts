// The detail card at a picture: <candid-card>. In the browser's top layer, so that nothing of the page
// covers it; anchored to the picture as the badge is, but kept inside the window. One at a time. It closes
// by its button, Escape, a click elsewhere, or when its picture goes or becomes another one; the focus goes into
// it and back to where it was.
import { addressOf, briefly } from "../feed/shown";
import type { Outcome } from "../judge/judge";
import type { Correction, Heat, Label } from "../messages";
import type { Say } from "../words";
import { type Anchor, anchorOn, type Box, placeBy, setStyles } from "./anchor";
import { type CardState, fill } from "./card-content";
import { HeatOverlay } from "./heat";
import { dress } from "./style";
import { nameOf } from "./wording";

export const TAG = "candid-card";
const WIDTH = 340; // CSS px
const LOOK = 200; // ms between two looks at whether the picture is still there

/** What a card can ask for about its picture. */
export interface Asks {
  again(): void;
  heat(): Promise<Heat>;
  correct(label: Label): Promise<Correction>;
  about(): void;
}

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
const missing = { heat: false, correction: false };

export class Card {
  readonly #anchor: Anchor | null;
  readonly #host: HTMLElement;
  readonly #inside: HTMLElement;
  readonly #stop = new AbortController();
  readonly #address: string;
  readonly #before = document.activeElement;
  #state: CardState = { outcome: "pending", heat: "hidden", correction: "hidden" };
  #overlay: HeatOverlay | null = null;

  constructor(
    private readonly picture: Box | null,
    private readonly say: Say,
    private readonly asks: Asks,
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
    this.#inside.tabIndex = -1;
    root.append(this.#inside);
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
    const byService = outcome !== "pending" && outcome.kind === "judged" && outcome.by === "backend";
    // An image in an SVG has no box of its own that a drawing could be laid over.
    const drawable = byService && !missing.heat && this.picture && this.picture.localName !== "image";
    const heat = drawable ? "off" : "hidden";
    this.#overlay?.remove();
    this.#overlay = null;
    this.#draw({ outcome, heat, correction: byService && !missing.correction ? "closed" : "hidden" });
  }

  close(): void {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    const focused = this.#host.matches(":focus-within") || document.activeElement === this.#host;
    this.#overlay?.remove();
    this.#host.remove();
    this.#anchor?.release();
    if (opened === this) opened = null;
    const { activeElement: now, body } = document;
    if ((focused || now === body || !now) && this.#before instanceof HTMLElement && this.#before !== body)
      this.#before.focus({ preventScroll: true });
  }

  #draw(change: Partial<CardState>): void {
    if (this.#stop.signal.aborted) return;
    this.#state = { ...this.#state, ...change };
    const { outcome } = this.#state;
    const wording = fill(this.#inside, this.#state, this.say, {
      close: () => this.close(),
      again: () => this.asks.again(),
      about: () => this.asks.about(),
      heat: () => void this.#heat(),
      wrong: () => this.#draw({ correction: this.#state.correction === "closed" ? "open" : "closed" }),
      correct: (label) => void this.#correct(label),
    });
    this.#host.dataset["verdict"] = wording.mark;
    if (outcome !== "pending" && outcome.kind === "failed") this.#host.dataset["reason"] = outcome.reason;
    else delete this.#host.dataset["reason"];
    this.#host.setAttribute("aria-label", this.say("cardLabel", nameOf(wording, this.say)));
    this.#style(this.#host.offsetHeight);
  }

  async #heat(): Promise<void> {
    const { picture } = this;
    if (!picture || this.#state.heat === "drawing") return;
    if (this.#overlay) {
      this.#overlay.remove();
      this.#overlay = null;
      this.#draw({ heat: "off" });
      return;
    }
    this.#draw({ heat: "drawing" });
    const heat = await this.asks.heat();
    if (this.#stop.signal.aborted) return;
    if (heat.kind === "missing") missing.heat = true;
    this.#overlay = heat.kind === "drawn" ? await HeatOverlay.on(picture, heat.png).catch(() => null) : null;
    if (this.#stop.signal.aborted) this.#overlay?.remove();
    this.#draw({ heat: this.#overlay ? "on" : heat.kind === "missing" ? "hidden" : "failed" });
  }

  async #correct(label: Label): Promise<void> {
    this.#draw({ correction: "sending" });
    const { kind } = await this.asks.correct(label);
    if (kind === "missing") missing.correction = true;
    this.#draw({ correction: kind === "kept" ? "kept" : "failed" });
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
