import { readFileSync } from "node:fs";
import { inflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { png } from "./icons.mjs";

/** The rows of pixels; how well they were compressed differs between versions of zlib. */
const pixels = (file: Buffer) =>
  inflateSync(file.subarray(file.indexOf("IDAT") + 4, file.indexOf("IEND") - 8));

test.each([16, 32, 48, 96, 128])("the committed icon of %d pixels is the drawn one", (size) => {
  const committed = readFileSync(new URL(`../public/icon/${size}.png`, import.meta.url));
  expect(committed.readUInt32BE(16)).toBe(size);
  expect(pixels(committed).equals(pixels(png(size)))).toBe(true);
});
