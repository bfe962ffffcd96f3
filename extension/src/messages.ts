// Every message between the parts of the extension, by direction, with its answer:
//   content script -> background   check (Outcome), cancel, heat (Heat), correct (Correction),
//                                  here (Here), report, ready (boolean), leave, about-model
//   our own pages  -> background   check, cancel, heat, correct as above; readiness (Readiness), page (TabReport)
//   background     -> content      show-card, check-here (true: it was taken), walk, bytes (a data: URL or null)
//   popup, panel   -> content      go-to (true: it is there)
// What arrives is `unknown` until guarded here, and who sent it is part of the guard: a page cannot send
// these, but a content script, which lives beside a page, may say less than the popup.

import { asJudged, isRecord } from "./contract/guards";
import { asReport, type Report } from "./counts";
import type { FailureReason, Outcome } from "./judge/judge";
import { asSettings, isOn, type Mode, modeOn, type Sensitivity, type Settings, VERSION } from "./settings";

/** Where a picture's bytes are: at addresses, best first, or in the message itself as a data: URL. */
export type Source = { kind: "addresses"; addresses: string[] } | { kind: "data"; url: string };

/** About one picture. */
export type AboutPicture =
  | {
      to: "background";
      kind: "check";
      id: string;
      source: Source;
      platformLabel: string | null;
      byHand: boolean;
    }
  | { to: "background"; kind: "cancel"; id: string }
  | { to: "background"; kind: "heat"; source: Source }
  | { to: "background"; kind: "correct"; source: Source; label: Label };

export type AboutCheck = Extract<AboutPicture, { kind: "check" }>;

export type FromContent =
  | AboutPicture
  | { to: "background"; kind: "here"; saving: boolean } // saving: the connection is to be spared
  | { to: "background"; kind: "about-model" }
  | { to: "background"; kind: "report"; report: Report }
  | { to: "background"; kind: "leave" } // the page goes; nobody waits for its checks any more
  | { to: "background"; kind: "ready" };

export type FromOwn =
  | AboutPicture
  | { to: "background"; kind: "about-model" }
  | { to: "background"; kind: "readiness"; again: boolean }
  | { to: "background"; kind: "page"; tab: number };

/** What the reader says that a picture is. */
export type Label = "real" | "fake";

/** Where the model saw traces: a PNG with alpha, of the picture's aspect, as a data: URL. */
export type Heat =
  | { kind: "drawn"; png: string }
  | { kind: "missing" } // no service that can draw it
  | { kind: "failed"; reason: FailureReason };

export type Correction = { kind: "kept" } | { kind: "missing" } | { kind: "failed"; reason: FailureReason };

export type ToContent =
  | { to: "content"; kind: "show-card"; address: string | null } // right-clicked; the browser's word for it
  | { to: "content"; kind: "check-here" } // pointed at or focused
  | { to: "content"; kind: "walk" } // the keyboard goes to the badges
  | { to: "content"; kind: "bytes"; address: string } // of a picture that the frame shows
  | { to: "content"; kind: "go-to"; address: string };

/** What the settings come to on the page that the content script stands in. */
export type Here = {
  readonly on: boolean; // whether its pictures are checked by themselves
  readonly mode: Mode;
  readonly minimumSide: number; // CSS px
  readonly sensitivity: Sensitivity; // applied by the background; named here so that a change is noticed
};

type SenderTab = {
  readonly id?: number | undefined;
  readonly url?: string | undefined;
  readonly incognito?: boolean | undefined;
};

/** As runtime.MessageSender, as far as it is read. */
export interface Sender {
  readonly id?: string | undefined;
  readonly url?: string | undefined;
  readonly origin?: string | undefined;
  readonly tab?: SenderTab | undefined;
  readonly frameId?: number | undefined;
}

export type Checked = {
  /** The pages for which it is asked: the frame and the tab; or a page of ours. */
  readonly pages: string[];
  /** Nothing of it is to be kept. */
  readonly incognito: boolean;
  readonly tab: number; // NO_TAB: a page of ours
} & ({ from: "content"; message: FromContent; frame: number } | { from: "own"; message: FromOwn });

export const NO_TAB = -1;

/** A message to the background, if it is one of ours from where it may come. `home` is our own origin. */
export function checked(data: unknown, sender: Sender, own: { id: string; home: string }): Checked | null {
  if (sender.id !== own.id || !isRecord(data) || data["to"] !== "background") return null;
  if (sender.url?.startsWith(own.home)) {
    const message = asFromOwn(data);
    const incognito = sender.tab?.incognito === true;
    return message && { from: "own", message, tab: NO_TAB, pages: [sender.url], incognito };
  }
  const tab = sender.tab?.id;
  const message = tab === undefined ? null : asFromContent(data);
  if (!message || tab === undefined) return null;
  const pages = [pageOf(sender), sender.tab?.url].filter((url) => url !== undefined);
  const incognito = sender.tab?.incognito === true;
  return { from: "content", message, tab, frame: sender.frameId ?? 0, pages, incognito };
}

/** A frame that was written by its page (about:srcdoc, about:blank, blob:) is of that page's origin. */
function pageOf({ url, origin }: Sender): string | undefined {
  return url && /^(about|blob):/.test(url) && origin ? origin : url;
}

function asFromContent(data: Record<string, unknown>): FromContent | null {
  const { kind } = data;
  if (kind === "here") return { to: "background", kind, saving: data["saving"] === true };
  if (kind === "ready" || kind === "leave" || kind === "about-model") return { to: "background", kind };
  if (kind !== "report") return asAboutPicture(data);
  const report = asReport(data["report"]);
  return report && { to: "background", kind, report };
}

function asFromOwn(data: Record<string, unknown>): FromOwn | null {
  const { kind, again, tab } = data;
  if (kind === "about-model") return { to: "background", kind };
  if (kind === "readiness") return { to: "background", kind, again: again === true };
  if (kind === "page") return typeof tab === "number" ? { to: "background", kind, tab } : null;
  return asAboutPicture(data);
}

function asAboutPicture(data: Record<string, unknown>): AboutPicture | null {
  const { kind, id, platformLabel, label, byHand } = data;
  if (kind === "cancel") return typeof id === "string" ? { to: "background", kind, id } : null;
  const source = asSource(data["source"]);
  if (!source) return null;
  if (kind === "heat") return { to: "background", kind, source };
  if (kind === "correct")
    return label === "real" || label === "fake" ? { to: "background", kind, source, label } : null;
  if (kind !== "check" || typeof id !== "string") return null;
  const words = typeof platformLabel === "string" ? platformLabel : null;
  return { to: "background", kind, id, source, platformLabel: words, byHand: byHand === true };
}

function asSource(data: unknown): Source | null {
  if (!isRecord(data)) return null;
  const { kind, addresses, url } = data;
  if (kind === "data") return typeof url === "string" && url.startsWith("data:") ? { kind, url } : null;
  if (kind !== "addresses" || !Array.isArray(addresses) || addresses.length === 0) return null;
  return addresses.every((each) => typeof each === "string") ? { kind, addresses } : null;
}

/** From the background, which is in no tab, or from a page of ours, which may be in one. */
export function asToContent(
  data: unknown,
  sender: Sender,
  own: { id: string; home: string },
): ToContent | null {
  if (sender.id !== own.id || !isRecord(data) || data["to"] !== "content") return null;
  if (sender.tab && !sender.url?.startsWith(own.home)) return null;
  const { kind, address } = data;
  if (kind === "go-to" || kind === "bytes")
    return typeof address === "string" ? { to: "content", kind, address } : null;
  if (kind === "walk") return { to: "content", kind };
  if (kind === "show-card")
    return { to: "content", kind, address: typeof address === "string" ? address : null };
  return kind === "check-here" ? { to: "content", kind } : null;
}

/** An answer to `check`. The background is ours, but of another version after an update. */
export function asOutcome(data: unknown): Outcome | null {
  if (!isRecord(data)) return null;
  if (data["kind"] === "failed" && typeof data["reason"] === "string") {
    const message = typeof data["message"] === "string" ? data["message"] : "";
    return { kind: "failed", reason: data["reason"] as FailureReason, message };
  }
  const judged = data["kind"] === "judged" ? asJudged(data["judged"]) : null;
  const by = data["by"] === "browser" ? "browser" : "backend";
  return judged && { kind: "judged", judged, by };
}

const asReason = (data: Record<string, unknown>): FailureReason =>
  typeof data["reason"] === "string" ? (data["reason"] as FailureReason) : "interrupted";

/** An answer to `heat`. */
export function asHeat(data: unknown): Heat {
  if (!isRecord(data)) return { kind: "failed", reason: "interrupted" };
  const { kind, png } = data;
  if (kind === "missing") return { kind };
  if (kind === "drawn" && typeof png === "string" && png.startsWith("data:image/png;base64,"))
    return { kind, png };
  return { kind: "failed", reason: asReason(data) };
}

/** An answer to `correct`. */
export function asCorrection(data: unknown): Correction {
  if (!isRecord(data)) return { kind: "failed", reason: "interrupted" };
  const { kind } = data;
  return kind === "kept" || kind === "missing" ? { kind } : { kind: "failed", reason: asReason(data) };
}

/** An answer to `bytes`; none where the frame does not have them. */
export const asBytes = (data: unknown): string | null =>
  typeof data === "string" && data.startsWith("data:") ? data : null;

/** `saving`: the page's connection is to be spared. */
export const hereOn = (settings: Settings, site: string | null, saving: boolean): Here => ({
  on: isOn(settings, site) && (!saving || settings.onSaveData),
  mode: modeOn(settings, site),
  minimumSide: settings.minimumSide,
  sensitivity: settings.sensitivity,
});

/** An answer to `here`; without one, nothing is checked. */
export function asHere(data: unknown): Here {
  const { mode, minimumSide, sensitivity } = asSettings({ ...(isRecord(data) && data), version: VERSION });
  return { on: isRecord(data) && data["on"] === true, mode, minimumSide, sensitivity };
}
