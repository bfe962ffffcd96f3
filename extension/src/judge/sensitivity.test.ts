import { expect, test } from "vitest";
import type { Judged } from "../contract/types";
import type { Sensitivity } from "../settings";
import { judgedAs } from "../testing/judged";
import { shifted, withSensitivity } from "./sensitivity";

const LIMITS = { fake: 0.9, real: 0.2 }; // odds of 9: cautious begins at 27, eager at 3

function judged(verdict: Judged["verdict"], probability: number, more: Partial<Judged> = {}): Judged {
  const evidence = { kind: "model", says: verdict, strength: "moderate", summary: "" } as const;
  return judgedAs(verdict, {
    probability,
    evidence: [{ ...evidence, details: { thresholds: LIMITS } }],
    ...more,
  });
}

test.each<[Sensitivity, number]>([
  ["cautious", 27 / 28],
  ["measured", 9 / 10],
  ["eager", 3 / 4],
])("%s begins at %d", (sensitivity, fake) => {
  expect(shifted(LIMITS, sensitivity).fake).toBeCloseTo(fake, 9);
});

test.each<[Sensitivity, Judged["verdict"], number, Judged["verdict"]]>([
  ["cautious", "fake", 0.93, "unsure"],
  ["cautious", "fake", 0.97, "fake"],
  ["cautious", "real", 0.1, "real"],
  ["eager", "unsure", 0.8, "fake"],
  ["eager", "unsure", 0.7, "unsure"],
  ["eager", "real", 0.2, "real"],
  ["measured", "fake", 0.93, "fake"],
])("%s: %s at %d reads %s", (sensitivity, before, probability, after) => {
  const seen = withSensitivity(judged(before, probability), sensitivity);
  expect([seen.verdict, seen.evidence[0].says, seen.probability]).toEqual([after, after, probability]);
});

test("what others than the model decided stays, and so does a verdict without thresholds", () => {
  const labelled = judged("fake", 0.5, { decided_by: "platform_label" });
  expect(withSensitivity(labelled, "cautious")).toBe(labelled);
  const bare = judgedAs("fake");
  expect(withSensitivity(bare, "cautious")).toBe(bare);
});

test("eager never calls fake what the model calls real", () => {
  expect(shifted({ fake: 0.5, real: 0.45 }, "eager").fake).toBe(0.45);
});
