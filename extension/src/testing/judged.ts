// For unit tests: a verdict as the service gives it.
import type { Judged } from "../contract/types";

export function judgedAs(verdict: Judged["verdict"], more: Partial<Judged> = {}): Judged {
  const probability = { fake: 0.93, real: 0.04, unsure: 0.5 }[verdict];
  return {
    contract: 1,
    verdict,
    probability,
    decided_by: "model",
    evidence: [{ kind: "model", says: verdict, strength: "moderate", summary: "The model spoke." }],
    picture: { sha256: "a".repeat(64), width: 640, height: 480, format: "JPEG" },
    model: { name: "brightness", version: "1", sha256: "b".repeat(64) },
    ...more,
  };
}
