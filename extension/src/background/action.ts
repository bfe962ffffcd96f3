// The extension's button: the number of fakes on a tab; "!" where the service does not run.
import { browser } from "wxt/browser";
import type { Counts } from "../counts";
import type { Readiness } from "../judge/judge";
import { type Key, say } from "../words";

const RED = "#b3261e"; // as the badge of a fake
const GREY = "#5f6368";

/** What the button of a tab shows: its fakes; where there are none, the state of all tabs. */
export async function showCounts(tab: number, { fake }: Counts): Promise<void> {
  const title = fake > 0 ? say("actionTitleFakes", fake) : await browser.action.getTitle({});
  // null gives the tab back to the text of all tabs; an empty text would hide it.
  const text = fake > 0 ? String(Math.min(fake, 999)) : null;
  await quietly([
    browser.action.setBadgeText({ tabId: tab, text: text as string }),
    browser.action.setBadgeBackgroundColor({ tabId: tab, color: fake > 0 ? RED : GREY }),
    browser.action.setBadgeTextColor({ tabId: tab, color: "#ffffff" }),
    browser.action.setTitle({ tabId: tab, title }),
  ]);
}

const TITLES = {
  ready: "actionTitle",
  starting: "actionTitle",
  unpaired: "actionTitleUnpaired",
  unreachable: "actionTitleDown",
  incompatible: "actionTitleDown",
  refused: "actionTitleDown",
} as const satisfies Record<Readiness["kind"], Key>;

export async function showReadiness(readiness: Readiness): Promise<void> {
  const title = TITLES[readiness.kind];
  await quietly([
    browser.action.setBadgeText({ text: title === "actionTitle" ? "" : "!" }),
    browser.action.setBadgeBackgroundColor({ color: GREY }),
    browser.action.setBadgeTextColor({ color: "#ffffff" }),
    browser.action.setTitle({ title: say(title) }),
  ]);
}

export async function showCannot(tab: number): Promise<void> {
  await quietly([
    browser.action.setBadgeText({ tabId: tab, text: "×" }),
    browser.action.setTitle({ tabId: tab, title: say("actionTitleCannot") }),
  ]);
}

/** A tab may be gone by the time its button is painted; that is no error. */
async function quietly(paints: Promise<unknown>[]): Promise<void> {
  await Promise.allSettled(paints);
}
