// Pairing with the service: ask, and it shows a code where it runs; the code that the reader types brings
// a token. A popup closes when the reader looks for the code elsewhere, so an open pairing is kept in the
// browser's session.
//
//   none --open--> open --answer--> done
//                   |  wrong code: open still     ended, or two minutes: none
import { asPairingDone, asPairingOpened, asProblem, isRecord } from "../contract/guards";

export type Trouble = "wrong_code" | "ended" | "locked" | "unreachable";

export type Pairing =
  | { readonly kind: "none"; readonly trouble: Trouble | null }
  | { readonly kind: "open"; readonly id: string; readonly until: number; readonly trouble: Trouble | null };

export type Answered = Pairing | { readonly kind: "done"; readonly token: string };

/** As browser.storage.session. */
export interface PairingStore {
  get(key: string): Promise<Record<string, unknown>>;
  set(items: Record<string, unknown>): Promise<void>;
}

export const NOT_PAIRING: Pairing = { kind: "none", trouble: null };
const KEY = "pairing";
const TIMEOUT = 5_000; // ms

type Fetch = typeof fetch;

/** What was begun and is still open. */
export async function readPairing(store: PairingStore, now = Date.now()): Promise<Pairing> {
  const kept = (await store.get(KEY))[KEY];
  if (!isRecord(kept)) return NOT_PAIRING;
  const { id, until } = kept;
  if (typeof id !== "string" || typeof until !== "number" || until <= now) return NOT_PAIRING;
  return { kind: "open", id, until, trouble: null };
}

export const keepPairing = (pairing: Pairing, store: PairingStore): Promise<void> =>
  store.set({ [KEY]: pairing.kind === "open" ? { id: pairing.id, until: pairing.until } : null });

/** Asks the service to show a code. */
export async function openPairing(
  name: string,
  address: string,
  request: Fetch = fetch,
  now = Date.now(),
): Promise<Pairing> {
  const { ok, body } = await post(`${address}/v1/pairing`, { name }, request);
  const opened = ok ? asPairingOpened(body) : null;
  if (opened) return { kind: "open", id: opened.id, until: now + 1_000 * opened.seconds, trouble: null };
  return { kind: "none", trouble: troubleOf(body) };
}

/** Sends the code that the reader typed; spaces in it do not matter. */
export async function answerPairing(
  pairing: Pairing & { kind: "open" },
  code: string,
  address: string,
  request: Fetch = fetch,
): Promise<Answered> {
  const sent = { code: code.replace(/\D/g, "") };
  if (sent.code.length !== 6) return { ...pairing, trouble: "wrong_code" }; // costs no try
  const { ok, body } = await post(`${address}/v1/pairing/${encodeURIComponent(pairing.id)}`, sent, request);
  const done = ok ? asPairingDone(body) : null;
  if (done) return { kind: "done", token: done.token };
  const trouble = troubleOf(body);
  return trouble === "ended" ? { kind: "none", trouble } : { ...pairing, trouble };
}

function troubleOf(body: unknown): Trouble {
  const reason = asProblem(body)?.reason;
  if (reason === "wrong_code") return "wrong_code";
  if (reason === "pairing_ended") return "ended";
  return reason === "pairing_locked" ? "locked" : "unreachable";
}

async function post(address: string, sent: object, request: Fetch): Promise<{ ok: boolean; body: unknown }> {
  try {
    const response = await request(address, {
      method: "POST",
      body: JSON.stringify(sent),
      headers: { "Content-Type": "application/json" },
      signal: AbortSignal.timeout(TIMEOUT),
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
    });
    return { ok: response.ok, body: await response.json() };
  } catch {
    return { ok: false, body: undefined };
  }
}
