// The content script's side of a check: a question to the background and its outcome. A background that
// slept or died while it worked is an outcome, too: "interrupted".
import { browser } from "wxt/browser";
import type { Counts } from "../counts";
import { uniqueId } from "../ids";
import { failed, type Outcome } from "../judge/judge";
import { asHere, asOutcome, type FromContent, type Here, type Source } from "../messages";

export interface Asking {
  check(source: Source, platformLabel: string | null, signal: AbortSignal): Promise<Outcome>;
  /** Whether there is a judge now. */
  ready(): Promise<boolean>;
  report(counts: Counts): void;
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
    async check(source, platformLabel, signal) {
      if (signal.aborted) return failed("cancelled");
      const id = uniqueId();
      const cancel = () => void send({ to: "background", kind: "cancel", id });
      signal.addEventListener("abort", cancel, { once: true });
      const data = await send({ to: "background", kind: "check", id, source, platformLabel });
      signal.removeEventListener("abort", cancel);
      return signal.aborted ? failed("cancelled") : (asOutcome(data) ?? failed("interrupted"));
    },
    ready: async () => (await send({ to: "background", kind: "ready" })) === true,
    here: async () => asHere(await send({ to: "background", kind: "here" })),
    alive,
    report: (counts) => void send({ to: "background", kind: "counts", counts }),
  };
}
