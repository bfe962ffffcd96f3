import { beforeEach, expect, test, vi } from "vitest";
import { askBackground } from "./asking";

const sendMessage = vi.hoisted(() => vi.fn<(message: { kind: string; id?: string }) => Promise<unknown>>());
vi.mock("wxt/browser", () => ({ browser: { runtime: { id: "candid", sendMessage } } }));

beforeEach(() => void sendMessage.mockReset());

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

test("a check that was cancelled with its page, to which the reader came back, is to be asked again", async () => {
  const source = { kind: "addresses" as const, addresses: ["https://a.example/"] };
  const asking = askBackground(() => {});
  asking.leave();
  expect(sendMessage).toHaveBeenCalledExactlyOnceWith({ to: "background", kind: "leave" });
  sendMessage.mockResolvedValue({ kind: "failed", reason: "cancelled", message: "" });
  expect(await asking.check(source, null, new AbortController().signal)).toMatchObject({
    reason: "interrupted",
  });
});
