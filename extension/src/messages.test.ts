import { expect, test } from "vitest";
import {
  asBytes,
  asCorrection,
  asHeat,
  asHere,
  asOutcome,
  asToContent,
  checked,
  hereOn,
  type Sender,
} from "./messages";
import { DEFAULTS, withSite } from "./settings";
import { judgedAs } from "./testing/judged";

const OWN = { id: "ours", home: "chrome-extension://ours/" };
const PAGE: Sender = {
  id: "ours",
  url: "https://feed.example/frame",
  tab: { id: 3, url: "https://top.example/" },
  frameId: 2,
};
const POPUP: Sender = { id: "ours", url: "chrome-extension://ours/popup.html" };
const check = {
  to: "background",
  kind: "check",
  id: "1",
  source: { kind: "addresses", addresses: ["https://cdn.example/a.jpg"] },
  platformLabel: null,
};

test("a check carries the frame's and the tab's page, as the browser tells them", () => {
  expect(checked({ ...check, pages: ["http://127.0.0.1/"] }, PAGE, OWN)).toMatchObject({
    from: "content",
    tab: 3,
    frame: 2,
    pages: ["https://feed.example/frame", "https://top.example/"],
  });
});

test.each<[string, unknown, Sender]>([
  ["another extension", check, { ...PAGE, id: "theirs" }],
  ["nobody known", check, {}],
  ["a content script without a tab", check, { id: "ours", url: "https://feed.example/" }],
  ["the popup asking as a page", { to: "background", kind: "here" }, POPUP],
  ["a page asking as the popup", { to: "background", kind: "page", tab: 1 }, PAGE],
  [
    "a page whose name begins like ours",
    { to: "background", kind: "readiness" },
    { ...PAGE, url: "https://ours/" },
  ],
  ["no message", "check", PAGE],
  ["another direction", { ...check, to: "content" }, PAGE],
  ["an unknown kind", { to: "background", kind: "delete" }, PAGE],
  ["no addresses", { ...check, source: { kind: "addresses", addresses: [] } }, PAGE],
  ["addresses that are none", { ...check, source: { kind: "addresses", addresses: [7] } }, PAGE],
  ["data that is an address", { ...check, source: { kind: "data", url: "https://cdn.example/" } }, PAGE],
  [
    "counts below nothing",
    { to: "background", kind: "counts", counts: { fake: -1, real: 0, unsure: 0, failed: 0 } },
    PAGE,
  ],
])("refused: %s", (_, data, sender) => {
  expect(checked(data, sender, OWN)).toBeNull();
});

test("the popup is heard", () => {
  const message = { to: "background", kind: "readiness", again: true };
  expect(checked(message, POPUP, OWN)).toMatchObject({ from: "own", message, pages: [POPUP.url] });
});

test("only the background may open a card", () => {
  const message = { to: "content", kind: "show-card", address: "https://cdn.example/a.jpg" };
  expect(asToContent(message, { id: "ours" }, OWN)).toEqual(message);
  expect(asToContent(message, { id: "theirs" }, OWN)).toBeNull();
  expect(asToContent(message, PAGE, OWN)).toBeNull(); // another tab's content script
  expect(asToContent(message, { ...POPUP, tab: { id: 9 } }, OWN)).toEqual(message); // the popup in a tab
});

test("only the background asks a frame for a picture's bytes, and only text that holds some is taken", () => {
  const message = { to: "content", kind: "bytes", address: "https://cdn.example/a.jpg" };
  expect(asToContent(message, { id: "ours" }, OWN)).toEqual(message);
  expect(asToContent(message, PAGE, OWN)).toBeNull();
  expect(asToContent({ ...message, address: 7 }, { id: "ours" }, OWN)).toBeNull();
  expect(asBytes("data:image/jpeg;base64,AA==")).toBe("data:image/jpeg;base64,AA==");
  expect(["https://cdn.example/a.jpg", true, undefined].map(asBytes)).toEqual([null, null, null]);
});

test("an outcome is a verdict only if it is of the contract", () => {
  const judged = judgedAs("fake");
  expect(asOutcome({ kind: "judged", judged, by: "backend" })).toEqual({
    kind: "judged",
    judged,
    by: "backend",
  });
  expect(asOutcome({ kind: "judged", judged: { ...judged, verdict: "maybe" }, by: "backend" })).toBeNull();
  expect(asOutcome(undefined)).toBeNull();
});

test("a page learns what its site's settings come to, and nothing is checked without an answer", () => {
  const settings = { ...withSite(DEFAULTS, "a.example", { mode: "blur" }), minimumSide: 200 };
  const here = { on: true, mode: "blur", minimumSide: 200, sensitivity: "measured" };
  expect(asHere(hereOn(settings, "a.example", false))).toEqual(here);
  expect(asHere(undefined)).toMatchObject({ on: false, mode: "badges" });
});

test.each<[unknown, unknown]>([
  [
    { kind: "drawn", png: "data:image/png;base64,AA==" },
    { kind: "drawn", png: "data:image/png;base64,AA==" },
  ],
  [
    { kind: "drawn", png: "https://feed.example/a.png" },
    { kind: "failed", reason: "interrupted" },
  ],
  [{ kind: "missing" }, { kind: "missing" }],
  [
    { kind: "failed", reason: "busy" },
    { kind: "failed", reason: "busy" },
  ],
  [undefined, { kind: "failed", reason: "interrupted" }],
])("the answer %j about heat is taken as %j", (data, heat) => {
  expect(asHeat(data)).toEqual(heat);
});

test.each<[unknown, string]>([
  [{ kind: "kept" }, "kept"],
  [{ kind: "missing" }, "missing"],
  [{}, "failed"],
  [undefined, "failed"],
])("the answer %j to a correction is taken as %s", (data, kind) => {
  expect(asCorrection(data).kind).toBe(kind);
});

test("a correction carries one of two words", () => {
  const message = { to: "background", kind: "correct", source: check.source, label: "fake" };
  expect(checked(message, PAGE, OWN)).toMatchObject({ message });
  expect(checked({ ...message, label: "unsure" }, PAGE, OWN)).toBeNull();
});

test.each([
  [false, false, true],
  [true, false, false],
  [true, true, true],
])(
  "on a connection to be spared (%s), where it is allowed (%s), pictures are checked: %s",
  (saving, onSaveData, on) => {
    expect(hereOn({ ...DEFAULTS, onSaveData }, "a.example", saving).on).toBe(on);
  },
);
