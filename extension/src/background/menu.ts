// Right-click, "Check this image": asks the page's content script to show a card at the picture. A page
// that was open before the installation has none yet: the click permits (activeTab) to put it there.
import { type Browser, browser } from "wxt/browser";
import type { ToContent } from "../messages";
import { say } from "../words";
import { showCannot } from "./action";

const ID = "check-image";
const SCRIPT = "/content-scripts/feed.js";

export async function addMenu(): Promise<void> {
  await browser.contextMenus.removeAll();
  browser.contextMenus.create({ id: ID, title: say("menuCheck"), contexts: ["image"] });
}

export async function checkClicked(
  info: Pick<Browser.contextMenus.OnClickData, "menuItemId" | "srcUrl" | "frameId">,
  tab: { id?: number | undefined } | undefined,
): Promise<void> {
  if (info.menuItemId !== ID || !info.srcUrl || tab?.id === undefined) return;
  const frame = info.frameId ?? 0;
  const message: ToContent = { to: "content", kind: "show-card", address: info.srcUrl };
  if (await taken(tab.id, frame, message)) return;
  try {
    const target = { tabId: tab.id, frameIds: [frame] };
    await browser.scripting.executeScript({ target, files: [SCRIPT as never] });
  } catch {
    await showCannot(tab.id); // a page of the browser itself, or its shop
    return;
  }
  if (!(await taken(tab.id, frame, message))) await showCannot(tab.id);
}

async function taken(tab: number, frameId: number, message: ToContent): Promise<boolean> {
  try {
    return (await browser.tabs.sendMessage(tab, message, { frameId })) === true;
  } catch {
    return false; // no content script listens there
  }
}
