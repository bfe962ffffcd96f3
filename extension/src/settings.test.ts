import { expect, test } from "vitest";
import { asSettings, changeSettings, DEFAULTS, isOn, type SettingsStore, siteOf, withSite } from "./settings";

test.each([undefined, null, 7, [], {}, { everywhere: "yes" }, { offSites: "feed.example" }])(
  "%j is the default",
  (data) => {
    expect(asSettings(data)).toEqual(DEFAULTS);
  },
);

test("what is no name of a site is left out", () => {
  expect(asSettings({ everywhere: false, offSites: ["a.example", 7] })).toEqual({
    everywhere: false,
    offSites: ["a.example"],
  });
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
  [true, [], "feed.example", true],
  [true, ["feed.example"], "feed.example", false],
  [true, ["feed.example"], "other.example", true],
  [false, [], "feed.example", false],
  [true, [], null, false],
])("everywhere %s, off on %j: on %s is %s", (everywhere, offSites, site, on) => {
  expect(isOn({ everywhere, offSites }, site)).toBe(on);
});

test("a site is switched off and on, once", async () => {
  const kept: Record<string, unknown> = {};
  const store: SettingsStore = {
    get: async () => kept,
    set: async (items) => void Object.assign(kept, items),
  };
  await changeSettings(store, (now) => withSite(now, "a.example", false));
  const off = await changeSettings(store, (now) => withSite(now, "a.example", false));
  expect(off.offSites).toEqual(["a.example"]);
  expect((await changeSettings(store, (now) => withSite(now, "a.example", true))).offSites).toEqual([]);
});
