// The wiring of the background: what ends the checks of a page. The browser is a stub, all else is real.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import background from "../entrypoints/background";
import { judgedAs } from "../testing/judged";
import { memoryStore } from "../testing/store";

const chrome = vi.hoisted(() => ({}) as Record<string, unknown>);
vi.mock("wxt/browser", () => ({ browser: chrome }));

const HOME = "chrome-extension://ours/";
const ADDRESS = "https://cdn.example/a.jpg";
const HEALTH = {
  contract: 1,
  status: "ready",
  version: "1",
  provider: "CPUExecutionProvider",
  device: "CPU",
  model: judgedAs("fake").model,
  minimum_side: 64,
};

type Listener = (...given: never[]) => unknown;
const event = () => {
  const listeners: Listener[] = [];
  const addListener = (listener: Listener) => void listeners.push(listener);
  const fire = (...given: unknown[]) => listeners.map((listener) => listener(...(given as never[])));
  return { addListener, fire };
};

let onMessage: ReturnType<typeof event>;
let onRemoved: ReturnType<typeof event>;
let downloads: { address: string; signal: AbortSignal }[];
/** What a page's content script answers. */
const sendMessage = vi.fn(async (): Promise<unknown> => null);

beforeEach(() => {
  downloads = [];
  sendMessage.mockClear();
  [onMessage, onRemoved] = [event(), event()];
  const quiet = new Proxy({}, { get: () => vi.fn(async () => "") });
  Object.assign(chrome, {
    runtime: { id: "ours", getURL: () => HOME, onMessage, onInstalled: event(), onStartup: event() },
    tabs: { onRemoved, onActivated: event(), query: async () => [], sendMessage },
    storage: { session: memoryStore(), local: memoryStore() },
    i18n: { getMessage: (key: string) => key },
    action: quiet,
    declarativeNetRequest: quiet,
  });
  vi.stubGlobal("fetch", async (address: string, { signal }: { signal?: AbortSignal } = {}) => {
    if (address.endsWith("/v1/health")) return Response.json(HEALTH);
    if (!address.startsWith("https:") || !signal) return new Response("", { status: 404 });
    downloads.push({ address, signal });
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  });
  background.main();
});
afterEach(() => vi.unstubAllGlobals());

function send(kind: string, tab: number, frame = 0, address = ADDRESS): void {
  const source = { kind: "addresses", addresses: [address] };
  const message = {
    to: "background",
    kind,
    id: `${tab}-${frame}`,
    source,
    platformLabel: null,
    byHand: false,
    label: "fake",
  };
  const url = "https://feed.example/";
  onMessage.fire(message, { id: "ours", url, tab: { id: tab, url }, frameId: frame }, () => {});
}

async function downloading(tab: number, frame = 0, address = ADDRESS): Promise<AbortSignal> {
  send("check", tab, frame, address);
  await vi.waitFor(() => expect(downloads.map((each) => each.address)).toContain(address));
  return (downloads.find((each) => each.address === address) as { signal: AbortSignal }).signal;
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

test.each<[string, () => unknown]>([
  ["a page that is left", () => send("leave", 5)],
  ["a closed tab", () => onRemoved.fire(5)],
  ["a question that is taken back", () => send("cancel", 5)],
])("%s ends its downloads", async (_, happen) => {
  const signal = await downloading(5);
  happen();
  await vi.waitFor(() => expect(signal.aborted).toBe(true));
});

test("another tab, or another frame of the same, goes on when one is left", async () => {
  const other = await downloading(6);
  const frame = await downloading(5, 2, "https://cdn.example/b.jpg");
  send("leave", 5, 0);
  await turn();
  expect([other.aborted, frame.aborted]).toEqual([false, false]);
  onRemoved.fire(5);
  await vi.waitFor(() => expect(frame.aborted).toBe(true));
  expect(other.aborted).toBe(false);
});

test.each(["check", "heat", "correct"])("for %s the frame is asked before the site", async (kind) => {
  send(kind, 5, 2);
  await vi.waitFor(() => expect(downloads).toHaveLength(1));
  const message = { to: "content", kind: "bytes", address: ADDRESS };
  expect(sendMessage).toHaveBeenCalledExactlyOnceWith(5, message, { frameId: 2 });
});
