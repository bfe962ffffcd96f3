// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from "vitest";
import model from "../../../backend/models/default/model.json";
import { asModelJson } from "../contract/guards";
import { DEFAULTS, type Settings, withSite } from "../settings";
import { say } from "../testing/english";
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

test("sensitivity tells from where, and claims measured errors for the measured thresholds alone", () => {
  draw(main, state({ sensitivity: "cautious" }), say, acts);
  const words = (id: string) => document.getElementById(`${id}-means`)?.textContent ?? "";
  expect(control("cautious").checked).toBe(true);
  const { fake, false_alarm_rate: alarms, missed_fake_rate: missed } = model.thresholds;
  const percent = (share: number) => `${Math.round(100 * share)}%`;
  const from = (odds: number) => `${Math.round((100 * odds) / (1 + odds))}%`;
  expect(words("cautious")).toContain(
    `was not measured. Likely fake from a probability of ${from((3 * fake) / (1 - fake))}`,
  );
  expect(words("measured")).toContain(`${percent(alarms)} of the real ones`);
  expect(words("measured")).toContain(`${percent(missed)} of the fakes`);
  expect(words("measured")).toContain(from(fake / (1 - fake)));
  expect(words("eager")).toMatch(/not measured/);
  expect(words("eager")).toContain(from(fake / (1 - fake) / 3));
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
