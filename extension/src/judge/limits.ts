// The probabilities at which the words begin, by the picture's compression regime: as backend/contract. Pure.
import type { ModelJson, RegimeRule } from "../contract/types";

/** Probabilities of fake. */
export interface Limits {
  readonly fake: number;
  readonly real: number;
}

type Thresholds = ModelJson["thresholds"];

export const limitsOf = (regime: RegimeRule["regime"], thresholds: Thresholds): Limits =>
  thresholds.by_regime?.find((each) => each.regime === regime) ?? thresholds;

/** All that may decide about a picture. */
export const everyLimit = (thresholds: Thresholds): readonly Limits[] =>
  thresholds.by_regime?.length ? thresholds.by_regime : [thresholds];

/** One value in words, or the lowest and the highest. */
export function range(values: readonly number[], words: (value: number) => string): string {
  const [low, high] = [words(Math.min(...values)), words(Math.max(...values))];
  return low === high ? low : `${low}–${high}`;
}
