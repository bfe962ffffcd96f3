// The pictures of one page from sight to badge. Per picture element, keyed by the address it shows:
//
//            near the viewport             judged
//   (seen) ------------------> waiting -> asked ------> badge: verdict
//     ^                          |  ^       |  failed
//     |   scrolled far away      |  |       v
//     +--------------------------+  +--- back-off <- badge: not checked (or none, if no judge is there)
//
// Another address, another size below the minimum, or leaving the page drops everything at once.

import { disown } from "../badge/anchor";
import { Badge, removeCopies, TAG } from "../badge/badge";
import { concernsAll, pending, showingOf, wordingOf } from "../badge/wording";
import { backOff, failed, MAX_TRIES, mayPass, type Outcome } from "../judge/judge";
import type { Say } from "../words";
import type { Asking } from "./asking";
import { findPictures } from "./finder";
import { factsOf, kindOf } from "./picture";
import { Queue, rank } from "./queue";
import { Tally } from "./tally";
import { sourceOf } from "./variants";
import { Vicinity } from "./vicinity";
import { whenJudgeReturns } from "./waiting";

const AT_ONCE = 4;
const MOST_REPLACEMENTS = 5; // of a badge that the page removes; then the page has won

type Entry = {
  readonly address: string;
  readonly stop: AbortController;
  badge: Badge | null;
  outcome: Outcome | null; // what its badge shows
  done: boolean; // judged, or waiting for the time to try again
  tries: number;
  replaced: number;
};

export class Feed {
  readonly #entries = new Map<HTMLImageElement, Entry>();
  readonly #queue: Queue<HTMLImageElement>;
  readonly #tally: Tally;
  readonly #vicinity: Vicinity;

  constructor(
    private readonly asking: Asking,
    private readonly say: Say,
    private readonly open: (picture: HTMLImageElement, outcome: Outcome) => void,
    private readonly signal: AbortSignal,
  ) {
    this.#queue = new Queue(AT_ONCE, (picture) => rank(picture.getBoundingClientRect(), innerHeight), signal);
    this.#tally = new Tally((counts) => asking.report(counts), signal);
    this.#vicinity = new Vicinity(
      {
        near: (picture) => this.#consider(picture),
        far: (picture) => this.#leave(picture),
        resized: (picture, width) => this.#resized(picture, width),
        restyled: (picture) => this.#entries.get(picture)?.badge?.place(),
      },
      signal,
    );
    signal.addEventListener("abort", () => this.#dropAll(), { once: true });
    const sightings = {
      seen: (picture: HTMLImageElement) => this.#seen(picture),
      changing: (picture: HTMLImageElement) => this.#drop(picture),
      gone: (picture: HTMLImageElement) => this.#gone(picture),
      added: removeCopies,
      removed: (node: Element) => this.#removed(node),
    };
    removeCopies(document.documentElement);
    findPictures(document, sightings, signal);
  }

  #seen(picture: HTMLImageElement): void {
    disown(picture);
    this.#vicinity.watch(picture);
    const entry = this.#entries.get(picture);
    entry?.badge?.place(); // the page may have moved it
    if (this.#vicinity.isNear(picture)) this.#consider(picture);
    else if (entry && entry.address !== picture.currentSrc) this.#drop(picture);
  }

  #consider(picture: HTMLImageElement): void {
    const facts = factsOf(picture);
    const kind = kindOf(facts);
    const known = this.#entries.get(picture);
    if (known && (kind !== "content" || known.address !== facts.address)) this.#drop(picture);
    if (kind !== "content") return;
    const entry = this.#entries.get(picture) ?? this.#enter(picture, facts.address);
    if (!entry.done) this.#queue.add(picture, (signal) => this.#ask(picture, entry, signal));
  }

  #enter(picture: HTMLImageElement, address: string): Entry {
    const stop = new AbortController();
    const entry: Entry = { address, stop, badge: null, outcome: null, done: false, tries: 0, replaced: 0 };
    this.#entries.set(picture, entry);
    return entry;
  }

  async #ask(picture: HTMLImageElement, entry: Entry, signal: AbortSignal): Promise<void> {
    if (!this.asking.alive()) return;
    const either = AbortSignal.any([signal, entry.stop.signal]);
    if (!entry.badge) this.#badge(picture, entry).show(pending(this.say));
    const source = await sourceOf(picture);
    const outcome = source ? await this.asking.check(source, null, either) : failed("unreadable");
    if (entry.stop.signal.aborted) return; // the element shows another picture by now
    if (picture.currentSrc !== entry.address) this.#drop(picture);
    else if (either.aborted) this.#leave(picture);
    else this.#settle(picture, entry, outcome);
  }

  #settle(picture: HTMLImageElement, entry: Entry, outcome: Outcome): void {
    if (outcome.kind === "judged") {
      entry.done = true;
      this.#tally.set(entry.address, outcome.judged.verdict);
      this.#show(picture, entry, outcome, false);
      return;
    }
    const { reason } = outcome;
    if (concernsAll(reason)) {
      this.#waitForJudge(picture, entry);
      return;
    }
    entry.tries += 1;
    const retry = mayPass(reason) && entry.tries < MAX_TRIES;
    entry.done = true;
    if (showingOf(reason, retry) === "mark") {
      this.#tally.set(entry.address, "failed");
      this.#show(picture, entry, outcome, retry);
    }
    if (retry) this.#later(entry, backOff(entry.tries), () => this.#again(picture, entry));
  }

  #again(picture: HTMLImageElement, entry: Entry): void {
    entry.done = false;
    if (this.#vicinity.isNear(picture)) this.#consider(picture);
  }

  /** No badge on any picture: popup and button say why. The queue stands still until a judge is there. */
  #waitForJudge(picture: HTMLImageElement, entry: Entry): void {
    this.#unbadge(entry);
    this.#queue.pause();
    whenJudgeReturns(
      () => this.asking.ready(),
      () => this.#queue.resume(),
      this.signal,
    );
    this.#later(entry, 0, () => this.#again(picture, entry)); // after the queue has let go of it
  }

  #leave(picture: HTMLImageElement): void {
    this.#queue.cancel(picture);
    const entry = this.#entries.get(picture);
    if (entry && !entry.done) this.#unbadge(entry);
  }

  #resized(picture: HTMLImageElement, width: number): void {
    this.#entries.get(picture)?.badge?.fit(width);
    if (this.#vicinity.isNear(picture)) this.#consider(picture);
  }

  #show(picture: HTMLImageElement, entry: Entry, outcome: Outcome, retrying: boolean): void {
    entry.outcome = outcome;
    const badge = entry.badge ?? this.#badge(picture, entry);
    badge.show(wordingOf(outcome, this.say, retrying));
  }

  #badge(picture: HTMLImageElement, entry: Entry): Badge {
    entry.badge = new Badge(picture, this.say, () => entry.outcome && this.open(picture, entry.outcome));
    entry.badge.fit(picture.clientWidth);
    this.#vicinity.watchStyle(picture);
    return entry.badge;
  }

  #unbadge(entry: Entry): void {
    entry.badge?.remove();
    entry.badge = null;
  }

  #removed(node: Element): void {
    if (node.localName !== TAG) return;
    for (const [picture, entry] of this.#entries) {
      if (!entry.badge?.is(node) || !picture.isConnected || entry.replaced >= MOST_REPLACEMENTS) continue;
      entry.replaced += 1;
      entry.badge.place();
    }
  }

  #gone(picture: HTMLImageElement): void {
    this.#vicinity.leave(picture);
    this.#drop(picture);
  }

  #drop(picture: HTMLImageElement): void {
    const entry = this.#entries.get(picture);
    if (!entry) return;
    entry.stop.abort();
    this.#entries.delete(picture);
    this.#queue.cancel(picture);
    this.#unbadge(entry);
  }

  #dropAll(): void {
    for (const picture of [...this.#entries.keys()]) this.#drop(picture);
  }

  #later(entry: Entry, wait: number, act: () => void): void {
    const timer = setTimeout(act, wait);
    entry.stop.signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  }
}
