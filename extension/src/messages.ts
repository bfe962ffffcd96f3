// Every message between the parts of the extension, by direction, with its answer:
//   content script -> background   check (Outcome), cancel, here (Here), counts, ready (boolean)
//   popup          -> background   readiness (Readiness), counts-of (Counts)
//   background     -> content      show-card, check-here (true: it was taken)
// What arrives is `unknown` until guarded here, and who sent it is part of the guard: a page cannot send
// these, but a content script, which lives beside a page, may say less than the popup.

import { asJudged, isRecord } from "./contract/guards";
import { asCounts, type Counts } from "./counts";
import type { FailureReason, Outcome } from "./judge/judge";
import { asSettings, isOn, type Mode, modeOn, type Sensitivity, type Settings, VERSION } from "./settings";

/** Where a picture's bytes are: at addresses, best first, or in the message itself as a data: URL. */
export type Source = { kind: "addresses"; addresses: string[] } | { kind: "data"; url: string };

export type FromContent =
  | { to: "background"; kind: "check"; id: string; source: Source; platformLabel: string | null }
  | { to: "background"; kind: "cancel"; id: string }
  | { to: "background"; kind: "here" }
  | { to: "background"; kind: "counts"; counts: Counts }
  | { to: "background"; kind: "ready" };

export type FromPopup =
  | { to: "background"; kind: "readiness"; again: boolean }
  | { to: "background"; kind: "counts-of"; tab: number };

export type ToContent =
  | { to: "content"; kind: "show-card"; address: string | null } // right-clicked; the browser's word for it
  | { to: "content"; kind: "check-here" }; // pointed at or focused

/** What the settings come to on the page that the content script stands in. */
export type Here = {
  readonly on: boolean; // whether its pictures are checked by themselves
  readonly mode: Mode;
  readonly minimumSide: number; // CSS px
  readonly sensitivity: Sensitivity; // applied by the background; named here so that a change is noticed
};

/** As runtime.MessageSender, as far as it is read. */
export interface Sender {
  readonly id?: string | undefined;
  readonly url?: string | undefined;
  readonly origin?: string | undefined;
  readonly tab?: { readonly id?: number | undefined; readonly url?: string | undefined } | undefined;
  readonly frameId?: number | undefined;
}

export type Checked =
  | { from: "content"; message: FromContent; tab: number; frame: number; pages: string[] }
  | { from: "popup"; message: FromPopup };

/** A message to the background, if it is one of ours from where it may come. `home` is our own origin. */
export function checked(data: unknown, sender: Sender, own: { id: string; home: string }): Checked | null {
  if (sender.id !== own.id || !isRecord(data) || data["to"] !== "background") return null;
  if (sender.url?.startsWith(own.home)) {
    const message = asFromPopup(data);
    return message && { from: "popup", message };
  }
  const tab = sender.tab?.id;
  const message = tab === undefined ? null : asFromContent(data);
  if (!message || tab === undefined) return null;
  const pages = [pageOf(sender), sender.tab?.url].filter((url) => url !== undefined);
  return { from: "content", message, tab, frame: sender.frameId ?? 0, pages };
}

/** A frame that was written by its page (about:srcdoc, about:blank, blob:) is of that page's origin. */
function pageOf({ url, origin }: Sender): string | undefined {
  return url && /^(about|blob):/.test(url) && origin ? origin : url;
}

function asFromContent(data: Record<string, unknown>): FromContent | null {
  const { kind, id, source, platformLabel, counts } = data;
  switch (kind) {
    case "check": {
      const where = asSource(source);
      const label = typeof platformLabel === "string" ? platformLabel : null;
      return typeof id === "string" && where
        ? { to: "background", kind, id, source: where, platformLabel: label }
        : null;
    }
    case "cancel":
      return typeof id === "string" ? { to: "background", kind, id } : null;
    case "counts": {
      const numbers = asCounts(counts);
      return numbers && { to: "background", kind, counts: numbers };
    }
    case "here":
    case "ready":
      return { to: "background", kind };
    default:
      return null;
  }
}

function asFromPopup(data: Record<string, unknown>): FromPopup | null {
  const { kind, again, tab } = data;
  if (kind === "readiness") return { to: "background", kind, again: again === true };
  if (kind === "counts-of" && typeof tab === "number") return { to: "background", kind, tab };
  return null;
}

function asSource(data: unknown): Source | null {
  if (!isRecord(data)) return null;
  const { kind, addresses, url } = data;
  if (kind === "data") return typeof url === "string" && url.startsWith("data:") ? { kind, url } : null;
  if (kind !== "addresses" || !Array.isArray(addresses) || addresses.length === 0) return null;
  return addresses.every((each) => typeof each === "string") ? { kind, addresses } : null;
}

export function asToContent(data: unknown, sender: Sender, own: { id: string }): ToContent | null {
  if (sender.id !== own.id || sender.tab || !isRecord(data) || data["to"] !== "content") return null;
  const { kind, address } = data;
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

export const hereOn = (settings: Settings, site: string | null): Here => ({
  on: isOn(settings, site),
  mode: modeOn(settings, site),
  minimumSide: settings.minimumSide,
  sensitivity: settings.sensitivity,
});

/** An answer to `here`; without one, nothing is checked. */
export function asHere(data: unknown): Here {
  const { mode, minimumSide, sensitivity } = asSettings({ ...(isRecord(data) && data), version: VERSION });
  return { on: isRecord(data) && data["on"] === true, mode, minimumSide, sensitivity };
}
