import { expect, test } from "vitest";
import {
  asSettings,
  changeSettings,
  DEFAULTS,
  isOn,
  type Mode,
  modeOn,
  parseSettings,
  type Settings,
  type SettingsStore,
  serialised,
  siteOf,
  withSite,
} from "./settings";

const settings = (change: Partial<Settings>): Settings => ({ ...DEFAULTS, ...change });
const OFF = { on: false, mode: null };

test.each([undefined, null, 7, [], {}, { everywhere: "yes" }, { offSites: "feed.example" }, { version: 9 }])(
  "%j is the default",
  (data) => {
    expect(asSettings(data)).toEqual(DEFAULTS);
  },
);

test("what version 1 kept lives on", () => {
  expect(asSettings({ everywhere: false, offSites: ["a.example", 7] })).toEqual(
    settings({ everywhere: false, sites: { "a.example": OFF } }),
  );
});

test("a broken field becomes its default, the others stay", () => {
  expect(asSettings({ ...DEFAULTS, mode: "rainbow", history: true })).toEqual(settings({ history: true }));
});

test("what was exported is read again", () => {
  const mine = settings({
    mode: "blur",
    minimumSide: 200,
    sites: { "a.example": { on: true, mode: "dim" } },
  });
  expect(parseSettings(serialised(mine))).toEqual({ kind: "read", settings: mine });
});

test("a file of version 1 is read", () => {
  const read = parseSettings('{"everywhere": true, "offSites": ["a.example"]}');
  expect(read).toEqual({ kind: "read", settings: settings({ sites: { "a.example": OFF } }) });
});

test.each<[string, string, string]>([
  ["no JSON", "{", ""],
  ["a list", "[]", ""],
  ["something else", '{"name": "package"}', ""],
  ["a newer version", serialised({ ...DEFAULTS, version: 3 as 2 }), "version"],
  ["an unknown field", serialised({ ...DEFAULTS, token: "x" } as Settings), "token"],
  ["a missing field", serialised({ ...DEFAULTS, mode: undefined } as unknown as Settings), "mode"],
  ["a side below the service's", serialised(settings({ minimumSide: 63 })), "minimumSide"],
  ["a side above any picture", serialised(settings({ minimumSide: 513 })), "minimumSide"],
  ["half a pixel", serialised(settings({ minimumSide: 96.5 })), "minimumSide"],
  ["a site without a switch", serialised(settings({ sites: { "a.example": {} as never } })), "sites"],
])("to import %s is refused", (_, text, field) => {
  expect(parseSettings(text)).toEqual({ kind: "refused", field });
});

test("a site named __proto__ in a file changes no object but its own entry", () => {
  const text = serialised(DEFAULTS).replace(
    '"sites": {}',
    '"sites": {"__proto__": {"on": false, "mode": null}}',
  );
  const read = parseSettings(text);
  expect(read.kind === "read" && Object.keys(read.settings.sites)).toEqual(["__proto__"]);
  expect(read.kind === "read" && isOn(read.settings, "other.example")).toBe(true);
});

test.each([
  ["https://www.feed.example/a?b", "feed.example"],
  ["http://127.0.0.1:8017/", "127.0.0.1"],
  ["file:///tmp/a.html", "file"],
  ["chrome://settings/", null],
  ["about:blank", null],
  [undefined, null],
])("the site of %s is %s", (address, site) => {
  expect(siteOf(address)).toBe(site);
});

test.each([
  [true, {}, "feed.example", true],
  [true, { "feed.example": OFF }, "feed.example", false],
  [true, { "feed.example": OFF }, "other.example", true],
  [false, {}, "feed.example", false],
  [true, {}, "constructor", true],
  [true, {}, null, false],
])("everywhere %s, sites %j: on %s is %s", (everywhere, sites, site, on) => {
  expect(isOn(settings({ everywhere, sites }), site)).toBe(on);
});

test.each<[Mode, Mode | null, Mode]>([
  ["flags", null, "flags"],
  ["flags", "blur", "blur"],
])("everywhere %s, here %s: the mode is %s", (mode, here, expected) => {
  const chosen = settings({ mode, sites: { "a.example": { on: true, mode: here } } });
  expect(modeOn(chosen, "a.example")).toBe(expected);
  expect(modeOn(chosen, "b.example")).toBe(mode);
});

test("a site is switched off and on, once, and keeps its mode", async () => {
  const kept: Record<string, unknown> = {};
  const store: SettingsStore = {
    get: async () => kept,
    set: async (items) => void Object.assign(kept, items),
  };
  await changeSettings(store, (now) => withSite(now, "a.example", { on: false }));
  const off = await changeSettings(store, (now) => withSite(now, "a.example", { on: false }));
  expect(off.sites).toEqual({ "a.example": OFF });
  const on = await changeSettings(store, (now) => withSite(now, "a.example", { on: true }));
  expect(on.sites).toEqual({});
  const dimmed = withSite(withSite(on, "a.example", { mode: "dim" }), "a.example", { on: false });
  expect(withSite(dimmed, "a.example", { on: true }).sites).toEqual({
    "a.example": { on: true, mode: "dim" },
  });
});
