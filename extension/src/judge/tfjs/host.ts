// Keeps the worker: starts it with the first picture, ends it (and frees the network's memory) when none
// has come for a while, and answers those who wait when it breaks.
//
//   (none) -> warm or judge: worker starts -> busy <-> idle -> IDLE passes: terminated, onIdle -> (none)
//                                       breaks: all who wait get "interrupted" ------> (none)
import { failed, type Outcome } from "../judge";
import type { FromWorker, ToWorker } from "./wire";

export const IDLE = 30_000; // ms
const LIMIT = 60_000; // ms for one picture, the network's loading included

/** As Worker, as far as it is used. */
export type WorkerLike = Pick<Worker, "postMessage" | "terminate" | "onmessage" | "onerror">;

export class WorkerHost {
  #worker: WorkerLike | null = null;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #last = 0;
  readonly #waiting = new Map<number, (outcome: Outcome) => void>();

  constructor(
    private readonly start: () => WorkerLike,
    private readonly onIdle: () => void = () => {},
  ) {}

  async judge(picture: Blob, signal: AbortSignal): Promise<Outcome> {
    if (signal.aborted) return failed("cancelled");
    clearTimeout(this.#idle);
    const worker = this.#started();
    const id = ++this.#last;
    const post = (message: ToWorker) => worker.postMessage(message);
    const cancel = () => post({ kind: "cancel", id });
    signal.addEventListener("abort", cancel, { once: true });
    const late = setTimeout(() => this.#end("timed_out", "The browser's judge took too long."), LIMIT);
    try {
      return await new Promise<Outcome>((resolve) => {
        this.#waiting.set(id, resolve);
        post({ kind: "judge", id, picture });
      });
    } finally {
      clearTimeout(late);
      signal.removeEventListener("abort", cancel);
      this.#waiting.delete(id);
      if (this.#waiting.size === 0) this.#rest();
    }
  }

  /** Starts it, so that the network is there when the picture is. */
  warm(): void {
    if (this.#worker) return;
    const message: ToWorker = { kind: "warm" };
    this.#started().postMessage(message);
    this.#rest();
  }

  #started(): WorkerLike {
    if (this.#worker) return this.#worker;
    const worker = this.start();
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#waiting.get(data.id)?.(data.outcome);
    worker.onerror = () => this.#end("interrupted", "The browser's judge broke.");
    this.#worker = worker;
    return worker;
  }

  #rest(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      this.#end("interrupted", "");
      this.onIdle();
    }, IDLE);
  }

  #end(reason: "interrupted" | "timed_out", message: string): void {
    this.#worker?.terminate();
    this.#worker = null;
    for (const answer of this.#waiting.values()) answer(failed(reason, message));
  }
}
