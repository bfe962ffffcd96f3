// What our own pages ask of the background and of the page in front, and what they read themselves.
import { type Browser, browser } from "wxt/browser";
import { THUMBNAIL } from "../background/thumbnails";
import { isRecord } from "../contract/guards";
import { asTabReport, type TabReport } from "../counts";
import type { Outcome, Readiness } from "../judge/judge";
import { failed } from "../judge/judge";
import { asOutcome, type FromOwn, type ToContent } from "../messages";

export const NO_REPORT: TabReport = { counts: { fake: 0, real: 0, unsure: 0, failed: 0 }, fakes: [] };

export const send = (message: FromOwn): Promise<unknown> =>
  browser.runtime.sendMessage(message).catch(() => undefined);

export async function tabInFront(): Promise<Browser.tabs.Tab | undefined> {
  const [tab] = await browser.tabs.query({ active: true, currentWindow: true });
  return tab;
}

export async function askReadiness(again: boolean): Promise<Readiness> {
  const answer = await send({ to: "background", kind: "readiness", again });
  const silent: Readiness = { kind: "unreachable", message: "" };
  return isRecord(answer) && typeof answer["kind"] === "string" ? (answer as Readiness) : silent;
}

export async function reportOf(tab: number | undefined): Promise<TabReport> {
  const answer = tab === undefined ? null : await send({ to: "background", kind: "page", tab });
  return asTabReport(answer) ?? NO_REPORT;
}

export async function check(message: Extract<FromOwn, { kind: "check" }>): Promise<Outcome> {
  return asOutcome(await send(message)) ?? failed("interrupted");
}

/** False where the page shows the picture no more. */
export async function goTo(tab: number, frame: number, address: string): Promise<boolean> {
  const message: ToContent = { to: "content", kind: "go-to", address };
  const there = await browser.tabs.sendMessage(tab, message, { frameId: frame }).catch(() => false);
  return there === true;
}

/** Small pictures of fakes as data: URLs, by the hash of the picture. */
export async function thumbnails(hashes: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const kept = await browser.storage.session.get(hashes.map((hash) => THUMBNAIL + hash));
  return new Map(
    Object.entries(kept).flatMap(([name, url]) =>
      typeof url === "string" && url.startsWith("data:image/jpeg;")
        ? [[name.slice(THUMBNAIL.length), url]]
        : [],
    ),
  );
}
