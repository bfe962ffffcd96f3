import { expect, test, vi } from "vitest";
import { addMenu, checkClicked } from "./menu";

const chrome = vi.hoisted(() => ({}) as Record<string, unknown>);
vi.mock("wxt/browser", () => ({ browser: chrome }));

/** The browser has these and nothing else. */
function install(parts: Record<string, unknown>): void {
  for (const name of Object.keys(chrome)) delete chrome[name];
  Object.assign(chrome, parts);
}

test("where the browser has no menus, as Firefox for Android, none is added and nothing fails", async () => {
  install({ runtime: { id: "a" } });
  await expect(addMenu()).resolves.toBeUndefined();
});

/** A browser that has what is named. */
function stubBrowser(more: Record<string, unknown>) {
  const set = vi.fn(async () => {});
  const sendMessage = vi.fn(async () => true);
  const create = vi.fn();
  const tabs = { sendMessage, create: vi.fn() };
  install({
    runtime: { id: "a", getURL: (path: string) => `own:/${path}` },
    i18n: { getMessage: (key: string) => key },
    contextMenus: { removeAll: vi.fn(async () => {}), create },
    storage: { session: { set } },
    tabs,
    ...more,
  });
  return { set, sendMessage, create, tabs };
}

test("the item stands on whatever may lie over a picture, words and fields included", async () => {
  const { create } = stubBrowser({});
  await addMenu();
  const [[item]] = create.mock.calls as [[{ id: string; title: string; contexts: string[] }]];
  expect([item.id, item.title]).toEqual(["check-image", "menuCheck"]);
  const contexts = ["audio", "editable", "frame", "image", "link", "page", "selection", "video"];
  expect(item.contexts.sort()).toEqual(contexts);
});

const clicked = { menuItemId: "check-image", mediaType: "image", srcUrl: "https://a.example/a.jpg" } as const;
const inTab = (url: string | undefined) => ({ id: 7, windowId: 3, url });
const CLOSED = [
  "chrome://new-tab-page/",
  "about:reader?url=https://a.example/",
  "view-source:https://a.example/",
  "https://chromewebstore.google.com/detail/a",
  "https://addons.mozilla.org/en-US/firefox/",
  undefined,
];

test.each(CLOSED)("on %s the side panel opens within the click and gets the picture", async (url) => {
  const open = vi.fn(async () => {});
  const { set, sendMessage } = stubBrowser({ sidePanel: { open } });
  const done = checkClicked(clicked, inTab(url));
  expect(open).toHaveBeenCalledExactlyOnceWith({ windowId: 3 }); // before anything is waited for
  await done;
  expect(set).toHaveBeenCalledExactlyOnceWith({ "handed-over": { address: clicked.srcUrl, window: 3 } });
  expect(sendMessage).not.toHaveBeenCalled();
});

test("Firefox opens its sidebar; a browser with neither, a tab", async () => {
  const open = vi.fn(async () => {});
  stubBrowser({ sidebarAction: { open } });
  await checkClicked(clicked, inTab("about:newtab"));
  expect(open).toHaveBeenCalledOnce();
  const { tabs } = stubBrowser({});
  await checkClicked(clicked, inTab("about:newtab"));
  expect(tabs.create).toHaveBeenCalledExactlyOnceWith({ url: "own://sidepanel.html" });
});

test.each(["https://a.example/", "https://chrome.google.com/chrome/", "file:///home/a.html"])(
  "on %s a card opens at the picture",
  async (url) => {
    const open = vi.fn(async () => {});
    const { sendMessage } = stubBrowser({ sidePanel: { open } });
    await checkClicked(clicked, inTab(url));
    expect(open).not.toHaveBeenCalled();
    const card = { to: "content", kind: "show-card", address: clicked.srcUrl };
    expect(sendMessage).toHaveBeenCalledExactlyOnceWith(7, card, { frameId: 0 });
  },
);
