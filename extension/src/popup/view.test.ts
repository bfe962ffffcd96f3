// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from "vitest";
import { NONE } from "../counts";
import type { Readiness } from "../judge/judge";
import { NOT_PAIRING } from "../judge/pairing";
import { DEFAULTS, withSite } from "../settings";
import { say } from "../testing/english";
import { judgedAs } from "../testing/judged";
import type { State } from "./state";
import { draw } from "./view";

const READY: Readiness = {
  kind: "ready",
  judge: "backend",
  model: judgedAs("fake").model,
  device: "GPU",
  version: "1",
};
const state = (change: Partial<State> = {}): State => ({
  readiness: READY,
  allowed: true,
  site: "feed.example",
  settings: DEFAULTS,
  report: { counts: { ...NONE, fake: 3 }, fakes: [] },
  thumbnails: new Map(),
  gone: null,
  pairing: NOT_PAIRING,
  ...change,
});
const acts = {
  again: vi.fn(),
  allow: vi.fn(),
  everywhere: vi.fn(),
  mode: vi.fn(),
  goTo: vi.fn(),
  panel: vi.fn(),
  options: vi.fn(),
  site: vi.fn(),
  pair: vi.fn(),
  code: vi.fn(),
};
let main: HTMLElement;

beforeEach(() => {
  vi.clearAllMocks();
  document.body.innerHTML = '<main id="popup"></main>';
  main = document.querySelector("main") as HTMLElement;
});

const text = (id: string) => document.getElementById(id)?.textContent;
const box = (id: string) => document.getElementById(id) as HTMLInputElement;

test.each<[Readiness | null, string, RegExp]>([
  [READY, "Ready", /brightness 1 on GPU/],
  [{ ...READY, judge: "browser", device: "tfjs" } as Readiness, "Ready", /brightness 1 on TF\.js/],
  [{ kind: "refused", message: "pixels: a.png" }, "Cannot judge here", /\(the browser changes pixels\)/],
  [
    { kind: "refused", message: "probability: a.png is off by 0.021" },
    "Cannot judge here",
    /\(its figures are off by 0\.021\)/,
  ],
  [
    { kind: "refused", message: "Error: a.bin is damaged" },
    "Cannot judge here",
    /\(it could not be loaded\)/,
  ],
  [{ kind: "starting" }, "Starting", /loading/],
  [{ kind: "unpaired", message: "" }, "Not paired", /waits/],
  [{ kind: "unreachable", message: "" }, "Not running", /make run.*python -m backend/],
  [{ kind: "incompatible", message: "" }, "Does not fit", /8017/],
])("the service's state %o reads %s", (readiness, words, detail) => {
  draw(main, state({ readiness }), say, acts);
  expect(text("status-words")).toBe(words);
  expect(text("status-detail")).toMatch(detail);
  expect(main.dataset["state"]).toBe(readiness?.kind);
});

test("the counts of the page", () => {
  draw(main, state(), say, acts);
  expect(["fake", "real", "unsure", "failed"].map((kind) => text(`count-${kind}`))).toEqual([
    "3",
    "0",
    "0",
    "0",
  ]);
});

test.each<[Partial<State>, string]>([
  [{ report: { counts: NONE, fakes: [] } }, "No pictures checked yet."],
  [{ site: null }, "Candid does not work on pages of the browser itself."],
  [
    { settings: { ...DEFAULTS, everywhere: false } },
    "Off: no picture is checked by itself. Right-click still works.",
  ],
])("instead of counts, with %o: a sentence", (change, sentence) => {
  draw(main, state(change), say, acts);
  expect(text("page")).toContain(sentence);
  expect(text("count-fake")).toBeUndefined();
});

test("the switches show and change the settings", () => {
  draw(main, state({ settings: withSite(DEFAULTS, "feed.example", { on: false }) }), say, acts);
  expect([box("switch-site").checked, box("switch-everywhere").checked]).toEqual([false, true]);
  box("switch-site").click();
  box("switch-everywhere").click();
  expect(acts.site).toHaveBeenCalledWith(true);
  expect(acts.everywhere).toHaveBeenCalledWith(false);
});

test("the page's fakes stand in a list; a click goes to one, and says so where it is gone", () => {
  const fake = { address: "a.jpg", judged: judgedAs("fake"), frame: 2 };
  const report = { counts: { ...NONE, fake: 1 }, fakes: [fake] };
  draw(main, state({ report }), say, acts);
  expect(text("fakes-list")).toContain("Likely fakeProbability of AI: 93%");
  document.getElementById("fake-0")?.click();
  expect(acts.goTo).toHaveBeenCalledWith(fake);
  draw(main, state({ report, gone: "a.jpg" }), say, acts);
  expect(document.querySelector("#fakes-list [role=status]")?.textContent).toMatch(/does not show it/);
});

test("the mode of a site is its own or that of everywhere", () => {
  const choose = (value: string) => {
    const select = document.getElementById("mode") as HTMLSelectElement;
    select.value = value;
    select.dispatchEvent(new Event("change"));
  };
  draw(main, state({ settings: withSite(DEFAULTS, "feed.example", { mode: "blur" }) }), say, acts);
  expect((document.getElementById("mode") as HTMLSelectElement).value).toBe("blur");
  choose("dim");
  choose("");
  expect(acts.mode.mock.calls).toEqual([["dim"], [null]]);
});

test.each(["backend", "browser"] as const)("which judge judges is said: %s", (judge) => {
  draw(main, state({ readiness: { ...READY, judge } }), say, acts);
  const words = { backend: /service on this machine/, browser: /model in this browser/ };
  expect(text("status-detail")).toMatch(words[judge]);
});

test("the permission is asked for only where it is missing", () => {
  draw(main, state(), say, acts);
  expect(document.getElementById("allow")).toBeNull();
  draw(main, state({ allowed: false }), say, acts);
  document.getElementById("allow")?.click();
  expect(acts.allow).toHaveBeenCalledOnce();
});

test("the keyboard's place survives a redraw", () => {
  draw(main, state(), say, acts);
  box("switch-site").focus();
  draw(main, state({ report: { counts: NONE, fakes: [] } }), say, acts);
  expect(document.activeElement?.id).toBe("switch-site");
});

test.each<Readiness>([
  { kind: "unpaired", message: "" },
  { ...READY, judge: "browser", unpaired: true },
])("a service that wants pairing is offered it: %o", (readiness) => {
  draw(main, state({ readiness }), say, acts);
  document.getElementById("pair")?.click();
  expect(acts.pair).toHaveBeenCalledOnce();
});

test("an open pairing takes the code, and keeps what was typed while the popup is drawn anew", () => {
  const pairing = { kind: "open", id: "a", until: 1, trouble: "wrong_code" } as const;
  const unpaired = state({ readiness: { kind: "unpaired", message: "" }, pairing });
  draw(main, unpaired, say, acts);
  box("pair-code").value = "12 34";
  draw(main, unpaired, say, acts);
  expect(box("pair-code").value).toBe("12 34");
  expect(document.querySelector("[role=alert]")?.textContent).toMatch(/not the code/);
  document.querySelector("form")?.requestSubmit();
  expect(acts.code).toHaveBeenCalledWith("12 34");
});

test("who is paired sees nothing of it", () => {
  draw(main, state(), say, acts);
  expect(document.getElementById("pairing")).toBeNull();
});
