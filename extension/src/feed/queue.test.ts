import { expect, test } from "vitest";
import { Queue, rank } from "./queue";

const VIEWPORT = 1000;

test("rank: the middle of the viewport first, then below, then above, the nearer the sooner", () => {
  const order = [
    { name: "far above", top: -1400, bottom: -900 },
    { name: "below", top: 1200, bottom: 1700 },
    { name: "edge", top: 900, bottom: 1300 },
    { name: "middle", top: 300, bottom: 700 },
    { name: "above", top: -500, bottom: -100 },
    { name: "far below", top: 1900, bottom: 2400 },
  ].sort((one, other) => rank(one, VIEWPORT) - rank(other, VIEWPORT));
  expect(order.map(({ name }) => name)).toEqual([
    "middle",
    "edge",
    "below",
    "far below",
    "above",
    "far above",
  ]);
});

/** A queue of numbers, smaller is sooner, whose works end when told. */
function setUp(atOnce: number) {
  const started: number[] = [];
  const ends = new Map<number, () => void>();
  const signals = new Map<number, AbortSignal>();
  const all = new AbortController();
  const queue = new Queue<number>(atOnce, (item) => item, all.signal);
  const add = (item: number) =>
    queue.add(item, (signal) => {
      started.push(item);
      signals.set(item, signal);
      return new Promise((resolve) => ends.set(item, resolve));
    });
  const end = async (item: number) => {
    ends.get(item)?.();
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { queue, add, end, started, signals, all };
}

test("few at once; a free place goes to the best rank of that moment", async () => {
  const { add, end, started } = setUp(1);
  [5, 9, 2].forEach(add);
  expect(started).toEqual([5]);
  await end(5);
  expect(started).toEqual([5, 2]);
});

test("what waits and is cancelled never starts", async () => {
  const { queue, add, end, started } = setUp(1);
  [1, 2].forEach(add);
  queue.cancel(2);
  await end(1);
  expect(started).toEqual([1]);
});

test("what runs and is cancelled is aborted, and its place is free", () => {
  const { queue, add, started, signals } = setUp(1);
  [1, 2].forEach(add);
  queue.cancel(1);
  expect(signals.get(1)?.aborted).toBe(true);
  expect(started).toEqual([1, 2]);
});

test("the same item is not started twice", () => {
  const { add, started } = setUp(3);
  [1, 1].forEach(add);
  expect(started).toEqual([1]);
});

test("another limit holds from the next start on", async () => {
  const { queue, add, end, started, signals } = setUp(2);
  [1, 2, 3, 4, 5].forEach(add);
  queue.limit(1);
  await end(1);
  expect(started).toEqual([1, 2]);
  expect(signals.get(2)?.aborted).toBe(false);
  await end(2);
  expect(started).toEqual([1, 2, 3]);
  queue.limit(2);
  expect(started).toEqual([1, 2, 3, 4]);
});

test("nothing starts while paused", () => {
  const { queue, add, started } = setUp(1);
  queue.pause();
  add(1);
  expect(started).toEqual([]);
  queue.resume();
  expect(started).toEqual([1]);
});

test("the end of the page aborts all", () => {
  const { add, started, signals, all } = setUp(1);
  [1, 2].forEach(add);
  all.abort();
  expect(signals.get(1)?.aborted).toBe(true);
  expect(started).toEqual([1]);
});
