import { beforeEach, expect, test, vi } from "vitest";
import { judgedAs } from "../../testing/judged";
import type { Outcome } from "../judge";
import { IDLE, WorkerHost, type WorkerLike } from "./host";
import type { FromWorker, ToWorker } from "./wire";

const never = new AbortController().signal;
const outcome: Outcome = { kind: "judged", judged: judgedAs("real"), by: "browser" };

class FakeWorker implements WorkerLike {
  readonly told: ToWorker[] = [];
  readonly terminate = vi.fn();
  onmessage: WorkerLike["onmessage"] = null;
  onerror: WorkerLike["onerror"] = null;
  postMessage(message: ToWorker): void {
    this.told.push(message);
  }
  answer(id: number): void {
    const data: FromWorker = { id, outcome };
    this.onmessage?.call(this as unknown as Worker, { data } as MessageEvent);
  }
  break(): void {
    this.onerror?.call(this as unknown as Worker, new Event("error") as ErrorEvent);
  }
}

let workers: FakeWorker[];
const onIdle = vi.fn();
let host: WorkerHost;
const last = () => workers.at(-1) as FakeWorker;

beforeEach(() => {
  vi.useFakeTimers();
  vi.clearAllMocks();
  workers = [];
  host = new WorkerHost(() => {
    workers.push(new FakeWorker());
    return last();
  }, onIdle);
});

async function judged(): Promise<Outcome> {
  const answer = host.judge(new Blob(), never);
  const told = last().told.at(-1);
  if (told?.kind === "judge") last().answer(told.id);
  return answer;
}

test("the worker starts with the first picture and serves the next ones", async () => {
  expect(workers).toEqual([]);
  expect(await judged()).toEqual(outcome);
  expect(await judged()).toEqual(outcome);
  expect(workers.length).toBe(1);
});

test("it is freed when no picture has come for a while, and starts again with the next", async () => {
  await judged();
  vi.advanceTimersByTime(IDLE - 1);
  expect(last().terminate).not.toHaveBeenCalled();
  await judged(); // begins the wait anew
  vi.advanceTimersByTime(IDLE - 1);
  expect(onIdle).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(last().terminate).toHaveBeenCalledOnce();
  expect(onIdle).toHaveBeenCalledOnce();
  expect(await judged()).toEqual(outcome);
  expect(workers.length).toBe(2);
});

test("warmed, the worker loads before the first picture, once, and is freed where none comes", async () => {
  host.warm();
  host.warm();
  expect(last().told.map(({ kind }) => kind)).toEqual(["warm"]);
  expect(await judged()).toEqual(outcome);
  expect(workers.length).toBe(1);
  vi.advanceTimersByTime(IDLE);
  host.warm();
  vi.advanceTimersByTime(IDLE);
  expect(workers.map(({ terminate }) => terminate.mock.calls.length)).toEqual([1, 1]);
});

test("it is not freed while a picture is being judged", () => {
  void host.judge(new Blob(), never);
  vi.advanceTimersByTime(IDLE + 1);
  expect(last().terminate).not.toHaveBeenCalled();
});

test("cancel reaches the worker", () => {
  const stop = new AbortController();
  void host.judge(new Blob(), stop.signal);
  stop.abort();
  expect(last().told.map(({ kind }) => kind)).toEqual(["judge", "cancel"]);
});

test("a worker that breaks answers all who wait, and another one starts", async () => {
  const waiting = [host.judge(new Blob(), never), host.judge(new Blob(), never)];
  last().break();
  for (const each of await Promise.all(waiting)) expect(each).toMatchObject({ reason: "interrupted" });
  expect(await judged()).toEqual(outcome);
  expect(workers.length).toBe(2);
});

test("a worker that never answers is ended", async () => {
  const answer = host.judge(new Blob(), never);
  vi.advanceTimersByTime(60_000);
  expect(await answer).toMatchObject({ reason: "timed_out" });
  expect(last().terminate).toHaveBeenCalledOnce();
});
