// The content script's side of a check: a question to the background and its outcome. A background that
// slept or died while it worked is an outcome, too: "interrupted".
import { browser } from "wxt/browser";
import type { Report } from "../counts";
import { uniqueId } from "../ids";
import { failed, type Outcome } from "../judge/judge";
import {
  asCorrection,
  asHeat,
  asHere,
  asOutcome,
  type Correction,
  type FromContent,
  type Heat,
  type Here,
  type Label,
  type Source,
} from "../messages";
import { savesData } from "./connection";

export interface Asking {
  check(
    source: Source,
    platformLabel: string | null,
    signal: AbortSignal,
    byHand?: boolean,
  ): Promise<Outcome>;
  heat(source: Source): Promise<Heat>;
  correct(source: Source, label: Label): Promise<Correction>;
  /** Whether there is a judge now. */
  ready(): Promise<boolean>;
  /** Opens the page of ours that tells about the model. */
  aboutModel(): void;
  /** The page goes: what it asked for is not wanted any more. */
  leave(): void;
  report(report: Report): void;
  /** False after the extension was updated or removed: nobody will answer this page again. */
  alive(): boolean;
}

/** `orphaned` is called when it turns out that the extension is gone from under the page. */
export function askBackground(orphaned: () => void): Asking & { here(): Promise<Here> } {
  const alive = () => {
    const there = browser.runtime?.id !== undefined;
    if (!there) orphaned();
    return there;
  };
  const send = async (message: FromContent): Promise<unknown> => {
    try {
      return await browser.runtime.sendMessage(message);
    } catch {
      alive();
      return undefined;
    }
  };
  return {
    async check(source, platformLabel, signal, byHand = false) {
      if (signal.aborted) return failed("cancelled");
      const id = uniqueId();
      const cancel = () => void send({ to: "background", kind: "cancel", id });
      signal.addEventListener("abort", cancel, { once: true });
      const data = await send({ to: "background", kind: "check", id, source, platformLabel, byHand });
      signal.removeEventListener("abort", cancel);
      if (signal.aborted) return failed("cancelled");
      const outcome = asOutcome(data) ?? failed("interrupted");
      // Cancelled when the page was left, and the reader has come back to it: it is asked again.
      return outcome.kind === "failed" && outcome.reason === "cancelled" ? failed("interrupted") : outcome;
    },
    heat: async (source) => asHeat(await send({ to: "background", kind: "heat", source })),
    correct: async (source, label) =>
      asCorrection(await send({ to: "background", kind: "correct", source, label })),
    ready: async () => (await send({ to: "background", kind: "ready" })) === true,
    here: async () => asHere(await send({ to: "background", kind: "here", saving: savesData() })),
    alive,
    aboutModel: () => void send({ to: "background", kind: "about-model" }),
    leave: () => void send({ to: "background", kind: "leave" }),
    report: (report) => void send({ to: "background", kind: "report", report }),
  };
}
