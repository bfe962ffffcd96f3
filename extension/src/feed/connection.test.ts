import { afterEach, expect, test, vi } from "vitest";
import { hereOn } from "../messages";
import { DEFAULTS } from "../settings";
import { onConnection, savesData } from "./connection";

afterEach(() => vi.unstubAllGlobals());

type Told = { saveData?: boolean; type?: string };
const on = (told: Told | undefined) => vi.stubGlobal("navigator", { connection: told });

test.each<[string, Told | undefined, boolean]>([
  ["a mobile network", { saveData: false, type: "cellular" }, true],
  ["the data saver", { saveData: true, type: "wifi" }, true],
  ["wifi", { saveData: false, type: "wifi" }, false],
  ["a browser that tells of its data saver alone", { saveData: false }, false],
  ["a browser that tells nothing", undefined, false],
])("on %s the connection is spared: %s", (_, told, spared) => {
  on(told);
  expect(savesData()).toBe(spared);
  const here = (onSaveData: boolean) => hereOn({ ...DEFAULTS, onSaveData }, "a.example", savesData()).on;
  expect(here(false)).toBe(!spared);
  expect(here(true)).toBe(true); // the reader has allowed it
});

test("a change of the connection is told until the page goes, and a browser without it is no error", () => {
  const connection = new EventTarget();
  vi.stubGlobal("navigator", { connection });
  const [changed, stop] = [vi.fn(), new AbortController()];
  onConnection(changed, stop.signal);
  connection.dispatchEvent(new Event("change"));
  stop.abort();
  connection.dispatchEvent(new Event("change"));
  expect(changed).toHaveBeenCalledOnce();
  on(undefined);
  expect(() => onConnection(changed, stop.signal)).not.toThrow();
});
