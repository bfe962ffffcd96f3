// The model's part of a verdict: views, logits, one probability. As backend/judge.py's `score`.
import type { Judged, ModelJson } from "../../contract/types";
import { probabilityOf, type Regime, regimeOf, wordOf } from "./calibration";
import type { Network } from "./network";
import type { Pixels } from "./pixels";
import { aggregate, cut, isCrops, overviewsOf, type Place, places } from "./views";

export interface Score {
  readonly logit: number;
  readonly probability: number; // of fake, calibrated
  readonly verdict: Judged["verdict"];
  readonly regime: Regime;
  readonly views: readonly Place[];
}

/** Throws the signal's reason when it is aborted: it is looked at before each view. */
export async function score(
  picture: Pixels,
  quality: number | null,
  model: ModelJson,
  network: Network,
  signal: AbortSignal,
): Promise<Score> {
  const policy = model.views;
  const all = places(picture, policy, model.input);
  const above = overviewsOf(all);
  const regime = regimeOf(Math.max(picture.width, picture.height), quality, model);
  const logits: number[] = [];

  async function look(views: readonly Place[]): Promise<number> {
    for (const place of views) {
      await breath();
      signal.throwIfAborted();
      logits.push(await network.run(cut(picture, place, policy, model.input)));
    }
    return probabilityOf(aggregate(logits, policy, above), regime, model);
  }

  const first = isCrops(policy) ? above + policy.first : all.length;
  let probability = await look(all.slice(0, first));
  if (all.length > first && isCrops(policy)) {
    const [low, high] = (policy.uncertain ?? [0, 1]) as [number, number];
    if (probability >= low && probability <= high) probability = await look(all.slice(first));
  }
  if (!Number.isFinite(probability)) throw new Error("the network gave no number");
  const views = all.slice(0, logits.length);
  const verdict = wordOf(probability, model);
  return { logit: aggregate(logits, policy, above), probability, verdict, regime, views };
}

/** Lets the messages in that came meanwhile: a view takes a while, and "cancel" may be among them. */
const breath = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
