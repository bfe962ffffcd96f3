// The token with which this extension asks the service. Pairing puts it into storage.local. An extension
// that `make run` starts carries one in its pairing.json; everyone else's holds null.
import { browser } from "wxt/browser";
import { isRecord } from "../contract/guards";

const KEY = "token";
const CARRIED = "/pairing.json";

/** As browser.storage.local. */
export interface TokenStore {
  get(key: string): Promise<Record<string, unknown>>;
  set(items: Record<string, unknown>): Promise<void>;
}

/** Null where the reader has not paired yet. */
export async function readToken(
  store: TokenStore = browser.storage.local,
  carried: () => Promise<unknown> = readCarried,
): Promise<string | null> {
  const kept = (await store.get(KEY))[KEY];
  if (typeof kept === "string") return kept;
  const file = await carried().catch(() => null);
  return isRecord(file) && typeof file["token"] === "string" ? file["token"] : null;
}

export const keepToken = (token: string, store: TokenStore = browser.storage.local): Promise<void> =>
  store.set({ [KEY]: token });

async function readCarried(): Promise<unknown> {
  return (await fetch(browser.runtime.getURL(CARRIED as never))).json();
}

/** The headers that let a request in. */
export const bearer = (token: string | null): Record<string, string> =>
  token ? { Authorization: `Bearer ${token}` } : {};
