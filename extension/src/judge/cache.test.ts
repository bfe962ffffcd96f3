import { expect, test } from "vitest";
import { judgedAs } from "../testing/judged";
import { type Kept, type Store, VerdictCache } from "./cache";

const kept: Kept = { judged: judgedAs("fake"), by: "backend" };
const MODEL = kept.judged.model.sha256;

function memory(items: Record<string, unknown> = {}): Store & { items: Record<string, unknown> } {
  return {
    items,
    get: async () => structuredClone(items),
    set: async (more) => void Object.assign(items, structuredClone(more)),
    remove: async (keys) => keys.forEach((key) => void delete items[key]),
  };
}

test("a verdict outlives the background's sleep", async () => {
  const store = memory();
  await new VerdictCache(store).put("a", kept);
  expect(await new VerdictCache(store).get("a", MODEL)).toEqual(kept);
});

test("a verdict of another model is none", async () => {
  const cache = new VerdictCache(memory());
  await cache.put("a", kept);
  expect(await cache.get("a", "c".repeat(64))).toBeNull();
});

test("what lies in the store is guarded", async () => {
  const store = memory({
    "verdict:a": { judged: { verdict: "fake" }, by: "backend" },
    "verdict:b": 7,
    counts: kept,
  });
  const cache = new VerdictCache(store);
  for (const key of ["a", "b", "counts"]) expect(await cache.get(key, MODEL)).toBeNull();
});

test("a full store loses nothing while the background is awake", async () => {
  const cache = new VerdictCache({ ...memory(), set: async () => Promise.reject(new Error("QUOTA")) });
  await cache.put("a", kept);
  expect(await cache.get("a", MODEL)).toEqual(kept);
});

test("the oldest are let go, the newest stay", async () => {
  const store = memory();
  const cache = new VerdictCache(store);
  for (let each = 0; each <= 3_000; each += 1) await cache.put(String(each), kept);
  expect(await cache.get("0", MODEL)).toBeNull();
  expect(await cache.get("3000", MODEL)).toEqual(kept);
  expect(Object.keys(store.items)).toHaveLength(2_000);
});

test("cleared, it leaves what is not its own", async () => {
  const store = memory({ counts: 1 });
  const cache = new VerdictCache(store);
  await cache.put("a", kept);
  await cache.clear();
  expect(store.items).toEqual({ counts: 1 });
});
