import { expect, test } from "vitest";
import { Lanes } from "./lanes";

const never = new AbortController().signal;
const tick = () => new Promise((resolve) => setTimeout(resolve));

test("no more run at once than there are lanes, in the order they came", async () => {
  const lanes = new Lanes(2);
  const log: number[] = [];
  const ends: (() => void)[] = [];
  const run = (name: number) =>
    lanes.run(() => {
      log.push(name);
      return new Promise<void>((resolve) => ends.push(resolve));
    }, never);
  const all = [run(1), run(2), run(3), run(4)];
  await tick();
  expect(log).toEqual([1, 2]);
  ends[0]?.();
  await tick();
  expect(log).toEqual([1, 2, 3]);
  ends[1]?.();
  await tick();
  for (const end of ends) end();
  await Promise.all(all);
});

test("who leaves the line gives up the place, not the lane", async () => {
  const lanes = new Lanes(1);
  const leaving = new AbortController();
  let end = () => {};
  const first = lanes.run(() => new Promise<void>((resolve) => (end = resolve)), never);
  const second = lanes.run(async () => "second", leaving.signal);
  const third = lanes.run(async () => "third", never);
  leaving.abort();
  await expect(second).rejects.toThrow();
  await tick();
  end();
  await first;
  expect(await third).toBe("third");
});

test("a failure frees its lane", async () => {
  const lanes = new Lanes(1);
  await expect(lanes.run(async () => Promise.reject(new Error("no")), never)).rejects.toThrow("no");
  expect(await lanes.run(async () => "next", never)).toBe("next");
});
