import { beforeEach, expect, test, vi } from "vitest";
import { FrontTab } from "./front";

const chrome = vi.hoisted(() => ({}) as Record<string, unknown>);
vi.mock("wxt/browser", () => ({ browser: chrome }));

let front: { id: number }[];
let activate: (info: { tabId: number }) => void;
let focus: ((window: number) => void) | undefined;
const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

beforeEach(() => {
  front = [{ id: 1 }];
  focus = undefined;
  chrome["tabs"] = {
    query: async () => front,
    onActivated: {
      addListener(listener: typeof activate) {
        activate = listener;
      },
    },
  };
  chrome["windows"] = {
    onFocusChanged: {
      addListener(listener: (window: number) => void) {
        focus = listener;
      },
    },
  };
});

const isFront = (tab: FrontTab) => [1, 2, 3].filter((each) => tab.is(each));

test("the tab in front is asked for when the background wakes", async () => {
  const tab = new FrontTab();
  expect(isFront(tab)).toEqual([]);
  await turn();
  expect(isFront(tab)).toEqual([1]);
});

test("another tab comes to the front, by itself or with its window", async () => {
  const tab = new FrontTab();
  await turn();
  activate({ tabId: 2 });
  expect(isFront(tab)).toEqual([2]);
  front = [{ id: 3 }];
  focus?.(8);
  await turn();
  expect(isFront(tab)).toEqual([3]);
});

test("while another program has the focus, the tab that was in front stays it", async () => {
  const tab = new FrontTab();
  await turn();
  front = [];
  focus?.(-1);
  focus?.(8);
  await turn();
  expect(isFront(tab)).toEqual([1]);
});

test("where there are no windows (Android), tabs alone are followed", async () => {
  delete chrome["windows"];
  const tab = new FrontTab();
  activate({ tabId: 2 });
  expect(tab.is(2)).toBe(true);
});
