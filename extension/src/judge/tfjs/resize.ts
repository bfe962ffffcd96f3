// A part of a picture stretched to the network's size, as Pillow's resize with a reducing gap of 1, which the service
// uses: the mean of blocks of as many whole pixels as fit, then bilinear, antialiased (two passes with 22-bit
// coefficients, rounded between). Pillow takes the cheaper pass first, this one always the horizontal one: a
// value may differ by 1. Pure.
import type { Pixels } from "./pixels";

const PRECISION = 22; // bits: 8 for the value, 2 for the sum's head room, of 32
const STRIP = 64; // rows read at a time, about

/** Of a picture, in its pixels. */
interface Part {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** For one output position: the first input position and the weights from there on. */
type Kernel = { first: number; weights: Int32Array };

/** RGB, height * width * 3 values. */
export function resized(picture: Pixels, part: Part, width: number, height: number): Uint8Array {
  const block = { width: blockSide(part.width, width), height: blockSide(part.height, height) };
  const [columns, lines] = [Math.ceil(part.width / block.width), Math.ceil(part.height / block.height)];
  const narrow = new Uint8Array(width * lines * 3);
  const across = kernels(columns, part.width / block.width, width);
  const strip = Math.ceil(STRIP / block.height) * block.height;
  for (let top = 0; top < part.height; top += strip) {
    const rows = Math.min(strip, part.height - top);
    const read = picture.read(part.left, part.top + top, part.width, rows);
    const few = means(read, part.width, rows, block);
    for (let y = 0; y < Math.ceil(rows / block.height); y++)
      weigh(across, few, y * columns * 3, 3, narrow, (top / block.height + y) * width * 3, 3);
  }
  const whole = new Uint8Array(width * height * 3);
  const down = kernels(lines, part.height / block.height, height);
  for (let x = 0; x < width; x++) weigh(down, narrow, x * 3, width * 3, whole, x * 3, width * 3);
  return whole;
}

const blockSide = (from: number, to: number): number => Math.max(1, Math.trunc(from / to));

/** Of each block of pixels the mean, rounded; the last blocks of a line and of all may be smaller. */
function means(rgb: Uint8Array, width: number, height: number, block: Size): Uint8Array {
  if (block.width === 1 && block.height === 1) return rgb;
  const columns = Math.ceil(width / block.width);
  const found = new Uint8Array(columns * Math.ceil(height / block.height) * 3);
  const line = new Uint32Array(columns * 3);
  for (let top = 0, to = 0; top < height; top += block.height, to += columns * 3) {
    const bottom = Math.min(height, top + block.height);
    line.fill(0);
    for (let y = top; y < bottom; y++)
      for (let x = 0, at = y * width * 3; x < width; x++, at += 3) {
        const column = Math.trunc(x / block.width) * 3;
        for (let channel = 0; channel < 3; channel++)
          line[column + channel] = (line[column + channel] ?? 0) + (rgb[at + channel] ?? 0);
      }
    for (let index = 0; index < line.length; index++) {
      const wide = Math.min(block.width, width - Math.trunc(index / 3) * block.width);
      const pixels = wide * (bottom - top);
      const sum = (line[index] ?? 0) + Math.trunc(pixels / 2); // rounds
      found[to + index] = Math.trunc((sum * Math.trunc(2 ** 24 / pixels)) / 2 ** 24);
    }
  }
  return found;
}

/** One line of pixels of three values each, `step` values apart. */
function weigh(
  line: readonly Kernel[],
  from: Uint8Array,
  fromStart: number,
  fromStep: number,
  to: Uint8Array,
  toStart: number,
  toStep: number,
): void {
  for (const [index, { first, weights }] of line.entries())
    for (let channel = 0; channel < 3; channel++) {
      let sum = 1 << (PRECISION - 1); // rounds
      let at = fromStart + first * fromStep + channel;
      for (const weight of weights) {
        sum += (from[at] ?? 0) * weight;
        at += fromStep;
      }
      to[toStart + index * toStep + channel] = Math.min(255, Math.max(0, sum >> PRECISION));
    }
}

/** `from` values, which stand for `span` of them: the last may be of a smaller block. */
function kernels(from: number, span: number, to: number): Kernel[] {
  const scale = Math.fround(span) / to;
  const reach = Math.max(scale, 1);
  return Array.from({ length: to }, (_, index) => {
    const centre = (index + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - reach + 0.5));
    const end = Math.min(from, Math.trunc(centre + reach + 0.5));
    const weights = Array.from({ length: end - first }, (_, each) =>
      triangle((each + first - centre + 0.5) * (1 / reach)),
    );
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const whole = weights.map((weight) => Math.trunc((weight / total) * 2 ** PRECISION + 0.5));
    return { first, weights: Int32Array.from(whole) };
  });
}

const triangle = (x: number): number => Math.max(0, 1 - Math.abs(x));
