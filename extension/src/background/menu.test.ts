import { afterEach, expect, test, vi } from "vitest";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

test("where the browser has no menus, as Firefox for Android, none is added and nothing fails", async () => {
  vi.stubGlobal("chrome", { runtime: { id: "a" } });
  const { addMenu } = await import("./menu");
  await expect(addMenu()).resolves.toBeUndefined();
});
