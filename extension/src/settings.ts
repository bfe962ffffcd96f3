// What the reader has chosen. Kept in storage.local; what lies there is guarded like any outside data,
// so an older or broken entry becomes the default rather than an error.
import { isRecord } from "./contract/guards";

export interface Settings {
  /** Whether pictures are checked by themselves at all. The right-click check works regardless. */
  readonly everywhere: boolean;
  /** Sites (as of `siteOf`) on which they are not. */
  readonly offSites: readonly string[];
}

export const DEFAULTS: Settings = { everywhere: true, offSites: [] };
export const KEY = "settings";

/** As browser.storage.local. */
export interface SettingsStore {
  get(key: string): Promise<Record<string, unknown>>;
  set(items: Record<string, unknown>): Promise<void>;
}

export function asSettings(data: unknown): Settings {
  if (!isRecord(data)) return DEFAULTS;
  const { everywhere, offSites } = data;
  return {
    everywhere: typeof everywhere === "boolean" ? everywhere : DEFAULTS.everywhere,
    offSites: Array.isArray(offSites)
      ? offSites.filter((site) => typeof site === "string")
      : DEFAULTS.offSites,
  };
}

export async function readSettings(store: SettingsStore): Promise<Settings> {
  return asSettings((await store.get(KEY))[KEY]);
}

export async function changeSettings(
  store: SettingsStore,
  change: (now: Settings) => Settings,
): Promise<Settings> {
  const next = change(await readSettings(store));
  await store.set({ [KEY]: next });
  return next;
}

/** The host whose switch applies to a page; "file" for files; null where no content script runs. */
export function siteOf(address: string | undefined): string | null {
  if (!address || !URL.canParse(address)) return null;
  const { protocol, hostname } = new URL(address);
  if (protocol === "file:") return "file";
  return protocol === "http:" || protocol === "https:" ? hostname.replace(/^www\./, "") : null;
}

export const isOn = (settings: Settings, site: string | null): boolean =>
  settings.everywhere && site !== null && !settings.offSites.includes(site);

export function withSite(settings: Settings, site: string, on: boolean): Settings {
  const others = settings.offSites.filter((each) => each !== site);
  return { ...settings, offSites: on ? others : [...others, site] };
}
