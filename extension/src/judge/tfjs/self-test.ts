// Before the first picture: does this browser give what the same model gave at export? Golden pictures
// (PNG, whose pixels are known exactly, and JPEG) go the whole way of any picture. Protection against
// fingerprinting that adds noise to canvases, a broken decoder or a processor that computes otherwise must
// not become verdicts.
import type { Golden, ModelJson } from "../../contract/types";
import { hashOf } from "../../hashes";
import { inspect } from "./container";
import type { Decoded } from "./decode";
import type { Network } from "./network";
import type { Pixels } from "./pixels";
import { score } from "./scoring";

export const TOLERANCE = 0.01; // of the probability

export type SelfTest =
  | { kind: "passed" }
  | { kind: "pixels"; message: string } // the browser changes pixels
  | { kind: "probability"; message: string }; // the network computes otherwise

export type Load = (name: string) => Promise<Blob>;
export type Decode = (picture: Blob) => Promise<Decoded>;

export async function selfTest(
  golden: Golden,
  load: Load,
  decode: Decode,
  model: ModelJson,
  network: Network,
): Promise<SelfTest> {
  for (const expected of golden.pictures) {
    const blob = await load(expected.path);
    const container = inspect(new Uint8Array(await blob.arrayBuffer()));
    if (container.kind !== "picture") return { kind: "pixels", message: `${expected.path} cannot be read` };
    const picture = await decode(blob);
    try {
      if (expected.pixels && (await hashOf(allOf(picture))) !== expected.pixels)
        return { kind: "pixels", message: `the pixels of ${expected.path} are not those of the file` };
      const never = new AbortController().signal;
      const found = await score(picture, container.jpegQuality, model, network, never);
      const off = Math.abs(found.probability - expected.probability);
      if (!(off <= TOLERANCE) || found.regime !== expected.regime)
        return { kind: "probability", message: `${expected.path} is off by ${off.toFixed(3)}` };
    } finally {
      picture.close();
    }
  }
  return { kind: "passed" };
}

const allOf = (picture: Pixels): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(picture.read(0, 0, picture.width, picture.height));
