// What one rung of the ladder found, as lines in the reader's language. Where the service says more than is
// known here, its own sentence stands, which is English.
import type { Evidence } from "../contract/types";
import type { Key, Say } from "../words";

/** `language` is set where it is not the reader's own. */
export type Line = { readonly text: string; readonly language?: string };

const SENTENCES: Readonly<Record<string, Key>> = {
  fake: "modelFake",
  real: "modelReal",
  unsure: "modelUnsure",
};

/** The state of the picture in which the model judged. */
const REGIMES: Readonly<Record<string, Key>> = {
  clean: "regimeClean",
  web: "regimeWeb",
  hard: "regimeHard",
  thumbnail: "regimeThumbnail",
};

export function linesOf({ kind, says, summary, details = {} }: Evidence, say: Say): Line[] {
  const sentence = SENTENCES[says];
  const regime = REGIMES[String(details["regime"])];
  if (kind === "model" && sentence && regime) return [{ text: say(sentence) }, { text: say(regime) }];
  return [{ text: summary, language: "en" }];
}
