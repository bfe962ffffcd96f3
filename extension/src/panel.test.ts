import { expect, test, vi } from "vitest";
import { onHandedOver } from "./panel";
import { memoryStore } from "./testing/store";

const chrome = vi.hoisted(() => ({}) as Record<string, unknown>);
vi.mock("wxt/browser", () => ({ browser: chrome }));

function panelIn(window: number, items: Record<string, unknown> = {}) {
  const changed: ((changes: object) => void)[] = [];
  const store = memoryStore(items);
  const session = {
    ...store,
    remove: async (key: string) => store.remove([key]),
    onChanged: { addListener: (listener: (changes: object) => void) => changed.push(listener) },
  };
  const windows = { getCurrent: async () => ({ id: window }) };
  Object.assign(chrome, { storage: { session }, windows });
  return { store, change: () => changed.forEach((listener) => void listener({ "handed-over": {} })) };
}

const handed = (window?: number) => ({ "handed-over": { address: "https://a.example/a.jpg", window } });
const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

test("a panel takes what was handed over before it opened, once", async () => {
  const { store } = panelIn(3, handed(3));
  const take = vi.fn();
  await onHandedOver(take);
  await onHandedOver(take);
  expect(take).toHaveBeenCalledExactlyOnceWith("https://a.example/a.jpg");
  expect(store.items).toEqual({});
});

test("a panel that is open takes what comes; one of another window leaves it", async () => {
  const { store, change } = panelIn(3);
  const take = vi.fn();
  await onHandedOver(take);
  await store.set(handed(4));
  change();
  await turn();
  expect(take).not.toHaveBeenCalled();
  await store.set(handed(3));
  change();
  await turn();
  expect(take).toHaveBeenCalledOnce();
});
