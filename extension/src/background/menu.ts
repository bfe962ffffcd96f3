// "Check this image", by right-click and by keyboard: asks the page's content script to show a card at the
// picture. A page that was open before the installation has none yet: the click permits (activeTab) to put it
// there. Where even that is not permitted, the side panel shows the result. The menu stands on everything, because
// sites lay links and shields over their pictures, and a selected word is no reason against it.
import { type Browser, browser } from "wxt/browser";
import type { ToContent } from "../messages";
import { checkInPanel } from "../panel";
import { say } from "../words";
import { showCannot } from "./action";

const ID = "check-image";
export const COMMAND = "check-picture";
export const WALK = "walk-badges";
const SCRIPT = "/content-scripts/feed.js";

type Tab = { id?: number | undefined; url?: string | undefined; windowId?: number | undefined } | undefined;

/** Where the browser lets no extension in: its shops. */
const SHOPS =
  /^https:\/\/(chromewebstore\.google\.com|chrome\.google\.com\/webstore|microsoftedge\.microsoft\.com\/addons|addons\.mozilla\.org)(\/|$)/;

export async function addMenu(): Promise<void> {
  if (!browser.contextMenus) return; // Firefox for Android has none: there, badges and popup
  await browser.contextMenus.removeAll();
  browser.contextMenus.create({
    id: ID,
    title: say("menuCheck"),
    contexts: ["image", "video", "audio", "link", "selection", "editable", "page", "frame"],
  });
}

export async function checkClicked(
  info: Pick<Browser.contextMenus.OnClickData, "menuItemId" | "srcUrl" | "frameId" | "mediaType">,
  tab: Tab,
): Promise<void> {
  if (info.menuItemId !== ID || tab?.id === undefined) return;
  const address = info.mediaType === "image" ? (info.srcUrl ?? null) : null;
  // Known beforehand: after the first wait the browser opens no panel any more.
  if (address && /^(https?|data):/.test(address) && isClosed(tab.url)) {
    await checkInPanel(address, tab.windowId);
    return;
  }
  await tell(tab.id, { to: "content", kind: "show-card", address }, info.frameId ?? 0);
}

/** Whether no content script runs there, whatever the reader permits. An address that we are not told is no site's. */
const isClosed = (page = ""): boolean => !/^(https?|file):/.test(page) || SHOPS.test(page);

export async function commanded(command: string, tab: Tab): Promise<void> {
  if (tab?.id === undefined) return;
  // The frame in question takes it.
  if (command === COMMAND) await tell(tab.id, { to: "content", kind: "check-here" }, null);
  if (command === WALK) await taken(tab.id, { to: "content", kind: "walk" }, null);
}

/** `frame` null: all of them. */
async function tell(tab: number, message: ToContent, frame: number | null): Promise<void> {
  if (await taken(tab, message, frame)) return;
  try {
    const target = { tabId: tab, frameIds: [frame ?? 0] };
    await browser.scripting.executeScript({ target, files: [SCRIPT as never] });
  } catch {
    await showCannot(tab); // a page of the browser itself, or its shop
    return;
  }
  if (!(await taken(tab, message, frame))) await showCannot(tab);
}

async function taken(tab: number, message: ToContent, frame: number | null): Promise<boolean> {
  try {
    const options = frame === null ? {} : { frameId: frame };
    return (await browser.tabs.sendMessage(tab, message, options)) === true;
  } catch {
    return false; // no content script listens there
  }
}
