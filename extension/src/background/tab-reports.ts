// What every tab has reported, put together over its frames. Kept in the session's store, because the
// background sleeps between two messages and the popup wants it afterwards.

import { isRecord } from "../contract/guards";
import { asReport, isNone, MOST_FAKES, type Report, sum, type TabReport } from "../counts";
import type { Store } from "../judge/cache";

type Frames = Map<number, Report>;

const KEY = "reports";

export class TabReports {
  #tabs: Promise<Map<number, Frames>> | null = null;

  constructor(private readonly store: Store) {}

  /** Of one frame; returns the tab's. A main frame that begins again at nothing is a new page. */
  async report(tab: number, frame: number, report: Report): Promise<TabReport> {
    const tabs = await this.#all();
    const frames = tabs.get(tab) ?? new Map<number, Report>();
    if (frame === 0 && isNone(report.counts)) frames.clear();
    frames.set(frame, report);
    tabs.set(tab, frames);
    await this.#save(tabs);
    return together(frames);
  }

  async of(tab: number): Promise<TabReport> {
    return together((await this.#all()).get(tab) ?? new Map());
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

function together(frames: Frames): TabReport {
  const fakes = [...frames].flatMap(([frame, report]) => report.fakes.map((fake) => ({ ...fake, frame })));
  return { counts: sum([...frames.values()].map(({ counts }) => counts)), fakes: fakes.slice(0, MOST_FAKES) };
}

function read(data: unknown): Map<number, Frames> {
  if (!isRecord(data)) return new Map();
  return new Map(
    Object.entries(data).map(([tab, frames]) => {
      const reports = Object.entries(isRecord(frames) ? frames : {}).flatMap(([frame, each]) => {
        const good = asReport(each);
        return good ? [[Number(frame), good] as const] : [];
      });
      return [Number(tab), new Map(reports)];
    }),
  );
}
