// Waits for a judge to be there (again): asks now and then, while the page is in front of the reader.
import { backOff } from "../judge/judge";

const LONGEST = 10_000; // ms; asking a service on this machine costs next to nothing

const waiting = new WeakSet<AbortSignal>();

/** Calls `back` once. Of several calls under one signal, only the first waits. */
export function whenJudgeReturns(ready: () => Promise<boolean>, back: () => void, signal: AbortSignal): void {
  if (waiting.has(signal)) return;
  waiting.add(signal);
  void (async () => {
    for (let tries = 1; !signal.aborted; tries += 1) {
      await pause(Math.min(LONGEST, backOff(tries)), signal);
      await inFront(signal);
      if (!signal.aborted && (await ready())) break;
    }
    waiting.delete(signal);
    if (!signal.aborted) back();
  })();
}

function pause(time: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, time);
    signal.addEventListener("abort", () => resolve(clearTimeout(timer)), { once: true });
  });
}

function inFront(signal: AbortSignal): Promise<void> {
  if (document.visibilityState === "visible" || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    document.addEventListener("visibilitychange", () => resolve(), { once: true, signal });
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
