// The port against the service's own code: tests/golden/judging.json is what that code says.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import golden from "../../../../tests/golden/judging.json";
import { asModelJson } from "../../contract/guards";
import type { ModelInput, ModelJson, NativeCrops } from "../../contract/types";
import { probabilityOf, regimeOf, wordOf } from "./calibration";
import { inspect } from "./container";
import { describe } from "./evidence";
import { inMemory, type Pixels } from "./pixels";
import { aggregate, cut, overviewsOf, places } from "./views";

const FILES = new URL("../../../../tests/golden/files/", import.meta.url);
const model = asModelJson(golden.model) as ModelJson;
const squared: ModelInput = { height: golden.side, width: golden.side };

/** As `drawn` in tests/golden/judging.py. */
function drawn(width: number, height: number): Pixels {
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let channel = 0; channel < 3; channel++) {
        const wave = (x * x * 3 + y * y * 5 + x * y * (channel + 7)) % 256;
        const shift = (Math.floor(x / 90) + 2 * Math.floor(y / 70)) % 5;
        rgb[(y * width + x) * 3 + channel] = wave >> shift;
      }
  return inMemory(rgb, width, height);
}

function hash(...parts: Uint8Array[]): string {
  const sum = createHash("sha256");
  for (const part of parts) sum.update(part);
  return sum.digest("hex");
}

test.each(golden.views)("views of $picture under $policy", ({ picture, policy, places: where, pixels }) => {
  const [width, height] = picture as [number, number];
  const [shown, crops] = [drawn(width, height), policy as NativeCrops];
  const found = places(shown, crops, squared);
  expect(found.map((each) => [each.left, each.top, each.width, each.height])).toEqual(where);
  expect(hash(...found.map((place) => cut(shown, place, crops, squared)))).toBe(pixels);
});

test.each(golden.resized)("$picture resized to $size", ({ picture, size, pixels }) => {
  const [width, height] = picture as [number, number];
  const [shown, whole] = [drawn(width, height), { kind: "resized_whole" as const }];
  const input = { width: size[0] ?? 0, height: size[1] ?? 0 };
  const [place] = places(shown, whole, input);
  const found = place ? cut(shown, place, whole, input) : new Uint8Array();
  const wanted = Buffer.from(pixels, "hex");
  const off = Array.from(wanted, (value, index) => Math.abs(value - (found[index] ?? 999)));
  // Pillow takes the pass first that is cheaper, and rounds between the two.
  expect(Math.max(...off)).toBeLessThanOrEqual(1);
  expect(off.filter((each) => each === 0).length / off.length).toBeGreaterThan(0.7);
});

test.each(golden.overviews)("overviews of $picture", ({ picture, policy, places: where, means }) => {
  const [width, height] = picture as [number, number];
  const [shown, crops] = [drawn(width, height), policy as NativeCrops];
  const found = places(shown, crops, squared).slice(0, -1);
  expect(found.map((each) => [each.left, each.top, each.width, each.height])).toEqual(where);
  expect(overviewsOf(found)).toBe(where.length);
  for (const [index, place] of found.entries()) {
    const pixels = cut(shown, place, crops, squared);
    const mean = pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
    expect(mean).toBeCloseTo(means[index] ?? Number.NaN, 0);
  }
});

test.each(golden.aggregate)("logits to one, overviews: $above", ({ logits, policy, above, logit }) => {
  expect(aggregate(logits, policy as NativeCrops, above)).toBeCloseTo(logit, 6);
});

test.each(golden.words)("logit $logit, quality $quality, $long_side px", (given) => {
  const regime = regimeOf(given.long_side, given.quality, model);
  const probability = probabilityOf(given.logit, regime, model);
  const verdict = wordOf(probability, model);
  expect({ regime, verdict }).toEqual({ regime: given.regime, verdict: given.verdict });
  expect(probability).toBeCloseTo(given.probability, 12);
  const state = { regime, width: given.long_side, height: 64, jpegQuality: given.quality };
  const { summary, strength } = describe(verdict, probability, state, model, {});
  expect({ summary, strength }).toEqual({ summary: given.summary, strength: given.strength });
});

type Expected =
  | { reason: string }
  | { format: string; width: number; height: number; quality: number | null };

test.each(Object.entries(golden.files as Record<string, Expected>))("the file %s", (name, expected) => {
  const found = inspect(readFileSync(new URL(name, FILES)));
  if (found.kind === "refused") return expect({ reason: found.reason }).toEqual(expected);
  const { format, jpegQuality, orientation } = found;
  const [width, height] = orientation > 4 ? [found.height, found.width] : [found.width, found.height];
  expect({ format, width, height, quality: jpegQuality }).toEqual(expected);
});

test("every golden file is expected to be something", () => {
  expect(Object.keys(golden.files)).toEqual(readdirSync(FILES).sort());
});
