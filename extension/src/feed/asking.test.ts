import { expect, test, vi } from "vitest";
import { askBackground } from "./asking";

const sendMessage = vi.hoisted(() => vi.fn<(message: { kind: string; id?: string }) => Promise<unknown>>());
vi.mock("wxt/browser", () => ({ browser: { runtime: { id: "candid", sendMessage } } }));

test("a check that is not wanted any more is cancelled in the background, by its name", async () => {
  sendMessage.mockImplementation(() => new Promise(() => {}));
  const stop = new AbortController();
  void askBackground(() => {}).check(
    { kind: "addresses", addresses: ["https://a.example/"] },
    null,
    stop.signal,
  );
  stop.abort();
  const [asked, cancelled] = sendMessage.mock.calls.map(([message]) => message);
  expect([asked?.kind, cancelled?.kind]).toEqual(["check", "cancel"]);
  expect(cancelled?.id).toBe(asked?.id);
});
