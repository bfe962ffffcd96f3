// The whole judge as it runs in the worker: a picture's bytes to an outcome. Loads the network with the
// first picture and proves it on the golden ones before it says anything.
import type { Judged, ModelJson } from "../../contract/types";
import { hashOf } from "../../hashes";
import { failed, MAX_BYTES, type Outcome } from "../judge";
import { type Container, inspect } from "./container";
import type { Decoded } from "./decode";
import { describe } from "./evidence";
import { judgedModel } from "./judged-model";
import { ModelFiles, type Read } from "./model-files";
import { type Network, openNetwork } from "./network";
import { type Score, score } from "./scoring";
import { type Decode, selfTest } from "./self-test";

type Loaded = { kind: "able"; model: ModelJson; network: Network } | { kind: "unable"; message: string };

export class LocalJudge {
  #loaded: Promise<Loaded> | null = null;

  /** `read` gives the model folder's files; `wasm` is the folder of TF.js' WebAssembly. */
  constructor(
    private readonly read: Read,
    private readonly wasm: string,
    private readonly decode: Decode,
  ) {}

  async judge(picture: Blob, signal: AbortSignal): Promise<Outcome> {
    const data = new Uint8Array(await picture.slice(0, MAX_BYTES + 1).arrayBuffer());
    const container = inspect(data);
    if (container.kind === "refused") return failed(container.reason, container.message);
    const loaded = await this.warm();
    if (loaded.kind === "unable") return failed("refused", loaded.message);
    if (signal.aborted) return failed("cancelled");
    const decoded = await this.decode(picture).catch(() => null);
    if (!decoded) return failed("truncated", `The ${container.format} picture is damaged.`);
    try {
      const found = await score(decoded, container.jpegQuality, loaded.model, loaded.network, signal);
      const sha256 = await hashOf(data);
      return {
        kind: "judged",
        judged: judged(found, decoded, container, sha256, loaded.model),
        by: "browser",
      };
    } catch (error) {
      if (signal.aborted) return failed("cancelled");
      return failed("internal", String(error));
    } finally {
      decoded.close();
    }
  }

  warm(): Promise<Loaded> {
    this.#loaded ??= this.#load();
    return this.#loaded;
  }

  async #load(): Promise<Loaded> {
    try {
      const files = await ModelFiles.open(this.read);
      const { model } = files;
      const network = await openNetwork(model, files, this.wasm);
      const load = (name: string) => files.goldenPicture(name);
      const tested = await selfTest(await files.golden(), load, this.decode, model, network);
      return tested.kind === "passed"
        ? { kind: "able", model, network }
        : { kind: "unable", message: `${tested.kind}: ${tested.message}` };
    } catch (error) {
      return { kind: "unable", message: String(error) };
    }
  }
}

function judged(
  found: Score,
  picture: Decoded,
  { format, jpegQuality }: Extract<Container, { kind: "picture" }>,
  sha256: string,
  model: ModelJson,
): Judged {
  const { fake, real, cautious, eager } = model.thresholds;
  const { width, height } = picture;
  const state = { regime: found.regime, width, height, jpegQuality };
  const evidence = describe(found.verdict, found.probability, state, model, {
    logit: Math.round(1e4 * found.logit) / 1e4,
    views: found.views.length,
    thresholds: {
      fake,
      real,
      ...(cautious && { cautious: cautious.fake }),
      ...(eager && { eager: eager.fake }),
    },
    runtime: "tfjs",
  });
  return {
    contract: 1,
    verdict: found.verdict,
    probability: found.probability,
    decided_by: "model",
    evidence: [evidence],
    picture: { sha256, width, height, format },
    model: judgedModel(model),
  };
}
