// Cards: opened by a click on a badge, whose outcome is known, or by "Check this image", which asks.
import { openCard } from "../badge/card";
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
    openCard(picture, this.say, () => this.check(picture, addressOf(picture)), this.signal).show(outcome);
  }

  /** Asks, and shows the card at the picture; in the window's corner where the page has none of that address. */
  check(picture: Picture | null, address: string | null): void {
    void this.#ask(picture, address);
  }

  async #ask(picture: Picture | null, address: string | null): Promise<void> {
    if (!this.asking.alive()) return;
    const card = openCard(picture, this.say, () => this.check(picture, address), this.signal);
    if (!picture && !address) {
      card.show(failed("no_picture"));
      return;
    }
    const source = picture ? await sourceOf(picture) : sourceAt(address ?? "");
    const label = picture && this.labelOf(picture);
    card.show(source ? await this.asking.check(source, label, card.signal) : failed("unreadable"));
  }
}

function sourceAt(address: string): Source | null {
  if (address.startsWith("blob:")) return null; // of a page that shows it no more
  if (address.startsWith("data:")) return { kind: "data", url: address };
  return { kind: "addresses", addresses: [address] };
}
