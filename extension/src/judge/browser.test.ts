import { readFile } from "node:fs/promises";
import { expect, test, vi } from "vitest";
import { judgedAs } from "../testing/judged";
import { browserJudge, type Runner } from "./browser";
import { failed, type Outcome } from "./judge";

const SHIPPED = new URL("../../../backend/models/default/", import.meta.url);
const read = async (name: string) => Uint8Array.from(await readFile(new URL(name, SHIPPED)));
const never = new AbortController().signal;
const runner = (judge: Runner["judge"]): Runner => ({ judge, warm: () => {} });
const NO_HINTS = { platformLabel: null };
const outcome: Outcome = { kind: "judged", judged: judgedAs("real"), by: "browser" };

test("it is ready before the network is loaded, and names the shipped model", async () => {
  const ask = vi.fn(async () => outcome);
  const ready = await browserJudge(runner(ask), read).ready(never);
  expect(ready).toMatchObject({ kind: "ready", judge: "browser", model: { version: expect.any(String) } });
  expect(ask).not.toHaveBeenCalled();
});

test("a build without a model is not there", async () => {
  const judge = browserJudge(
    runner(async () => outcome),
    async () => Promise.reject(new Error("404")),
  );
  expect((await judge.ready(never)).kind).toBe("unreachable");
});

test("pictures come one at a time, and one that waits can leave", async () => {
  const answers: ((outcome: Outcome) => void)[] = [];
  const ask = vi.fn(() => new Promise<Outcome>((resolve) => answers.push(resolve)));
  const judge = browserJudge(runner(ask), read);
  const stop = new AbortController();
  const first = judge.judge(new Blob(), NO_HINTS, never);
  const second = judge.judge(new Blob(), NO_HINTS, stop.signal);
  await Promise.resolve();
  expect(ask).toHaveBeenCalledOnce();
  stop.abort();
  expect(await second).toMatchObject({ reason: "cancelled" });
  answers[0]?.(outcome);
  expect(await first).toEqual(outcome);
});

test("what failed its self-test is not ready, with the reason, and is tried again later", async () => {
  let now = 0;
  const judge = browserJudge(
    runner(async () => failed("refused", "self-test: noise")),
    read,
    () => now,
  );
  await judge.judge(new Blob(), NO_HINTS, never);
  expect(await judge.ready(never)).toEqual({ kind: "refused", message: "self-test: noise" });
  now = 300_001;
  expect((await judge.ready(never)).kind).toBe("ready");
});
