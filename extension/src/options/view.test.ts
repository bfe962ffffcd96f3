// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from "vitest";
import model from "../../../backend/models/default/model.json";
import { asModelJson } from "../contract/guards";
import { DEFAULTS, type Settings, withSite } from "../settings";
import { say } from "../testing/english";
import { share } from "./model";
import { draw, type State } from "./view";

const acts = {
  change: vi.fn(),
  site: vi.fn(),
  exportSettings: vi.fn(),
  importSettings: vi.fn(),
  clearHistory: vi.fn(),
};
const state = (change: Partial<Settings> = {}, more: Partial<State> = {}): State => ({
  settings: { ...DEFAULTS, ...change },
  model: asModelJson(model),
  said: null,
  ...more,
});
let main: HTMLElement;

beforeEach(() => {
  vi.clearAllMocks();
  document.body.innerHTML = '<main id="options"></main>';
  main = document.querySelector("main") as HTMLElement;
});

const control = (id: string) => document.getElementById(id) as HTMLInputElement;
function set(id: string, value: string): void {
  control(id).value = value;
  control(id).dispatchEvent(new Event("change"));
}

test("every control changes its own field", () => {
  draw(main, state(), say, acts);
  control("everywhere").click();
  control("save-data").click();
  control("history").click();
  control("eager").click();
  set("mode", "blur");
  set("minimum", "200");
  expect(acts.change.mock.calls.map(([change]) => change)).toEqual([
    { everywhere: false },
    { onSaveData: true },
    { history: true },
    { sensitivity: "eager" },
    { mode: "blur" },
    { minimumSide: 200 },
  ]);
});

test("sensitivity tells from where, and what was measured there", () => {
  draw(main, state({ sensitivity: "cautious" }), say, acts);
  const words = (id: string) => document.getElementById(`${id}-means`)?.textContent ?? "";
  expect(control("cautious").checked).toBe(true);
  const { thresholds } = model;
  for (const [id, chosen] of [
    ["cautious", thresholds.cautious],
    ["measured", thresholds],
    ["eager", thresholds.eager],
  ] as const) {
    if (chosen?.recall == null) throw new Error(`the shipped model has nothing measured for ${id}`);
    expect(words(id)).toContain(`from a probability of ${Math.round(100 * chosen.fake)}%`);
    const alarms = chosen.false_alarm_rate * 100;
    expect(words(id)).toContain(`${alarms.toFixed(alarms < 10 ? 1 : 0)}% of the real ones`);
    expect(words(id)).toContain(`${Math.round(100 * chosen.recall)}% of the fakes`);
  }
});

test("figures are written as the reader's language does", () => {
  expect(share(0.0128, (key) => (key === "language" ? "de" : key))).toMatch(/^1,3\s%$/);
});

test("a model without thresholds of its own for a sensitivity says so", () => {
  const thresholds = { ...model.thresholds, cautious: null, eager: null };
  draw(main, { ...state({}), model: asModelJson({ ...model, thresholds }) }, say, acts);
  for (const id of ["cautious", "eager"])
    expect(document.getElementById(`${id}-means`)?.textContent).toContain("has no threshold for it");
});

test("without a model no figure is claimed", () => {
  draw(main, state({}, { model: null }), say, acts);
  expect(document.getElementById("measured-means")?.textContent).not.toMatch(/%/);
  expect(document.getElementById("model")?.textContent).toMatch(/no model of its own/);
});

test("the model's figures stand with their intervals", () => {
  draw(main, state(), say, acts);
  const recall = model.metrics.find((metric) => metric.name === "web.recall");
  const [value, low, high] = [recall?.value, recall?.low, recall?.high].map(
    (share) => `${Math.round((share ?? 0) * 100)}%`,
  );
  expect(document.getElementById("model")?.textContent).toContain(`${value} (${low} to ${high})`);
});

test("a site that differs has its line, and can be as the rest again", () => {
  draw(main, state(withSite(DEFAULTS, "a.example", { mode: "dim" })), say, acts);
  expect(control("site-mode-0").value).toBe("dim");
  set("site-mode-0", "");
  control("site-0").click();
  control("forget-0").click();
  expect(acts.site.mock.calls).toEqual([
    ["a.example", { mode: null }],
    ["a.example", { on: false }],
    ["a.example", { on: true, mode: null }],
  ]);
});
