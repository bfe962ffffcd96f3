import { expect, test } from "vitest";
import { NONE } from "../counts";
import type { Store } from "../judge/cache";
import { TabCounts } from "./tab-counts";

/** As the browser's: what it gives back is a copy. */
function memory(): Store {
  const items: Record<string, unknown> = {};
  return {
    get: async () => structuredClone(items),
    set: async (more) => void Object.assign(items, structuredClone(more)),
    remove: async () => {},
  };
}

const fakes = (fake: number) => ({ ...NONE, fake });

test("a tab's counts are those of its frames", async () => {
  const counts = new TabCounts(memory());
  await counts.report(1, 0, fakes(2));
  expect(await counts.report(1, 7, { ...NONE, real: 3 })).toEqual({ ...NONE, fake: 2, real: 3 });
  expect(await counts.of(2)).toEqual(NONE);
});

test("they outlive the background's sleep", async () => {
  const store = memory();
  await new TabCounts(store).report(1, 0, fakes(2));
  expect(await new TabCounts(store).of(1)).toEqual(fakes(2));
});

test("a new page begins at nothing, its frames too", async () => {
  const counts = new TabCounts(memory());
  await counts.report(1, 0, fakes(2));
  await counts.report(1, 7, fakes(5));
  expect(await counts.report(1, 0, NONE)).toEqual(NONE);
});

test("a closed tab is forgotten", async () => {
  const counts = new TabCounts(memory());
  await counts.report(1, 0, fakes(2));
  await counts.forget(1);
  expect(await counts.of(1)).toEqual(NONE);
});
