import { expect, test } from "vitest";
import { Askers } from "./askers";

const untilAborted = (signal: AbortSignal) =>
  new Promise<string>((resolve) => signal.addEventListener("abort", () => resolve("aborted")));

test("cancel reaches the one check of that tab", async () => {
  const askers = new Askers();
  const mine = askers.while(1, "a", untilAborted);
  let othersEnded = false;
  void askers.while(2, "a", untilAborted).then(() => (othersEnded = true));
  askers.cancel(1, "a");
  expect(await mine).toBe("aborted");
  expect(othersEnded).toBe(false);
});

test("a closed tab leaves all its checks", async () => {
  const askers = new Askers();
  const checks = [askers.while(1, "a", untilAborted), askers.while(1, "b", untilAborted)];
  askers.leave(1);
  expect(await Promise.all(checks)).toEqual(["aborted", "aborted"]);
});
