import { expect, test, vi } from "vitest";
import { judgedAs } from "../testing/judged";
import { memoryStore } from "../testing/store";
import { type Kept, VerdictCache } from "./cache";

const kept: Kept = { judged: judgedAs("fake"), by: "backend" };
const MODEL = kept.judged.model.sha256;

test("a verdict outlives the background's sleep", async () => {
  const store = memoryStore();
  await new VerdictCache(store).put("a", kept);
  expect(await new VerdictCache(store).get("a", MODEL)).toEqual(kept);
});

test("a verdict of another model is none", async () => {
  const cache = new VerdictCache(memoryStore());
  await cache.put("a", kept);
  expect(await cache.get("a", "c".repeat(64))).toBeNull();
});

test("what lies in the store is guarded", async () => {
  const store = memoryStore({
    "verdict:a": { judged: { verdict: "fake" }, by: "backend" },
    "verdict:b": 7,
    counts: kept,
  });
  const cache = new VerdictCache(store);
  for (const key of ["a", "b", "counts"]) expect(await cache.get(key, MODEL)).toBeNull();
});

test("a full store loses nothing while the background is awake", async () => {
  const cache = new VerdictCache({ ...memoryStore(), set: async () => Promise.reject(new Error("QUOTA")) });
  await cache.put("a", kept);
  expect(await cache.get("a", MODEL)).toEqual(kept);
});

test("the oldest are let go, the newest stay", async () => {
  const store = memoryStore();
  const cache = new VerdictCache(store);
  for (let each = 0; each <= 3_000; each += 1) await cache.put(String(each), kept);
  expect(await cache.get("0", MODEL)).toBeNull();
  expect(await cache.get("3000", MODEL)).toEqual(kept);
  expect(Object.keys(store.items)).toHaveLength(2_000);
});

test("for one picture, no other's verdict is read", async () => {
  const store = memoryStore({ "verdict:a": kept, "verdict:b": kept });
  const get = vi.fn(store.get);
  expect(await new VerdictCache({ ...store, get }).get("a", MODEL)).toEqual(kept);
  expect(get.mock.calls).toEqual([["verdict:a"]]);
});
