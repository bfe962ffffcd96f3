// What the worker is told and what it answers. Both ends are of one build.
import type { Outcome } from "../judge";

export type ToWorker =
  | { kind: "judge"; id: number; picture: Blob }
  | { kind: "cancel"; id: number }
  | { kind: "warm" }; // a picture is on its way
export type FromWorker = { id: number; outcome: Outcome };

/** From the background to the offscreen document; "judge" with a port for the answer. */
export type ToOffscreen =
  | { to: "offscreen"; kind: "judge"; picture: Blob }
  | { to: "offscreen"; kind: "warm" };
/** On that port, there: `taken` at once, then the outcome. Back: "cancel". */
export type OnPort = { kind: "taken" } | { kind: "outcome"; outcome: Outcome };
export const CANCEL = "cancel";
