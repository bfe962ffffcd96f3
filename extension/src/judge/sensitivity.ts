// Where "Likely fake" begins, as the reader chose: at the model's threshold, or where the odds of a fake are
// three times higher or lower than there. Only the words change; probabilities and what is cached stay. Pure.
import { isRecord } from "../contract/guards";
import type { Evidence, Judged } from "../contract/types";
import type { Sensitivity } from "../settings";

export type Limits = { readonly fake: number; readonly real: number }; // probabilities of fake

const ODDS: Readonly<Record<Sensitivity, number>> = { cautious: 3, measured: 1, eager: 1 / 3 };

/** Only the model's own word moves: evidence that is more than likely stays what it is. */
export function withSensitivity(judged: Judged, sensitivity: Sensitivity): Judged {
  const limits = limitsOf(judged.evidence);
  if (sensitivity === "measured" || judged.decided_by !== "model" || !limits) return judged;
  const { fake, real } = shifted(limits, sensitivity);
  const verdict = judged.probability >= fake ? "fake" : judged.probability <= real ? "real" : "unsure";
  if (verdict === judged.verdict) return judged;
  const [first, ...others] = judged.evidence.map((each) => spoken(each, verdict));
  return first ? { ...judged, verdict, evidence: [first, ...others] } : judged;
}

/** `real` stays: what was chosen is how soon to raise an alarm, not how soon to feel safe. */
export function shifted({ fake, real }: Limits, sensitivity: Sensitivity): Limits {
  const odds = (fake / (1 - fake)) * ODDS[sensitivity];
  return { fake: Math.max(fake < 1 ? odds / (1 + odds) : 1, real), real };
}

const spoken = (evidence: Evidence, says: Judged["verdict"]): Evidence =>
  evidence.kind === "model" ? { ...evidence, says, strength: "weak" } : evidence;

function limitsOf(evidence: readonly Evidence[]): Limits | null {
  const thresholds = evidence.find(({ kind }) => kind === "model")?.details?.["thresholds"];
  if (!isRecord(thresholds)) return null;
  const { fake, real } = thresholds;
  return typeof fake === "number" && typeof real === "number" ? { fake, real } : null;
}
