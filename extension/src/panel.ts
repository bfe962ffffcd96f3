// Opens the side panel, and hands it a picture to check: one that stands where no card of ours can, on a page of
// the browser itself or of its shop. The address waits in the session's store until the panel takes it.
import { browser } from "wxt/browser";
import { isRecord } from "./contract/guards";

const KEY = "handed-over";

type Window = number | undefined;

/** Must run within the click. Where there are no side panels (Android), a tab. */
export function openPanel(window: Window): void {
  if (browser.sidePanel && window !== undefined) void browser.sidePanel.open({ windowId: window });
  else if (hasSidebar(browser)) void browser.sidebarAction.open();
  else void browser.tabs.create({ url: browser.runtime.getURL("/sidepanel.html") });
}

/** Must run within the click: the panel opens first. */
export async function checkInPanel(address: string, window: Window): Promise<void> {
  openPanel(window);
  await browser.storage.session.set({ [KEY]: { address, window } });
}

/** In the panel: takes what is handed over to its window, now and later. */
export async function onHandedOver(take: (address: string) => void): Promise<void> {
  const here = (await browser.windows?.getCurrent())?.id;
  const look = async () => {
    const { [KEY]: handed } = await browser.storage.session.get(KEY);
    if (!isRecord(handed) || typeof handed["address"] !== "string") return;
    if (handed["window"] !== undefined && handed["window"] !== here) return; // another window's panel takes it
    await browser.storage.session.remove(KEY);
    take(handed["address"]);
  };
  browser.storage.session.onChanged.addListener((changes) => void (KEY in changes && look()));
  await look();
}

/** Firefox's, of which Chrome's types know nothing. */
function hasSidebar(api: object): api is { sidebarAction: { open(): Promise<void> } } {
  return "sidebarAction" in api;
}
