// The judge inside the browser: the same model with TF.js, for when the service does not run. What runs it
// (tfjs/) lies in a worker, which the runner reaches; it is started by the first picture, while that is fetched,
// not by a question whether it is ready. One picture at a time: the processor is the reader's.
import { Lanes } from "../background/lanes";
import { failed, type Judge, type Outcome, type Readiness } from "./judge";
import { judgedModel } from "./tfjs/judged-model";
import { ModelFiles, type Read } from "./tfjs/model-files";

export interface Runner {
  judge(picture: Blob, signal: AbortSignal): Promise<Outcome>;
  /** Starts it and loads the network. */
  warm(): void;
}

const REFUSED_FOR = 300_000; // ms; then it is tried again, for what refused it may have been switched off

export function browserJudge(runner: Runner, read: Read, now: () => number = Date.now): Judge {
  const lane = new Lanes(1);
  let refused: { message: string; at: number } | null = null;
  let ready: Promise<Readiness> | null = null;

  return {
    name: "browser",

    async ready() {
      if (refused && now() - refused.at < REFUSED_FOR) return { kind: "refused", message: refused.message };
      ready ??= readiness(read);
      return ready;
    },

    async judge(picture, _, signal) {
      const outcome = await lane
        .run(() => runner.judge(picture, signal), signal)
        .catch((error: unknown) => failed(signal.aborted ? "cancelled" : "interrupted", String(error)));
      if (outcome.kind === "failed" && outcome.reason === "refused")
        refused = { message: outcome.message, at: now() };
      return outcome;
    },

    warm: () => runner.warm(),
  };
}

async function readiness(read: Read): Promise<Readiness> {
  try {
    const { model } = await ModelFiles.open(read);
    const { version } = model;
    return { kind: "ready", judge: "browser", model: judgedModel(model), device: "tfjs", version };
  } catch (error) {
    return { kind: "unreachable", message: String(error) }; // this build carries no model
  }
}

/** The files of the model that the build copied into the extension. */
export const packaged =
  (root: string): Read =>
  async (path) => {
    const response = await fetch(`${root}model/${path}`);
    if (!response.ok) throw new Error(`${path}: status ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  };
