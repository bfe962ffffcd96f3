// What the popup shows, gathered from the background, the settings and the tab in front. And what it changes.
import { type Browser, browser } from "wxt/browser";
import type { TabReport } from "../counts";
import { BACKEND } from "../judge/backend";
import type { Readiness } from "../judge/judge";
import {
  answerPairing,
  keepPairing,
  NOT_PAIRING,
  openPairing,
  type Pairing,
  type PairingStore,
  readPairing,
} from "../judge/pairing";
import { keepToken } from "../judge/token";
import { reportOf, thumbnails } from "../pages/ask";
import { changeSettings, type Mode, readSettings, type Settings, siteOf, withSite } from "../settings";

export interface State {
  readonly readiness: Readiness | null; // null: still asking
  readonly allowed: boolean; // the browser lets us read pictures and reach the service
  readonly site: string | null; // null: a page of the browser itself
  readonly settings: Settings;
  readonly report: TabReport;
  readonly thumbnails: ReadonlyMap<string, string>; // data: URLs by the picture's hash
  readonly gone: string | null; // a fake that the page shows no more
  readonly pairing: Pairing;
}

const HOSTS = { origins: ["*://*/*"] };

/** Everything but the service's state, which takes longer. */
export async function gather(
  tab: Browser.tabs.Tab | undefined,
): Promise<Omit<State, "readiness" | "pairing" | "gone">> {
  const [settings, allowed, report] = await Promise.all([
    readSettings(browser.storage.local),
    browser.permissions.contains(HOSTS),
    reportOf(tab?.id),
  ]);
  const small = await thumbnails(report.fakes.map(({ judged }) => judged.picture.sha256));
  return { settings, allowed, site: siteOf(tab?.url), report, thumbnails: small };
}

const session = () => browser.storage.session as unknown as PairingStore;

export const pairingNow = (): Promise<Pairing> => readPairing(session());

export async function beginPairing(): Promise<Pairing> {
  const pairing = await openPairing(import.meta.env.FIREFOX ? "Firefox" : "Chrome", BACKEND);
  await keepPairing(pairing, session());
  return pairing;
}

/** Nothing is open any more once the code was right: the service then says that it is ready. */
export async function endPairing(pairing: Pairing, code: string): Promise<Pairing> {
  if (pairing.kind !== "open") return pairing;
  const answered = await answerPairing(pairing, code, BACKEND);
  if (answered.kind === "done") await keepToken(answered.token);
  const next = answered.kind === "done" ? NOT_PAIRING : answered;
  await keepPairing(next, session());
  return next;
}

/** Must run within the click that asks for it. */
export const allow = (): Promise<boolean> => browser.permissions.request(HOSTS);

export const switchEverywhere = (on: boolean): Promise<Settings> =>
  changeSettings(browser.storage.local, (now) => ({ ...now, everywhere: on }));

export const switchSite = (site: string, on: boolean): Promise<Settings> =>
  changeSettings(browser.storage.local, (now) => withSite(now, site, { on }));

export const chooseMode = (site: string, mode: Mode | null): Promise<Settings> =>
  changeSettings(browser.storage.local, (now) => withSite(now, site, { mode }));
