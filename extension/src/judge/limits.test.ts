import { expect, test } from "vitest";
import { everyLimit, limitsOf, range } from "./limits";

const OF_ALL = {
  fake: 0.9,
  real: 0.1,
  chosen_on: "these",
  false_alarm_rate: 0.02,
  missed_fake_rate: 0.05,
};
const BY_REGIME = { ...OF_ALL, by_regime: [{ regime: "hard" as const, fake: 0.95, real: 0.2 }] };

test("a regime has its own limits, or those of all", () => {
  expect(limitsOf("hard", BY_REGIME)).toMatchObject({ fake: 0.95, real: 0.2 });
  expect(limitsOf("web", BY_REGIME)).toMatchObject({ fake: 0.9, real: 0.1 });
  expect(limitsOf("hard", OF_ALL)).toMatchObject({ fake: 0.9, real: 0.1 });
  expect(everyLimit(OF_ALL)).toHaveLength(1);
  expect(everyLimit(BY_REGIME).map(({ fake }) => fake)).toEqual([0.95]);
});

test("what differs is told from its lowest to its highest", () => {
  const words = (value: number) => `${Math.round(100 * value)}%`;
  expect(range([0.9, 0.812, 0.85], words)).toBe("81%–90%");
  expect(range([0.9, 0.901], words)).toBe("90%");
});
