// The modes and sensitivities in words.
import type { Mode, Sensitivity } from "../settings";
import type { Key } from "../words";

export const MODE_WORDS: Readonly<Record<Mode, Key>> = {
  badges: "modeBadges",
  flags: "modeFlags",
  dim: "modeDim",
  blur: "modeBlur",
};

export const SENSITIVITY_WORDS: Readonly<Record<Sensitivity, readonly [name: Key, meaning: Key]>> = {
  cautious: ["sensitivityCautious", "sensitivityCautiousMeans"],
  measured: ["sensitivityMeasured", "sensitivityMeasuredMeans"],
  eager: ["sensitivityEager", "sensitivityEagerMeans"],
};
