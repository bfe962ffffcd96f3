// The counts of every tab, summed over its frames. Kept in the session's store, because the background
// sleeps between two messages and the popup wants them afterwards.

import { isRecord } from "../contract/guards";
import { asCounts, type Counts, isNone, sum } from "../counts";
import type { Store } from "../judge/cache";

type Frames = Map<number, Counts>;

const KEY = "counts";

export class TabCounts {
  #tabs: Promise<Map<number, Frames>> | null = null;

  constructor(private readonly store: Store) {}

  /** A frame's counts; returns the tab's. A main frame that begins again at nothing is a new page. */
  async report(tab: number, frame: number, counts: Counts): Promise<Counts> {
    const tabs = await this.#all();
    const frames = tabs.get(tab) ?? new Map<number, Counts>();
    if (frame === 0 && isNone(counts)) frames.clear();
    frames.set(frame, counts);
    tabs.set(tab, frames);
    await this.#save(tabs);
    return sum([...frames.values()]);
  }

  async of(tab: number): Promise<Counts> {
    return sum([...((await this.#all()).get(tab)?.values() ?? [])]);
  }

  async forget(tab: number): Promise<void> {
    const tabs = await this.#all();
    if (tabs.delete(tab)) await this.#save(tabs);
  }

  async #save(tabs: Map<number, Frames>): Promise<void> {
    const plain = [...tabs].map(([tab, frames]) => [tab, Object.fromEntries(frames)]);
    await this.store.set({ [KEY]: Object.fromEntries(plain) });
  }

  #all(): Promise<Map<number, Frames>> {
    this.#tabs ??= this.store.get(KEY).then(
      (items) => read(items[KEY]),
      () => new Map(),
    );
    return this.#tabs;
  }
}

function read(data: unknown): Map<number, Frames> {
  if (!isRecord(data)) return new Map();
  return new Map(
    Object.entries(data).map(([tab, frames]) => {
      const counts = Object.entries(isRecord(frames) ? frames : {}).flatMap(([frame, each]) => {
        const good = asCounts(each);
        return good ? [[Number(frame), good] as const] : [];
      });
      return [Number(tab), new Map(counts)];
    }),
  );
}
