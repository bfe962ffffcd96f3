import { expect, test } from "vitest";
import { Askers } from "./askers";

const untilAborted = (signal: AbortSignal) =>
  new Promise<string>((resolve) => signal.addEventListener("abort", () => resolve("aborted")));

const at = (tab: number, frame = 0) => ({ tab, frame });

test("cancel reaches the one check of that tab", async () => {
  const askers = new Askers();
  const mine = askers.while(at(1), "a", untilAborted);
  let othersEnded = false;
  void askers.while(at(2), "a", untilAborted).then(() => (othersEnded = true));
  askers.cancel(1, "a");
  expect(await mine).toBe("aborted");
  expect(othersEnded).toBe(false);
});

test("a closed tab leaves all its checks", async () => {
  const askers = new Askers();
  const checks = [askers.while(at(1), "a", untilAborted), askers.while(at(1), "b", untilAborted)];
  askers.leave(1);
  expect(await Promise.all(checks)).toEqual(["aborted", "aborted"]);
});

test("a page that is left leaves its own checks, not those of another frame", async () => {
  const askers = new Askers();
  const left = askers.while(at(1), "a", untilAborted);
  let othersEnded = false;
  void askers.while(at(1, 4), "b", untilAborted).then(() => (othersEnded = true));
  askers.leave(1, 0);
  expect(await left).toBe("aborted");
  expect(othersEnded).toBe(false);
});
