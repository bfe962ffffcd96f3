// Where "Likely fake" begins, as the reader chose: at the model's threshold, or at one that was measured to raise
// fewer false alarms or to find more fakes. Only the words change; probabilities and what is cached stay. Pure.
import { isRecord } from "../contract/guards";
import type { Evidence, Judged } from "../contract/types";
import type { Sensitivity } from "../settings";

/** Only the model's own word moves: evidence that is more than likely stays what it is. */
export function withSensitivity(judged: Judged, sensitivity: Sensitivity): Judged {
  if (sensitivity === "measured" || judged.decided_by !== "model") return judged;
  const limits = judged.evidence.find(({ kind }) => kind === "model")?.details?.["thresholds"];
  if (!isRecord(limits)) return judged;
  const { real, [sensitivity]: fake } = limits;
  // A model without such a threshold says what it says.
  if (typeof fake !== "number" || typeof real !== "number") return judged;
  // `real` stays: what was chosen is how soon to raise an alarm, not how soon to feel safe.
  const verdict = judged.probability >= fake ? "fake" : judged.probability <= real ? "real" : "unsure";
  if (verdict === judged.verdict) return judged;
  const [first, ...others] = judged.evidence.map((each) => spoken(each, verdict));
  return first ? { ...judged, verdict, evidence: [first, ...others] } : judged;
}

const spoken = (evidence: Evidence, says: Judged["verdict"]): Evidence =>
  evidence.kind === "model" ? { ...evidence, says, strength: "weak" } : evidence;
