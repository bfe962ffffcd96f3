import "fake-indexeddb/auto";
import { beforeEach, expect, test } from "vitest";
import { judgedAs } from "../testing/judged";
import { type Entry, isWorthKeeping } from "./entry";
import { forgetAll, MOST, recall, remember } from "./store";

const entry = (sha256: string, at: number): Entry => ({
  sha256,
  at,
  site: "feed.example",
  address: null,
  judged: judgedAs("fake"),
  by: "backend",
  thumbnail: null,
});
const names = async () => (await recall()).map(({ sha256 }) => sha256);

beforeEach(forgetAll);

test("the newest stands first; a picture seen again moves up rather than standing twice", async () => {
  for (const [name, at] of [
    ["a", 1],
    ["b", 2],
    ["a", 3],
  ] as const)
    await remember(entry(name, at));
  expect(await names()).toEqual(["a", "b"]);
});

test("beyond the limit the oldest goes", async () => {
  for (let at = 0; at <= MOST; at += 1) await remember(entry(String(at), at));
  const kept = await names();
  expect([kept.length, kept[0], kept.at(-1)]).toEqual([MOST, String(MOST), "1"]);
});

test("cleared is empty", async () => {
  await remember(entry("a", 1));
  await forgetAll();
  expect(await names()).toEqual([]);
});

test.each([
  ["fake", false, true],
  ["real", false, false],
  ["unsure", true, true],
] as const)("%s, by hand %s: kept %s", (verdict, byHand, kept) => {
  expect(isWorthKeeping(judgedAs(verdict), byHand)).toBe(kept);
});
