// Chromium: the background is a service worker, which can start no worker. An offscreen document can, and
// it outlives the background's sleep. Bytes go there as a Blob through a port: the extension's own messages
// are JSON in older versions.
import { browser } from "wxt/browser";
import type { Runner } from "../browser";
import { failed, type Outcome } from "../judge";
import { CANCEL, type OnPort, type ToOffscreen } from "./wire";

const PAGE = "offscreen.html";
const TAKEN_WITHIN = 5_000; // ms; a document that is just closing never takes it
const TRIES = 2;

const WARM: ToOffscreen = { to: "offscreen", kind: "warm" };

let opening: Promise<void> | null = null;

export const offscreen: Runner = {
  judge: askOffscreen,
  warm: () =>
    void client().then(
      (document) => document?.postMessage(WARM, []),
      () => {},
    ),
};

async function askOffscreen(picture: Blob, signal: AbortSignal): Promise<Outcome> {
  for (let tries = 1; tries <= TRIES; tries++) {
    const document = await client();
    const outcome = document && (await asked(document, picture, signal));
    if (outcome) return outcome;
  }
  return failed("interrupted", "The browser's judge could not be reached.");
}

/** null: nobody took it. */
function asked(document: Client, picture: Blob, signal: AbortSignal): Promise<Outcome | null> {
  const { port1: port, port2: theirs } = new MessageChannel();
  return new Promise<Outcome | null>((resolve) => {
    const late = setTimeout(resolve, TAKEN_WITHIN, null);
    signal.addEventListener("abort", () => port.postMessage(CANCEL), { once: true });
    port.onmessage = ({ data }: MessageEvent<OnPort>) => {
      clearTimeout(late);
      if (data.kind === "outcome") resolve(data.outcome);
    };
    const message: ToOffscreen = { to: "offscreen", kind: "judge", picture };
    document.postMessage(message, [theirs]);
  }).finally(() => port.close());
}

async function client(): Promise<Client | null> {
  opening ??= open().finally(() => {
    opening = null;
  });
  await opening;
  const address = `${browser.runtime.getURL("/")}${PAGE}`;
  const all = await worker().clients.matchAll({ includeUncontrolled: true, type: "window" });
  return all.find(({ url }) => url === address) ?? null;
}

async function open(): Promise<void> {
  if (await browser.offscreen.hasDocument()) return;
  await browser.offscreen.createDocument({
    url: PAGE,
    reasons: ["WORKERS"],
    justification: "Runs the model on a picture's pixels in a worker, where no service on this machine does.",
  });
}

/** The parts of a service worker that are used: its types and a page's cannot stand in one program. */
interface Client {
  readonly url: string;
  postMessage(message: unknown, transfer: Transferable[]): void;
}
type Clients = { matchAll(options: { includeUncontrolled: boolean; type: "window" }): Promise<Client[]> };
const worker = () => globalThis as unknown as { clients: Clients };
