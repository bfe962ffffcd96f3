// Cards: opened by a click on a badge, whose outcome is known, or by "Check this image", which asks.
import { type Card, openCard } from "../badge/card";
import type { Asks } from "../badge/card-flow";
import { failed, type Outcome } from "../judge/judge";
import type { Source } from "../messages";
import type { Say } from "../words";
import type { Asking } from "./asking";
import { addressOf, type Picture } from "./shown";
import { sourceOf } from "./variants";

export class Checking {
  constructor(
    private readonly asking: Asking,
    private readonly say: Say,
    private readonly signal: AbortSignal,
    /** Of the site's own AI label beside the picture. */
    private readonly labelOf: (picture: Picture) => string | null,
  ) {}

  /** The card of a picture whose outcome is known. */
  show(picture: Picture, outcome: Outcome): void {
    if (!this.asking.alive()) return;
    this.#open(picture, addressOf(picture)).show(outcome);
  }

  /** Asks, and shows the card at the picture; in the window's corner where the page has none of that address. */
  check(picture: Picture | null, address: string | null): void {
    void this.#ask(picture, address);
  }

  async #ask(picture: Picture | null, address: string | null): Promise<void> {
    if (!this.asking.alive()) return;
    const card = this.#open(picture, address);
    if (!picture && !address) {
      card.show(failed("no_picture"));
      return;
    }
    const source = await this.#source(picture, address);
    const label = picture && this.labelOf(picture);
    card.show(source ? await this.asking.check(source, label, card.signal, true) : failed("unreadable"));
  }

  #open(picture: Picture | null, address: string | null): Card {
    const about = async <T>(ask: (source: Source) => Promise<T>) => {
      const source = await this.#source(picture, address);
      return source ? ask(source) : ({ kind: "failed", reason: "unreadable" } as const);
    };
    const asks: Asks = {
      again: () => this.check(picture, address),
      heat: () => about((source) => this.asking.heat(source)),
      correct: (label) => about((source) => this.asking.correct(source, label)),
      about: () => this.asking.aboutModel(),
    };
    return openCard(picture, this.say, asks, this.signal);
  }

  async #source(picture: Picture | null, address: string | null): Promise<Source | null> {
    return picture ? sourceOf(picture) : sourceAt(address ?? "");
  }
}

function sourceAt(address: string): Source | null {
  if (address.startsWith("blob:")) return null; // of a page that shows it no more
  if (address.startsWith("data:")) return { kind: "data", url: address };
  return { kind: "addresses", addresses: [address] };
}
