// Logits to probabilities to words, by the numbers of model.json: as backend/calibration.py. Pure.
import type { Judged, ModelJson, RegimeRule } from "../../contract/types";

export type Regime = RegimeRule["regime"];

const LOSSLESS_QUALITY = 100;

/** The compression regime: the first rule of model.json that holds. `quality` is null where not a JPEG. */
export function regimeOf(longSide: number, quality: number | null, model: ModelJson): Regime {
  const rule = model.regimes?.find(
    ({ max_long_side: side, max_jpeg_quality: most }) =>
      (side == null || longSide <= side) && (most == null || (quality ?? LOSSLESS_QUALITY) <= most),
  );
  return rule?.regime ?? "clean";
}

/** Calibrated probability of fake, 0 to 1. */
export function probabilityOf(logit: number, regime: Regime, model: ModelJson): number {
  const values = model.calibration.find((each) => each.regime === regime);
  if (!values) throw new Error(`model.json has no calibration for "${regime}"`);
  return sigmoid(logit / values.temperature + (values.bias ?? 0));
}

/** `fake` and `real` only where the thresholds hold their error rates; between them `unsure`. */
export function wordOf(probability: number, { thresholds }: ModelJson): Judged["verdict"] {
  if (probability >= thresholds.fake) return "fake";
  return probability <= thresholds.real ? "real" : "unsure";
}

const sigmoid = (x: number): number => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));
