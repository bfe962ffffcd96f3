// @vitest-environment jsdom
import { expect, test } from "vitest";
import type { Judged } from "../contract/types";
import { say } from "../testing/english";
import { judgedAs } from "../testing/judged";
import { type Acts, fill } from "./card-content";

const acts: Acts = { close: null, again() {}, heat() {}, wrong() {}, correct() {}, about() {} };

function filled(judged: Judged): HTMLElement {
  const inside = document.createElement("div");
  fill(
    inside,
    { outcome: { kind: "judged", judged, by: "backend" }, heat: "off", correction: "closed" },
    say,
    acts,
  );
  return inside;
}

test.each<[Judged["decided_by"], string, boolean]>([
  ["model", "Probability of AI", false],
  ["platform_label", "By the pixels alone", true],
])("where %s decided, the model's figure is called: %s", (decided_by, words, aside) => {
  const inside = filled({ ...judgedAs("fake"), decided_by });
  expect(inside.querySelector(".chance span")?.textContent).toBe(words);
  expect(inside.querySelector(".bar")?.classList.contains("aside")).toBe(aside);
});
