// What a judge is: something that gives a verdict on a picture's bytes. Two ways exist, the service on
// this machine (backend.ts) and the model in the browser (browser.ts); choose.ts picks.
import type { Judged, JudgedModel, Problem } from "../contract/types";

export const MAX_BYTES = 32 * 1024 * 1024; // of a picture; a larger one no judge takes (backend/picture.py)

export type JudgeName = "backend" | "browser";

/** Why a picture has no verdict: the service's reasons and those that arise before it is asked. */
export type FailureReason =
  | Problem["reason"]
  | "unreachable" // no judge: the service does not run
  | "incompatible" // another program, or another version, answers on its port
  | "refused" // the judge in the browser does not give what it must: see tfjs/self-test.ts
  | "bad_answer" // the service said something that is not of the contract
  | "download_failed"
  | "download_timed_out"
  | "download_forbidden" // an address of this machine or network on a page from outside
  | "unreadable" // a canvas or blob whose pixels the browser does not give away
  | "no_picture" // nothing is there that could be checked
  | "interrupted" // the background went to sleep or was replaced while it worked
  | "cancelled";

export type Outcome =
  | { kind: "judged"; judged: Judged; by: JudgeName }
  | { kind: "failed"; reason: FailureReason; message: string }; // no word to badge, never cached

export type Readiness =
  | {
      kind: "ready";
      judge: JudgeName;
      model: JudgedModel;
      device: string; // as the service names it; of the browser no words
      version: string;
      unpaired?: true; // the service is there, too, and would judge if it were paired
    }
  | { kind: "starting" }
  | { kind: "unpaired"; message: string } // the service wants a token, or another one
  | { kind: "unreachable"; message: string }
  | { kind: "incompatible"; message: string }
  // No service, and the model in this browser failed its self-test; the message begins with what it failed on.
  | { kind: "refused"; message: string };

/** What the page around the picture says about it. */
export type Hints = { readonly platformLabel: string | null };

export interface Judge {
  readonly name: JudgeName;
  ready(signal: AbortSignal): Promise<Readiness>;
  judge(picture: Blob, hints: Hints, signal: AbortSignal): Promise<Outcome>;
  /** A picture is on its way: what takes time to start may start. */
  warm?(): void;
}

/** Why nothing can be judged now, as a failure of a picture. */
export function notReady(readiness: Exclude<Readiness, { kind: "ready" }>): Outcome {
  if (readiness.kind === "starting") return failed("not_ready");
  const reason = readiness.kind === "unpaired" ? "unauthorised" : readiness.kind;
  return failed(reason, readiness.message);
}

export function failed(reason: FailureReason, message = ""): Outcome {
  return { kind: "failed", reason, message };
}

/** Reasons that another try can cure; all others belong to the picture itself. */
const PASSING: ReadonlySet<FailureReason> = new Set([
  "unreachable",
  "unauthorised", // until the reader pairs
  "incompatible",
  "refused", // whatever changes pixels may be switched off
  "bad_answer",
  "download_failed",
  "download_timed_out",
  "interrupted",
  "busy",
  "timed_out",
  "not_ready",
  "internal",
]);

export const mayPass = (reason: FailureReason): boolean => PASSING.has(reason);

const FIRST_WAIT = 2_000; // ms
const LONGEST_WAIT = 60_000; // ms
export const MAX_TRIES = 6;

/** How long to wait before try number `tries + 1`, in ms. */
export const backOff = (tries: number): number => Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (tries - 1));
