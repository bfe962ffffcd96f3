import { expect, test, vi } from "vitest";
import { answerPairing, keepPairing, openPairing, type Pairing, readPairing } from "./pairing";
import { bearer, keepToken, readToken } from "./token";

const problem = (reason: string, status = 403) =>
  Response.json({ type: "about:blank", status, reason, message: "No." }, { status });
const open: Pairing & { kind: "open" } = { kind: "open", id: "a/b", until: 9_000, trouble: null };

function memory(items: Record<string, unknown> = {}) {
  return {
    get: async () => structuredClone(items),
    set: async (more: Record<string, unknown>) => void Object.assign(items, more),
  };
}

test("the service is asked to show a code", async () => {
  const request = vi.fn<typeof fetch>(async () => Response.json({ id: "a", seconds: 120 }, { status: 201 }));
  expect(await openPairing("Chrome", "http://x", request, 1_000)).toEqual({
    kind: "open",
    id: "a",
    until: 121_000,
    trouble: null,
  });
  expect(request.mock.calls[0]?.[1]).toMatchObject({ method: "POST", body: '{"name":"Chrome"}' });
});

test("the right code brings the token, however it is spaced", async () => {
  const request = vi.fn<typeof fetch>(async () => Response.json({ token: "t" }));
  expect(await answerPairing(open, " 123 456", "http://x", request)).toEqual({ kind: "done", token: "t" });
  expect(request.mock.calls[0]?.[0]).toBe("http://x/v1/pairing/a%2Fb");
  expect(request.mock.calls[0]?.[1]).toMatchObject({ body: '{"code":"123456"}' });
});

test.each([
  ["wrong_code", { ...open, trouble: "wrong_code" }],
  ["pairing_ended", { kind: "none", trouble: "ended" }],
  ["internal", { ...open, trouble: "unreachable" }],
])("a code answered with %s", async (reason, next) => {
  expect(await answerPairing(open, "123456", "http://x", async () => problem(reason))).toEqual(next);
});

test("a code of the wrong length costs no try", async () => {
  const request = vi.fn<typeof fetch>();
  expect(await answerPairing(open, "123", "http://x", request)).toMatchObject({ trouble: "wrong_code" });
  expect(request).not.toHaveBeenCalled();
});

test.each([
  ["no service", async () => Promise.reject(new TypeError()), "unreachable"],
  ["a locked one", async () => problem("pairing_locked", 429), "locked"],
  ["another program", async () => Response.json({ hello: 1 }), "unreachable"],
])("%s opens nothing", async (_, request, trouble) => {
  expect(await openPairing("Chrome", "http://x", request)).toEqual({ kind: "none", trouble });
});

test("a pairing outlives the popup, not its two minutes", async () => {
  const store = memory();
  await keepPairing({ ...open, trouble: "wrong_code" }, store);
  expect(await readPairing(store, 8_999)).toEqual(open);
  expect((await readPairing(store, 9_000)).kind).toBe("none");
});

test("the reader's own token comes before the one that is carried", async () => {
  const store = memory();
  const carried = async () => ({ token: "carried" });
  expect(await readToken(store, carried)).toBe("carried");
  await keepToken("mine", store);
  expect(await readToken(store, carried)).toBe("mine");
});

test.each([async () => ({ token: null }), async () => Promise.reject(new Error())])(
  "without a token none is sent",
  async (carried) => {
    expect(bearer(await readToken(memory(), carried))).toEqual({});
  },
);
