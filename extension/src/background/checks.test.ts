import { beforeEach, expect, test, vi } from "vitest";
import type { Kept } from "../judge/cache";
import { failed, type Outcome, type Readiness } from "../judge/judge";
import { judgedAs } from "../testing/judged";
import { type Ask, Checks, keyOf } from "./checks";
import type { Download } from "./download";

const READY: Readiness = {
  kind: "ready",
  judge: "backend",
  model: judgedAs("fake").model,
  device: "CPU",
  version: "1",
};
const MODEL = judgedAs("fake").model.sha256;
const never = new AbortController().signal;
const ask = (address = "https://cdn.example/a.jpg", page = "https://feed.example/"): Ask => ({
  source: { kind: "addresses", addresses: [address] },
  platformLabel: null,
  pages: [page],
  tab: 1,
  frame: 0,
});

const FRONT = 7;

let readiness: Readiness;
let outcome: Outcome;
let got: Download;
let kept: Map<string, Kept>;
const judge = vi.fn(async () => outcome);
const warm = vi.fn();
const fetcher = vi.fn(async (): Promise<Download> => got);

beforeEach(() => {
  vi.clearAllMocks();
  readiness = READY;
  outcome = { kind: "judged", judged: judgedAs("fake"), by: "backend" };
  got = { kind: "bytes", picture: new Blob(["bytes"]), rest: [] };
  kept = new Map();
});

function checks() {
  const cache = {
    get: async (key: string, model: string) => (model === MODEL && kept.get(key)) || null,
    put: async (key: string, each: Kept) => void kept.set(key, each),
  };
  return new Checks(
    { readiness: async () => readiness, judge, warm },
    cache,
    fetcher,
    (tab) => tab === FRONT,
  );
}

test("a picture is fetched, judged and kept; the next time nobody is asked", async () => {
  const each = checks();
  expect(await each.check(ask(), never)).toEqual(outcome);
  expect(await each.check(ask(), never)).toEqual(outcome);
  expect([fetcher.mock.calls.length, judge.mock.calls.length]).toEqual([1, 1]);
});

test("the judge is warmed before the download, and not for what is known", async () => {
  const each = checks();
  fetcher.mockImplementationOnce(async () => {
    expect(warm).toHaveBeenCalledOnce();
    return got;
  });
  await each.check(ask(), never);
  await each.check(ask(), never);
  expect(warm).toHaveBeenCalledOnce();
});

test("where the judge cannot read the best variant, the next one is judged and kept", async () => {
  const [best, shown] = ["https://cdn.example/best.jpg", "https://cdn.example/shown.jpg"] as const;
  fetcher.mockResolvedValueOnce({ kind: "bytes", picture: new Blob(["best"]), rest: [shown] });
  judge.mockResolvedValueOnce(failed("too_many_pixels"));
  const each = { ...ask(), source: { kind: "addresses" as const, addresses: [best, shown] } };
  expect(await checks().check(each, never)).toEqual(outcome);
  const asked = (fetcher.mock.calls as unknown as [Ask["source"]][]).map(([source]) => source);
  expect(asked).toEqual([each.source, { kind: "addresses", addresses: [shown] }]);
  expect(kept.get(await keyOf(each))).toBeDefined();
});

test("the same picture asked for at the same time is one job", async () => {
  const each = checks();
  const answers = await Promise.all([each.check(ask(), never), each.check(ask(), never)]);
  expect(answers).toEqual([outcome, outcome]);
  expect(fetcher).toHaveBeenCalledOnce();
});

test("a job that another model was asked for is not joined", async () => {
  const each = checks();
  let first: ((outcome: Outcome) => void) | undefined;
  judge.mockImplementationOnce(
    () =>
      new Promise<Outcome>((resolve) => {
        first = resolve;
      }),
  );
  const before = each.check(ask(), never);
  await vi.waitFor(() => expect(judge).toHaveBeenCalledOnce());
  readiness = { ...READY, model: { ...judgedAs("fake").model, sha256: "c".repeat(64) } };
  const after = each.check(ask(), never);
  outcome = { kind: "judged", judged: judgedAs("real"), by: "backend" };
  expect(await after).toMatchObject({ judged: { verdict: "real" } });
  first?.({ kind: "judged", judged: judgedAs("fake"), by: "browser" });
  expect(await before).toMatchObject({ judged: { verdict: "fake" } });
});

test.each<[string, () => void]>([
  ["a download", () => (got = failed("download_failed") as Download)],
  ["the judge", () => (outcome = failed("internal"))],
  ["an answer out of contract", () => (outcome = failed("bad_answer"))],
])("a failure of %s is not kept", async (_, fail) => {
  fail();
  const each = checks();
  expect((await each.check(ask(), never)).kind).toBe("failed");
  await each.check(ask(), never);
  expect(fetcher).toHaveBeenCalledTimes(2);
  expect(kept.size).toBe(0);
});

test.each<[Readiness, string]>([
  [{ kind: "starting" }, "not_ready"],
  [{ kind: "unreachable", message: "" }, "unreachable"],
  [{ kind: "incompatible", message: "" }, "incompatible"],
])("with the service %o nothing is downloaded", async (state, reason) => {
  readiness = state;
  expect(await checks().check(ask(), never)).toMatchObject({ kind: "failed", reason });
  expect(fetcher).not.toHaveBeenCalled();
});

test("one of two leaving does not end the other's job; both leaving does", async () => {
  let signal: AbortSignal | undefined;
  fetcher.mockImplementation(async (...rest: unknown[]) => {
    signal = rest[2] as AbortSignal;
    return new Promise(() => {});
  });
  const each = checks();
  const [one, other] = [new AbortController(), new AbortController()];
  const answers = [each.check(ask(), one.signal), each.check(ask(), other.signal)];
  await new Promise((resolve) => setTimeout(resolve));
  one.abort();
  expect(await answers[0]).toMatchObject({ reason: "cancelled" });
  expect(signal?.aborted).toBe(false);
  other.abort();
  expect(await answers[1]).toMatchObject({ reason: "cancelled" });
  expect(signal?.aborted).toBe(true);
  fetcher.mockImplementation(async () => got);
});

test("a verdict from inside is not told to a page from outside", async () => {
  const each = checks();
  const inside = ask("http://127.0.0.1/a.jpg", "http://127.0.0.1/");
  expect((await each.check(inside, never)).kind).toBe("judged");
  const outside = await each.check(ask("http://127.0.0.1/a.jpg"), never);
  expect(outside).toMatchObject({ reason: "download_forbidden" });
});

test("a picture's key: its best address, the hash of its bytes, its label", async () => {
  const data = { kind: "data" as const, url: `data:image/png;base64,${"A".repeat(5_000)}` };
  expect(await keyOf(ask())).toBe("https://cdn.example/a.jpg");
  expect(await keyOf({ source: data, platformLabel: null })).toMatch(/^data:[\da-f]{64}$/);
  expect(await keyOf({ ...ask(), platformLabel: "AI info" })).not.toBe(await keyOf(ask()));
});

/** Downloads that end when they are told to; `begun` names them in the order they began. */
function heldBack() {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  fetcher.mockImplementation(async (...rest: unknown[]) => {
    const source = rest[0] as Ask["source"];
    begun.push(source.kind === "addresses" ? String(source.addresses[0]) : "");
    await new Promise<void>((resolve) => ends.push(resolve));
    return got;
  });
  const step = () => new Promise((resolve) => setTimeout(resolve));
  return { begun, step, end: () => ends.shift()?.() };
}

test("a host is asked for a few pictures at once, and holds up no other host", async () => {
  const { begun, step, end } = heldBack();
  const each = checks();
  const slow = [1, 2, 3, 4, 5].map((name) => each.check(ask(`https://slow.example/${name}.jpg`), never));
  const other = each.check(ask("https://other.example/a.jpg"), never);
  await step();
  expect(begun.filter((address) => address.includes("slow"))).toHaveLength(3);
  expect(begun).toContain("https://other.example/a.jpg");
  for (let count = 0; count < 6; count += 1) {
    end();
    await step();
  }
  expect((await Promise.all([...slow, other])).map(({ kind }) => kind)).toEqual(Array(6).fill("judged"));
  fetcher.mockImplementation(async () => got);
});

test("of those that wait, the pictures of the tab in front come first", async () => {
  const { begun, step, end } = heldBack();
  const each = checks();
  const from = (tab: number, name: string) =>
    each.check({ ...ask(`https://cdn.example/${name}.jpg`), tab }, never);
  const all = ["a", "b", "c", "behind"].map((name) => from(1, name));
  all.push(from(FRONT, "front"));
  await step();
  end();
  await step();
  expect(begun.at(-1)).toBe("https://cdn.example/front.jpg");
  for (let count = 0; count < 5; count += 1) {
    end();
    await step();
  }
  await Promise.all(all);
  fetcher.mockImplementation(async () => got);
});
