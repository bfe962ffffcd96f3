// From an outcome to what the reader sees of it: which mark, which words. Pure; the words come from `say`.
import type { Evidence, Judged } from "../contract/types";
import type { FailureReason, Outcome } from "../judge/judge";
import type { Key, Say } from "../words";

export type Mark = Judged["verdict"] | "failed" | "pending";
export type Icon = "fake" | "real" | "unsure" | "label" | "credentials" | "failed" | "pending";

export interface Wording {
  readonly mark: Mark;
  readonly icon: Icon; // another shape for each, so that colour is never the only sign
  readonly words: string;
  readonly tooltip: string;
  readonly meaning: string; // the tooltip, with more room
}

type Row = { icon: Icon; words: Key; tooltip: Key; meaning: Key };

const ROWS = {
  fake: { icon: "fake", words: "verdictFake", tooltip: "tooltipFake", meaning: "meaningFake" },
  real: { icon: "real", words: "verdictReal", tooltip: "tooltipReal", meaning: "meaningReal" },
  unsure: { icon: "unsure", words: "verdictUnsure", tooltip: "tooltipUnsure", meaning: "meaningUnsure" },
  metadata: { icon: "fake", words: "verdictFake", tooltip: "tooltipMetadata", meaning: "meaningMetadata" },
  labelled: {
    icon: "label",
    words: "verdictLabelled",
    tooltip: "tooltipLabelled",
    meaning: "meaningLabelled",
  },
  ai: {
    icon: "credentials",
    words: "verdictAiCredentials",
    tooltip: "tooltipAiCredentials",
    meaning: "meaningAiCredentials",
  },
  camera: {
    icon: "credentials",
    words: "verdictCameraCredentials",
    tooltip: "tooltipCameraCredentials",
    meaning: "meaningCameraCredentials",
  },
} as const satisfies Record<string, Row>;

/** More than "likely" is said only where more than the model decided. */
function rowOf({ verdict, decided_by }: Judged): Row {
  if (decided_by === "platform_label" && verdict === "fake") return ROWS.labelled;
  if (decided_by === "metadata" && verdict === "fake") return ROWS.metadata;
  if (decided_by === "content_credentials" && verdict === "fake") return ROWS.ai;
  if (decided_by === "content_credentials" && verdict === "real") return ROWS.camera;
  return ROWS[verdict];
}

export function wordingOf(outcome: Outcome, say: Say, retrying = false): Wording {
  if (outcome.kind === "failed") {
    const reason = say(FAILURES[outcome.reason] ?? "failureInternal");
    const tooltip = retrying ? say("failureRetrying", reason) : reason;
    return { mark: "failed", icon: "failed", words: say("verdictFailed"), tooltip, meaning: reason };
  }
  const { judged } = outcome;
  const row = rowOf(judged);
  const tooltip = say(row.tooltip, percent(judged.probability, say));
  return { mark: judged.verdict, icon: row.icon, words: say(row.words), tooltip, meaning: say(row.meaning) };
}

export function pending(say: Say): Wording {
  return {
    mark: "pending",
    icon: "pending",
    words: say("verdictPending"),
    tooltip: "",
    meaning: say("cardChecking"),
  };
}

export const nameOf = ({ words, tooltip }: Wording, say: Say): string =>
  tooltip ? say("accessibleName", words, tooltip) : words;

/** Never 0% or 100%: the model does not know that. */
export function percent(probability: number, say: Say): string {
  if (probability < 0.005) return say("percentUnder");
  if (probability >= 0.995) return say("percentOver");
  return say("percentExact", Math.round(100 * probability));
}

export const EVIDENCE: Readonly<Record<Evidence["kind"], Key>> = {
  content_credentials: "evidenceContentCredentials",
  platform_label: "evidencePlatformLabel",
  metadata: "evidenceMetadata",
  model: "evidenceModel",
};
export const SAYS: Readonly<Record<Evidence["says"], Key>> = {
  fake: "saysFake",
  real: "saysReal",
  unsure: "saysUnsure",
  failed: "saysFailed",
};
export const STRENGTH: Readonly<Record<Evidence["strength"], Key>> = {
  proof: "strengthProof",
  strong: "strengthStrong",
  moderate: "strengthModerate",
  weak: "strengthWeak",
};

const FAILURES: Readonly<Record<FailureReason, Key>> = {
  unreachable: "failureUnreachable",
  incompatible: "failureIncompatible",
  refused: "failureRefusedHere",
  not_ready: "failureNotReady",
  bad_answer: "failureBadAnswer",
  download_failed: "failureDownload",
  download_timed_out: "failureDownloadTimedOut",
  download_forbidden: "failureDownloadForbidden",
  unreadable: "failureUnreadable",
  no_picture: "failureNoPicture",
  interrupted: "failureInterrupted",
  cancelled: "failureCancelled",
  not_a_picture: "failureNotAPicture",
  empty_body: "failureNotAPicture",
  unsupported_format: "failureUnsupported",
  truncated: "failureTruncated",
  undecodable: "failureTruncated",
  too_many_bytes: "failureTooLarge",
  too_many_pixels: "failureTooLarge",
  too_small: "failureTooSmall",
  forbidden_host: "failureRefused",
  forbidden_origin: "failureRefused",
  unauthorised: "failureUnpaired",
  wrong_code: "failureRefused",
  pairing_ended: "failureRefused",
  pairing_locked: "failureRefused",
  not_found: "failureBadAnswer",
  method_not_allowed: "failureBadAnswer",
  invalid_request: "failureBadAnswer",
  busy: "failureBusy",
  not_kept: "failureInternal",
  timed_out: "failureTimedOut",
  internal: "failureInternal",
};

/** How a failed check stands at its picture. */
export type Showing =
  | "nothing" // it concerns all pictures, not this one: popup and button say it
  | "pending" // passes by itself in a moment
  | "mark";

export function showingOf(reason: FailureReason, willRetry: boolean): Showing {
  if (reason === "cancelled" || concernsAll(reason)) return "nothing";
  return willRetry && (reason === "busy" || reason === "interrupted") ? "pending" : "mark";
}

/** No judge is there: asking for the next picture is of no use until one is. */
export const concernsAll = (reason: FailureReason): boolean =>
  reason === "unreachable" ||
  reason === "unauthorised" ||
  reason === "incompatible" ||
  reason === "refused" ||
  reason === "not_ready";
