// Verdicts of this browser session, each stamped with the sha256 of the model that gave it: after the
// model changes, none of the old ones is shown. Only verdicts can be put in, so no failure is ever kept.
import { asJudged, isRecord } from "../contract/guards";
import type { Judged } from "../contract/types";
import type { JudgeName } from "./judge";

/** As browser.storage.session: outlives the background's sleep, not the browser. */
export interface Store {
  get(keys: string | null): Promise<Record<string, unknown>>;
  set(items: Record<string, unknown>): Promise<void>;
  remove(keys: string[]): Promise<void>;
}

export type Kept = { judged: Judged; by: JudgeName };

const PREFIX = "verdict:";
const MOST = 3_000; // verdicts of about 1 kB; the browser's session store takes 10 MB
const CUT_TO = 2_000;

export class VerdictCache {
  #kept: Promise<Map<string, Kept>> | null = null;

  constructor(private readonly store: Store) {}

  async get(key: string, model: string): Promise<Kept | null> {
    const kept = (await this.#all()).get(key);
    return kept && kept.judged.model.sha256 === model ? kept : null;
  }

  async put(key: string, kept: Kept): Promise<void> {
    const all = await this.#all();
    all.delete(key); // the newest stand last
    all.set(key, kept);
    const old = all.size > MOST ? [...all.keys()].slice(0, all.size - CUT_TO) : [];
    for (const each of old) all.delete(each);
    try {
      if (old.length > 0) await this.store.remove(old.map((each) => PREFIX + each));
      await this.store.set({ [PREFIX + key]: kept });
    } catch {
      // A full session store: the verdict stays in memory until the background sleeps.
    }
  }

  async clear(): Promise<void> {
    const all = await this.#all();
    await this.store.remove([...all.keys()].map((key) => PREFIX + key));
    all.clear();
  }

  #all(): Promise<Map<string, Kept>> {
    this.#kept ??= this.store.get(null).then(
      (items) => new Map(Object.entries(items).flatMap(([key, item]) => entry(key, item))),
      () => new Map(),
    );
    return this.#kept;
  }
}

/** What lies in the store may be of an older version of the extension: it is guarded like an answer. */
function entry(key: string, item: unknown): [string, Kept][] {
  if (!key.startsWith(PREFIX) || !isRecord(item)) return [];
  const judged = asJudged(item["judged"]);
  const by = item["by"];
  if (!judged || (by !== "backend" && by !== "browser")) return [];
  return [[key.slice(PREFIX.length), { judged, by }]];
}
