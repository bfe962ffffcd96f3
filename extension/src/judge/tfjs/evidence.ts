// What the model says, in words that claim no more than it knows: as backend/evidence/model.py. Pure.
import type { Evidence, Judged, ModelJson } from "../../contract/types";
import type { Regime } from "./calibration";

const SENTENCES: Readonly<Record<Judged["verdict"], string>> = {
  fake: "The pixels look generated",
  real: "No signs of AI generation found; that is no proof",
  unsure: "The pixels do not tell",
};

/** The state of the picture that was judged. */
export interface State {
  readonly regime: Regime;
  readonly width: number; // px
  readonly height: number;
  readonly jpegQuality: number | null; // estimated; null where not a JPEG
}

export function describe(
  verdict: Judged["verdict"],
  probability: number,
  state: State,
  model: ModelJson,
  details: Record<string, unknown>,
): Evidence {
  const sentence = `${SENTENCES[verdict]} (probability of fake ${percent(probability)}).`;
  const poor = isPoor(state, model);
  // A model alone never proves anything; on small or battered pictures it knows still less.
  const weak = verdict === "unsure" || poor || state.regime === "thumbnail";
  return {
    kind: "model",
    says: verdict,
    strength: weak ? "weak" : "moderate",
    summary: `${sentence} ${stateWords(state, poor)}`.trim(),
    details: { probability, regime: state.regime, ...details },
  };
}

/** A picture may be both small and heavily compressed; the regime names the first rule that held. */
function isPoor({ regime, jpegQuality }: State, model: ModelJson): boolean {
  const hard = (model.regimes ?? []).filter((rule) => rule.regime === "hard");
  const within = (limit: number) => jpegQuality !== null && jpegQuality <= limit;
  return regime === "hard" || hard.some((rule) => within(rule.max_jpeg_quality ?? 0));
}

/** Nothing where the picture is in a usual state. */
function stateWords({ regime, width, height, jpegQuality }: State, poor: boolean): string {
  const words = `heavily compressed${jpegQuality === null ? "" : ` (JPEG quality about ${jpegQuality})`}`;
  if (regime !== "thumbnail") return poor ? `The picture is ${words}: weak evidence.` : "";
  const size = `small (${width} × ${height} pixels)${poor ? ` and ${words}` : ""}`;
  return `The picture is ${size}: weak evidence. Check the full one.`;
}

/** Never 0% or 100%: the model does not know that. */
function percent(probability: number): string {
  if (probability < 0.005) return "under 1%";
  return probability >= 0.995 ? "over 99%" : `${(100 * probability).toFixed(0)}%`;
}
