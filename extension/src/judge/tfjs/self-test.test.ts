// The shipped network, for real, with TF.js' WebAssembly under node, on the golden PNGs: it passes as it is,
// and refuses where pixels or weights are others.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { PNG } from "pngjs";
import { beforeAll, expect, test } from "vitest";
import type { Golden } from "../../contract/types";
import { inspect } from "./container";
import { LocalJudge } from "./local-judge";
import { ModelFiles } from "./model-files";
import { type Network, openNetwork } from "./network";
import { inMemory } from "./pixels";
import { selfTest } from "./self-test";

const SHIPPED = new URL("../../../../backend/models/default/", import.meta.url);
const WASM = path.dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm"));
const read = async (name: string) => Uint8Array.from(await readFile(new URL(name, SHIPPED)));

let files: ModelFiles;
let network: Network;
let golden: Golden;

beforeAll(async () => {
  files = await ModelFiles.open(read);
  network = await openNetwork(files.model, files, `${WASM}${path.sep}`);
  const all = await files.golden();
  // node has no decoder for the JPEG ones; the browsers' tests have.
  const [first, ...others] = all.pictures.filter(({ path: name }) => name.endsWith(".png"));
  if (first) golden = { ...all, pictures: [first, ...others] };
});

const decodeWith = (change: (value: number, index: number) => number) => async (picture: Blob) => {
  const { data, width, height } = PNG.sync.read(Buffer.from(await picture.arrayBuffer()));
  const rgb = Uint8Array.from({ length: width * height * 3 }, (_, index) => {
    const pixel = Math.floor(index / 3);
    return Math.min(255, change(data[4 * pixel + (index % 3)] ?? 0, index));
  });
  return { ...inMemory(rgb, width, height), close() {} };
};
const asTheyAre = decodeWith((value) => value);
const tested = (expected: Golden, decode = asTheyAre, by = network) =>
  selfTest(expected, (name) => files.goldenPicture(name), decode, files.model, by);
const withoutPixels = (): Golden => {
  const [first, ...others] = golden.pictures.map((each) => ({ ...each, pixels: null }));
  if (!first) throw new Error("no golden pictures");
  return { ...golden, pictures: [first, ...others] };
};

test("the shipped network passes", async () => {
  expect(await tested(golden)).toEqual({ kind: "passed" });
});

test("one bit of noise in one value of a canvas is found", async () => {
  expect(
    (
      await tested(
        golden,
        decodeWith((value, index) => (index === 999 ? value ^ 1 : value)),
      )
    ).kind,
  ).toBe("pixels");
});

test("stronger noise moves the probability beyond the tolerance, too", async () => {
  const noisy = decodeWith((value, index) => value + ((index * 7919) % 13));
  expect((await tested(withoutPixels(), noisy)).kind).toBe("probability");
});

test.each([
  ["computes a little otherwise", (logit: number) => 1.1 * logit + 0.1],
  ["gives no number", () => Number.NaN],
])("a network that %s is found", async (_, change) => {
  const other: Network = { run: async (view) => change(await network.run(view)) };
  const found = tested(golden, asTheyAre, other).catch((error: Error) => ({ kind: error.message }));
  expect((await found).kind).not.toBe("passed");
});

test("a damaged weight file refuses every picture, with the reason", async () => {
  const damaged = async (name: string) => {
    const data = await read(name);
    if (name.endsWith(".bin")) data[5] = (data[5] ?? 0) ^ 1;
    return data;
  };
  const picture = await files.goldenPicture("large.png");
  expect(inspect(new Uint8Array(await picture.arrayBuffer())).kind).toBe("picture");
  const judge = new LocalJudge(damaged, `${WASM}${path.sep}`, asTheyAre);
  const outcome = await judge.judge(picture, new AbortController().signal);
  expect(outcome).toMatchObject({ kind: "failed", reason: "refused" });
  expect(outcome.kind === "failed" && outcome.message).toMatch(/damaged/);
});
