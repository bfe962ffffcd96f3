import { expect, test } from "vitest";
import type { Judged } from "../contract/types";
import type { Sensitivity } from "../settings";
import { judgedAs } from "../testing/judged";
import { withSensitivity } from "./sensitivity";

const LIMITS = { fake: 0.9, real: 0.2, cautious: 0.96, eager: 0.75 };

function judged(verdict: Judged["verdict"], probability: number, more: Partial<Judged> = {}): Judged {
  const evidence = { kind: "model", says: verdict, strength: "moderate", summary: "" } as const;
  return judgedAs(verdict, {
    probability,
    evidence: [{ ...evidence, details: { thresholds: LIMITS } }],
    ...more,
  });
}

test.each<[Sensitivity, Judged["verdict"], number, Judged["verdict"]]>([
  ["cautious", "fake", 0.93, "unsure"],
  ["cautious", "fake", 0.96, "fake"],
  ["cautious", "real", 0.1, "real"],
  ["eager", "unsure", 0.75, "fake"],
  ["eager", "unsure", 0.7, "unsure"],
  ["eager", "real", 0.2, "real"],
  ["measured", "fake", 0.93, "fake"],
])("%s: %s at %d reads %s", (sensitivity, before, probability, after) => {
  const seen = withSensitivity(judged(before, probability), sensitivity);
  expect([seen.verdict, seen.evidence[0].says, seen.probability]).toEqual([after, after, probability]);
});

test("what others than the model decided stays, and so does the verdict of a model that has no such threshold", () => {
  const labelled = judged("fake", 0.93, { decided_by: "platform_label" });
  expect(withSensitivity(labelled, "cautious")).toBe(labelled);
  const bare = judgedAs("fake");
  expect(withSensitivity(bare, "cautious")).toBe(bare);
  const [evidence] = judged("fake", 0.93).evidence;
  const few = judged("fake", 0.93, {
    evidence: [{ ...evidence, details: { thresholds: { fake: 0.9, real: 0.2 } } }],
  });
  expect(withSensitivity(few, "cautious")).toBe(few);
});
