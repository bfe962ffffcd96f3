// Cards: opened by a click on a badge, whose outcome is known, or by "Check this image", which asks.
import { openCard } from "../badge/card";
import { failed, type Outcome } from "../judge/judge";
import type { Source } from "../messages";
import type { Say } from "../words";
import type { Asking } from "./asking";
import { pictureAt } from "./lookup";
import { sourceOf } from "./variants";

export class Checking {
  constructor(
    private readonly asking: Asking,
    private readonly say: Say,
    private readonly signal: AbortSignal,
  ) {}

  /** The card of a picture whose outcome is known. */
  show(picture: HTMLImageElement, outcome: Outcome): void {
    if (!this.asking.alive()) return;
    openCard(picture, this.say, () => void this.#ask(picture, picture.currentSrc), this.signal).show(outcome);
  }

  /** The card of the picture with this address, wherever it stands; asks for its verdict. */
  check(address: string): void {
    void this.#ask(pictureAt(address), address);
  }

  async #ask(picture: HTMLImageElement | null, address: string): Promise<void> {
    if (!this.asking.alive()) return;
    const card = openCard(picture, this.say, () => void this.#ask(picture, address), this.signal);
    const source = picture?.currentSrc ? await sourceOf(picture) : sourceAt(address);
    card.show(source ? await this.asking.check(source, null, card.signal) : failed("unreadable"));
  }
}

function sourceAt(address: string): Source {
  return address.startsWith("data:")
    ? { kind: "data", url: address }
    : { kind: "addresses", addresses: [address] };
}
