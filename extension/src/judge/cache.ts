// Verdicts of this browser session, each stamped with the sha256 of the model that gave it: after the
// model changes, none of the old ones is shown. Only verdicts can be put in, so no failure is ever kept.
import { asJudged, isRecord } from "../contract/guards";
import type { Judged } from "../contract/types";
import type { JudgeName } from "./judge";

/** As browser.storage.session: outlives the background's sleep, not the browser. */
export interface Store {
  get(key: string): Promise<Record<string, unknown>>;
  getKeys(): Promise<string[]>;
  set(items: Record<string, unknown>): Promise<void>;
  remove(keys: string[]): Promise<void>;
}

export type Kept = { judged: Judged; by: JudgeName };

const PREFIX = "verdict:";
const MOST = 3_000; // verdicts of about 1 kB; the browser's session store takes 10 MB
const CUT_TO = 2_000;

/**
 * Reads one verdict at a time: to read them all costs a background that has just woken 0.2 to 2 seconds
 * (2,500 verdicts, Chromium 156), while the page's first pictures wait; one costs 0.3 ms.
 */
export class VerdictCache {
  readonly #kept = new Map<string, Kept>(); // since the background woke
  #names: Promise<Set<string>> | null = null; // of all in the store, the newest last

  constructor(private readonly store: Store) {}

  async get(key: string, model: string): Promise<Kept | null> {
    const kept = this.#kept.get(key) ?? (await this.#read(key));
    return kept && kept.judged.model.sha256 === model ? kept : null;
  }

  /** Never rejects. */
  async put(key: string, kept: Kept): Promise<void> {
    this.#kept.set(key, kept);
    try {
      await this.store.set({ [PREFIX + key]: kept });
      await this.#name(key);
    } catch {
      // A full session store: the verdict stays in memory until the background sleeps.
    }
  }

  async #read(key: string): Promise<Kept | null> {
    const name = PREFIX + key;
    const items = await this.store.get(name).catch(() => ({}) as Record<string, unknown>);
    const kept = guarded(items[name]);
    if (kept) this.#kept.set(key, kept);
    return kept;
  }

  /** Lets the oldest go when there are too many. */
  async #name(key: string): Promise<void> {
    this.#names ??= this.store
      .getKeys()
      .then((all) => new Set(all.filter((name) => name.startsWith(PREFIX))));
    const names = await this.#names;
    names.delete(PREFIX + key);
    names.add(PREFIX + key);
    if (names.size <= MOST) return;
    const old = [...names].slice(0, names.size - CUT_TO);
    for (const name of old) {
      names.delete(name);
      this.#kept.delete(name.slice(PREFIX.length));
    }
    await this.store.remove(old);
  }
}

/** What lies in the store may be of an older version of the extension: it is guarded like an answer. */
function guarded(item: unknown): Kept | null {
  if (!isRecord(item)) return null;
  const judged = asJudged(item["judged"]);
  const by = item["by"];
  return judged && (by === "backend" || by === "browser") ? { judged, by } : null;
}
