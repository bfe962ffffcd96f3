// A part of a picture stretched to the network's size: bilinear, antialiased, as Pillow's resize, which the service
// uses (two passes with 22-bit coefficients, rounded between). Pillow takes the cheaper pass first, this one
// always the horizontal one: a value may differ by 1. Pure.
import type { Pixels } from "./pixels";

const PRECISION = 22; // bits: 8 for the value, 2 for the sum's head room, of 32
const STRIP = 64; // rows read at a time

/** Of a picture, in its pixels. */
interface Part {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** For one output position: the first input position and the weights from there on. */
type Kernel = { first: number; weights: Int32Array };

/** RGB, height * width * 3 values. */
export function resized(picture: Pixels, part: Part, width: number, height: number): Uint8Array {
  const narrow = new Uint8Array(width * part.height * 3);
  const across = kernels(part.width, width);
  for (let top = 0; top < part.height; top += STRIP) {
    const rows = Math.min(STRIP, part.height - top);
    const strip = picture.read(part.left, part.top + top, part.width, rows);
    for (let y = 0; y < rows; y++)
      weigh(across, strip, y * part.width * 3, 3, narrow, (top + y) * width * 3, 3);
  }
  const whole = new Uint8Array(width * height * 3);
  const down = kernels(part.height, height);
  for (let x = 0; x < width; x++) weigh(down, narrow, x * 3, width * 3, whole, x * 3, width * 3);
  return whole;
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

function kernels(from: number, to: number): Kernel[] {
  const scale = from / to;
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
