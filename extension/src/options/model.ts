// What is known of the model that the extension carries, in figures of its model.json.
import type { Metric, ModelJson } from "../contract/types";
import { make, section } from "../pages/element";
import type { Key, Say } from "../words";

/** On pictures compressed as feeds do it. */
const FIGURES: readonly (readonly [name: string, words: Key])[] = [
  ["web.false_alarm_rate", "modelFalseAlarms"],
  ["web.recall", "modelRecall"],
  ["web.decided_share", "modelDecided"],
  ["web.decided_accuracy", "modelRight"],
];

export function modelSection(model: ModelJson | null, say: Say): HTMLElement {
  if (!model) return section("model", say("modelTitle"), make("p", { class: "note" }, say("modelNone")));
  const { training, thresholds, name, version } = model;
  const rows: [string, string][] = [
    [say("cardModel"), say("cardModelValue", name, version)],
    [
      say("modelLearnt"),
      say(
        "modelLearntValue",
        number(training.real_pictures, say),
        number(training.fake_pictures, say),
        training.sources,
      ),
    ],
    [
      say("modelThresholds"),
      say("modelThresholdsValue", share(thresholds.real, say), share(thresholds.fake, say)),
    ],
    ...figures(model.metrics ?? [], say),
  ];
  const list = make("dl", { class: "facts" });
  for (const [term, value] of rows) list.append(make("dt", {}, term), make("dd", {}, value));
  return section("model", say("modelTitle"), list, make("p", { class: "note" }, say("modelLimits")));
}

function figures(metrics: readonly Metric[], say: Say): [string, string][] {
  return FIGURES.flatMap(([name, words]) => {
    const metric = metrics.find((each) => each.name === name);
    if (!metric) return [];
    const { value, low, high } = metric;
    const known = typeof low === "number" && typeof high === "number";
    const text = known
      ? say("modelInterval", share(value, say), share(low, say), share(high, say))
      : share(value, say);
    return [[say(words), text] as [string, string]];
  });
}

/** A measured rate in per cent, as the reader's language writes it; small ones with a decimal. */
export function share(value: number, say: Say): string {
  const decimals = value < 0.1 ? 1 : 0;
  const format = {
    style: "percent",
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  } as const;
  return value.toLocaleString(say("language"), format);
}
const number = (value: number, say: Say): string => value.toLocaleString(say("language"));
