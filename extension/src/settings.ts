// What the reader has chosen: one table of fields, each with its default and its guard. Kept in storage.local;
// what lies there, or comes in by import, is guarded like any outside data. An older or broken entry in the
// store becomes the default rather than an error; a file to import that has one is refused, with its name.
import { isRecord } from "./contract/guards";

/** What is shown of the verdicts. */
export type Mode =
  | "badges" // on every picture
  | "flags" // on fakes alone
  | "dim" // as badges, and fakes lie under a dark veil until clicked
  | "blur";
export const MODES: readonly Mode[] = ["badges", "flags", "dim", "blur"];

/** Where "Likely fake" begins: at the model's own thresholds, or above or below them (judge/sensitivity.ts). */
export type Sensitivity = "cautious" | "measured" | "eager";
export const SENSITIVITIES: readonly Sensitivity[] = ["cautious", "measured", "eager"];

/** What was chosen for one site. `mode` null: as everywhere. */
export interface Site {
  readonly on: boolean;
  readonly mode: Mode | null;
}

export interface Settings {
  /** Of this table. Entries without one are of version 1, which had `offSites`. */
  readonly version: 2;
  /** Whether pictures are checked by themselves at all. The right-click check works regardless. */
  readonly everywhere: boolean;
  readonly mode: Mode;
  /** By site (as of `siteOf`), where it differs from everywhere. */
  readonly sites: Readonly<Record<string, Site>>;
  readonly sensitivity: Sensitivity;
  /** CSS px; a picture with a shorter side gets no badge. */
  readonly minimumSide: number;
  /** Whether pictures are fetched on a connection that asks to save data. */
  readonly onSaveData: boolean;
  /** Whether checks by hand and fakes found are kept on this machine. */
  readonly history: boolean;
}

export const VERSION = 2;
export const DEFAULTS: Settings = {
  version: VERSION,
  everywhere: true,
  mode: "badges",
  sites: {},
  sensitivity: "measured",
  minimumSide: 96, // below, a picture is an icon or a thumbnail, and a badge would cover it
  onSaveData: false,
  history: false, // it tells what was looked at: nobody's disk gets that without asking
};
export const KEY = "settings";
export const SMALLEST_SIDE = 64; // px; the service's own minimum
export const LARGEST_SIDE = 512;
const MOST_SITES = 5_000;

/** undefined: not acceptable. */
type Guard<T> = (data: unknown) => T | undefined;

const flag: Guard<boolean> = (data) => (typeof data === "boolean" ? data : undefined);
const oneOf =
  <T extends string>(words: readonly T[]): Guard<T> =>
  (data) =>
    words.find((word) => word === data);

const FIELDS: { readonly [Name in keyof Settings]: Guard<Settings[Name]> } = {
  version: (data) => (data === VERSION ? VERSION : undefined),
  everywhere: flag,
  mode: oneOf(MODES),
  sites: asSites,
  sensitivity: oneOf(SENSITIVITIES),
  minimumSide: (data) =>
    Number.isInteger(data) && Number(data) >= SMALLEST_SIDE && Number(data) <= LARGEST_SIDE
      ? Number(data)
      : undefined,
  onSaveData: flag,
  history: flag,
};
const NAMES = Object.keys(FIELDS) as (keyof Settings)[];

function asSites(data: unknown): Settings["sites"] | undefined {
  if (!isRecord(data)) return undefined;
  const entries = Object.entries(data).map(([site, choice]) => [site, asSite(choice)] as const);
  if (entries.length > MOST_SITES || entries.some(([, choice]) => !choice)) return undefined;
  return Object.fromEntries(entries) as Settings["sites"];
}

function asSite(data: unknown): Site | null {
  if (!isRecord(data)) return null;
  const on = flag(data["on"]);
  const mode = data["mode"] === null ? null : oneOf(MODES)(data["mode"]);
  return on === undefined || mode === undefined ? null : { on, mode };
}

export function asSettings(data: unknown): Settings {
  if (!isRecord(data)) return DEFAULTS;
  const now = migrated(data);
  return filled((name) => FIELDS[name](now[name]) ?? DEFAULTS[name]);
}

/** Settings, or the name of the first field that cannot be taken ("" where it is no settings file at all). */
export type Read = { kind: "read"; settings: Settings } | { kind: "refused"; field: string };

/** From an exported file. All fields must be there and good; none may be unknown. */
export function parseSettings(text: string): Read {
  const data = migrated(parsed(text));
  if (!("version" in data)) return { kind: "refused", field: "" };
  const unknown = Object.keys(data).find((name) => !Object.hasOwn(FIELDS, name));
  const bad = unknown ?? NAMES.find((name) => FIELDS[name](data[name]) === undefined);
  if (bad !== undefined) return { kind: "refused", field: bad };
  return { kind: "read", settings: filled((name) => FIELDS[name](data[name])) };
}

export const serialised = (settings: Settings): string => `${JSON.stringify(settings, null, 2)}\n`;

/** Version 1 knew { everywhere, offSites }. */
function migrated(data: unknown): Record<string, unknown> {
  if (!isRecord(data)) return {};
  if ("version" in data || !("everywhere" in data || "offSites" in data)) return data;
  const { everywhere, offSites } = data;
  const off = Array.isArray(offSites) ? offSites.filter((site) => typeof site === "string") : [];
  const sites = Object.fromEntries(off.map((site) => [site, { on: false, mode: null }]));
  return { ...DEFAULTS, everywhere, sites };
}

const filled = (value: (name: keyof Settings) => unknown): Settings =>
  Object.fromEntries(NAMES.map((name) => [name, value(name)])) as unknown as Settings;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** As browser.storage.local. */
export interface SettingsStore {
  get(key: string): Promise<Record<string, unknown>>;
  set(items: Record<string, unknown>): Promise<void>;
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

/** A host may be named "constructor": only own entries count. */
export const choiceFor = ({ sites }: Settings, site: string): Site =>
  (Object.hasOwn(sites, site) && sites[site]) || { on: true, mode: null };

export const isOn = (settings: Settings, site: string | null): boolean =>
  settings.everywhere && site !== null && choiceFor(settings, site).on;

export const modeOn = (settings: Settings, site: string | null): Mode =>
  (site !== null && choiceFor(settings, site).mode) || settings.mode;

/** A site that is as everywhere has no entry. */
export function withSite(settings: Settings, site: string, change: Partial<Site>): Settings {
  const choice = { ...choiceFor(settings, site), ...change };
  const others = Object.entries(settings.sites).filter(([each]) => each !== site);
  const plain = choice.on && choice.mode === null;
  return { ...settings, sites: Object.fromEntries(plain ? others : [...others, [site, choice]]) };
}
