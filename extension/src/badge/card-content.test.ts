// @vitest-environment jsdom
import { expect, test } from "vitest";
import type { Judged } from "../contract/types";
import type { JudgeName } from "../judge/judge";
import { say } from "../testing/english";
import { judgedAs } from "../testing/judged";
import { type Acts, fill } from "./card-content";

const acts: Acts = { close: null, again() {}, heat() {}, wrong() {}, correct() {}, about() {} };

function filled(judged: Judged, by: JudgeName = "backend"): HTMLElement {
  const inside = document.createElement("div");
  fill(inside, { outcome: { kind: "judged", judged, by }, heat: "off", correction: "closed" }, say, acts);
  return inside;
}

test.each<[Judged["decided_by"], string, boolean, RegExp]>([
  ["model", "Probability of AI", false, /^Of 100 pictures with this figure/],
  ["platform_label", "By the pixels alone", true, /did not decide here/],
])("where %s decided, the model's figure is called: %s", (decided_by, words, aside, means) => {
  const inside = filled({ ...judgedAs("fake"), decided_by });
  expect(inside.querySelector(".chance span")?.textContent).toBe(words);
  expect(inside.querySelector(".bar")?.classList.contains("aside")).toBe(aside);
  expect(inside.querySelector(".small")?.textContent).toMatch(means);
});

test.each<[JudgeName, RegExp]>([
  ["backend", /service on this machine/],
  ["browser", /model in this browser/],
])("judged by the %s, the card says so", (by, words) => {
  const rows = [...filled(judgedAs("fake"), by).querySelectorAll("dt")];
  const row = rows.find(({ textContent }) => textContent === "Judged by");
  expect(row?.nextElementSibling?.textContent).toMatch(words);
});
