// The pictures of one page from sight to badge. Per element, keyed by the address of the picture it shows:
//
//            near the viewport             judged
//   (seen) ------------------> waiting -> asked ------> badge: verdict
//     ^                          |  ^       |  failed
//     |   scrolled far away      |  |       v
//     +--------------------------+  +--- back-off <- badge: not checked (or none, if no judge is there)
//
// Another address, another size below the minimum, or leaving the page drops everything at once.

import { boxOf, disown } from "../badge/anchor";
import { Badge, isOurs, removeCopies } from "../badge/badge";
import { lookAt } from "../badge/look";
import { concernsAll, pending, showingOf, type Wording, wordingOf } from "../badge/wording";
import { backOff, failed, MAX_TRIES, mayPass, type Outcome } from "../judge/judge";
import type { Here } from "../messages";
import type { Say } from "../words";
import type { Asking } from "./asking";
import { findPictures } from "./finder";
import { Frames } from "./frames";
import { Overlays } from "./overlays";
import { type Facts, factsOf, isLoading, type Kind, kindOf } from "./picture";
import { Queue, rank } from "./queue";
import { addressOf, briefly, type Picture, shownBy } from "./shown";
import { Adapter } from "./sites/adapter";
import { labelOf } from "./sites/label";
import type { Site } from "./sites/site";
import { Tally } from "./tally";
import { sourceOf } from "./variants";
import { Vicinity } from "./vicinity";
import { whenJudgeReturns } from "./waiting";

// What is asked stands in line behind what was asked before it. The service is through with four while they are in
// sight; the judge in the browser takes one at a time, each about as long as a reader takes for a post.
const AT_ONCE = { backend: 4, browser: 1 } as const;
const PENDING_AFTER = 500; // ms; most verdicts are there before, and a badge that says "wait" costs as much as they
const MOST_REPLACEMENTS = 5; // of a badge that the page removes; then the page has won

type Entry = {
  readonly address: string;
  readonly stop: AbortController;
  badge: Badge | null;
  outcome: Outcome | null; // what its badge shows
  wording: Wording | null; // what its badge says, or will in the next frame
  done: boolean; // judged, or waiting for the time to try again
  tries: number;
  replaced: number;
};

export class Feed {
  readonly #entries = new Map<Picture, Entry>();
  readonly #queue: Queue<Picture>;
  readonly #tally: Tally;
  readonly #vicinity: Vicinity;
  readonly #adapter: Adapter;
  readonly #frames: Frames;
  readonly #overlays: Overlays;
  readonly #doubtful = new Set<Picture>();

  constructor(
    private readonly asking: Asking,
    private readonly say: Say,
    private readonly here: Pick<Here, "minimumSide" | "mode">,
    private readonly open: (picture: Picture, outcome: Outcome) => void,
    private readonly signal: AbortSignal,
    private readonly site: Site | null = null,
  ) {
    this.#adapter = new Adapter(site, () => this.#resolveDoubts(), signal);
    this.#frames = new Frames(signal);
    this.#overlays = new Overlays(() => this.#frames.write(() => this.#layerAll()), signal);
    this.#queue = new Queue(
      AT_ONCE.backend,
      (picture) => rank(picture.getBoundingClientRect(), innerHeight),
      signal,
    );
    this.#tally = new Tally((report) => asking.report(report), signal);
    this.#vicinity = new Vicinity(
      {
        near: (picture) => this.#consider(picture),
        far: (picture) => this.#leave(picture),
        resized: (picture) => this.#resized(picture),
        restyled: (box) => this.#restyled(box),
      },
      signal,
    );
    signal.addEventListener("abort", () => this.#dropAll(), { once: true });
    const sightings = {
      seen: (picture: Picture) => this.#seen(picture),
      changing: (picture: Picture) => this.#drop(picture),
      gone: (picture: Picture) => this.#gone(picture),
      styled: (element: Element, style: CSSStyleDeclaration) => this.#overlays.look(element, style),
      added: removeCopies,
      removed: (node: Element) => this.#removed(node),
    };
    const raise = () => this.#entries.forEach(({ badge }) => void badge?.raise());
    document.addEventListener("fullscreenchange", raise, { signal });
    removeCopies(document.documentElement);
    findPictures(document, sightings, signal);
  }

  /** Brings the picture of a list into sight. False where the page shows it no more. */
  goTo(address: string): boolean {
    const picture = this.showing(address);
    if (!picture?.isConnected) return false;
    picture.scrollIntoView({ block: "center" });
    this.#entries.get(picture)?.badge?.point();
    return true;
  }

  /** The content picture of that address, once it came near the viewport. */
  showing(address: string): Picture | null {
    const [picture = null] = [...this.#entries].find(([, each]) => each.address === address) ?? [];
    return picture;
  }

  #seen(picture: Picture): void {
    disown(picture);
    this.#vicinity.watch(picture);
    const entry = this.#entries.get(picture);
    if (entry && entry.address !== addressOf(picture)) this.#drop(picture);
    else entry?.badge?.follow(); // the page may have moved it
    if (this.#entries.get(picture)?.badge || this.#vicinity.isNear(picture))
      this.#frames.read(picture, () => this.#lookAgain(picture));
  }

  #lookAgain(picture: Picture): void {
    const entry = this.#entries.get(picture);
    if (entry?.badge) {
      const look = lookAt(picture);
      const under = this.#overlays.isOver(picture);
      this.#frames.write(() => {
        entry.badge?.lieUnder(under);
        entry.badge?.place(look);
      });
    }
    if (!entry?.done && this.#vicinity.isNear(picture)) this.#consider(picture);
  }

  #consider(picture: Picture): void {
    const shown = shownBy(picture);
    const kind = isLoading(shown) ? "later" : this.#kindOf(picture, factsOf(picture, shown));
    const known = this.#entries.get(picture);
    if (known && (kind !== "content" || known.address !== shown.address)) this.#drop(picture);
    if (kind !== "content") return;
    const entry = this.#entries.get(picture) ?? this.#enter(picture, shown.address);
    if (!entry.done) this.#queue.add(picture, (signal) => this.#ask(picture, entry, signal));
  }

  /** By the general rules for what is shown, and by what is known of the site. */
  #kindOf(picture: Picture, facts: Facts): Kind {
    const kind = kindOf(facts, this.here.minimumSide);
    if (kind === "later") return kind;
    const opinion = this.#adapter.opinionOf(picture);
    if (kind === "ornament" || opinion === "ornament") return "ornament";
    if (opinion !== "doubtful") return kind;
    this.#doubtful.add(picture);
    return "later";
  }

  #resolveDoubts(): void {
    for (const picture of this.#doubtful) if (this.#vicinity.isNear(picture)) this.#consider(picture);
    this.#doubtful.clear();
  }

  #enter(picture: Picture, address: string): Entry {
    const stop = new AbortController();
    const nothing = { badge: null, outcome: null, wording: null, done: false, tries: 0, replaced: 0 };
    const entry: Entry = { address, stop, ...nothing };
    this.#entries.set(picture, entry);
    return entry;
  }

  async #ask(picture: Picture, entry: Entry, signal: AbortSignal): Promise<void> {
    if (!this.asking.alive()) return;
    const either = AbortSignal.any([signal, entry.stop.signal]);
    const wait = () => either.aborted || entry.wording || this.#say(picture, entry, pending(this.say));
    const timer = setTimeout(wait, PENDING_AFTER);
    const source = await sourceOf(picture);
    const label = labelOf(this.site, picture);
    const outcome = source ? await this.asking.check(source, label, either) : failed("unreadable");
    clearTimeout(timer);
    if (entry.stop.signal.aborted) return; // the element shows another picture by now
    if (addressOf(picture) !== entry.address) this.#drop(picture);
    else if (!either.aborted) this.#settle(picture, entry, outcome);
    // Scrolled away: it may be back by now, and asked for anew.
  }

  #settle(picture: Picture, entry: Entry, outcome: Outcome): void {
    if (outcome.kind === "judged") {
      entry.done = true;
      this.#queue.limit(AT_ONCE[outcome.by]);
      this.#tally.judged(entry.address, outcome.judged);
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
      this.#tally.failed(entry.address);
      this.#show(picture, entry, outcome, retry);
    }
    if (retry) this.#later(entry, backOff(entry.tries), () => this.#again(picture, entry));
  }

  #again(picture: Picture, entry: Entry): void {
    entry.done = false;
    if (this.#vicinity.isNear(picture)) this.#consider(picture);
  }

  /** No badge on any picture: popup and button say why. The queue stands still until a judge is there. */
  #waitForJudge(picture: Picture, entry: Entry): void {
    this.#unbadge(entry);
    this.#queue.pause();
    whenJudgeReturns(
      () => this.asking.ready(),
      () => this.#queue.resume(),
      this.signal,
    );
    this.#later(entry, 0, () => this.#again(picture, entry)); // after the queue has let go of it
  }

  #leave(picture: Picture): void {
    this.#queue.cancel(picture);
    const entry = this.#entries.get(picture);
    if (entry && !entry.done) this.#unbadge(entry);
  }

  #resized(picture: Picture): void {
    this.#entries.get(picture)?.badge?.place(); // small in the feed, large and fixed in a lightbox
    if (this.#vicinity.isNear(picture)) this.#consider(picture);
  }

  #show(picture: Picture, entry: Entry, outcome: Outcome, retrying: boolean): void {
    entry.outcome = outcome;
    this.#say(picture, entry, wordingOf(outcome, this.say, retrying));
  }

  /** By its badge, from the next frame on. */
  #say(picture: Picture, entry: Entry, wording: Wording): void {
    entry.wording = wording;
    const look = lookAt(picture);
    this.#frames.write(() => {
      if (entry.wording !== wording) return; // it says something else by now, or nothing
      entry.badge ??= this.#badge(picture, entry);
      entry.badge.show(wording, look);
    });
  }

  #badge(picture: Picture, entry: Entry): Badge {
    const open = () => entry.outcome && this.open(picture, entry.outcome);
    this.#vicinity.watchStyle(picture);
    const badge = new Badge(picture, briefly(entry.address), this.here.mode, this.say, open);
    badge.lieUnder(this.#overlays.isOver(picture));
    return badge;
  }

  #layerAll(): void {
    for (const [picture, { badge }] of this.#entries) badge?.lieUnder(this.#overlays.isOver(picture));
  }

  #unbadge(entry: Entry): void {
    entry.badge?.remove();
    entry.badge = null;
    entry.wording = null;
  }

  #restyled(box: Node): void {
    const entry = this.#entries.get(box as Picture);
    if (entry) entry.badge?.restyled();
    else for (const [picture, { badge }] of this.#entries) if (boxOf(picture) === box) badge?.restyled();
  }

  #removed(node: Element): void {
    if (!isOurs(node)) return;
    for (const [picture, entry] of this.#entries) {
      if (!entry.badge?.is(node) || !picture.isConnected || entry.replaced >= MOST_REPLACEMENTS) continue;
      entry.replaced += 1;
      entry.badge.place();
    }
  }

  #gone(picture: Picture): void {
    this.#vicinity.leave(picture);
    this.#doubtful.delete(picture);
    this.#drop(picture);
  }

  #drop(picture: Picture): void {
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
