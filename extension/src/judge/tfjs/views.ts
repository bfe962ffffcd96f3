// A picture and the model's view policy to views: what the network gets to see. The same places, in the
// same order, as backend/views.py gives (tests/golden holds both to it). Pure.
import type { ModelInput, NativeCrops, ResizedWhole } from "../../contract/types";
import type { Pixels } from "./pixels";
import { resized } from "./resize";
import { roundHalfEven } from "./rounding";

export type ViewPolicy = ResizedWhole | NativeCrops;

export const isCrops = (policy: ViewPolicy): policy is NativeCrops => policy.kind === "native_crops";

/** Where a view lies in the picture, in its pixels. */
export interface Place {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly overview?: true; // resized, beside the native crops
}

const MAX_OVERLAP = 0.5; // of a side: two crops that share more say the same thing twice

/** All places the policy allows: overviews, then crops, most telling first. */
export function places(picture: Pixels, policy: ViewPolicy, size: ModelInput): Place[] {
  const { width, height } = picture;
  if (!isCrops(policy)) return [{ left: 0, top: 0, width, height }];
  const all = grid(width, height, size.height);
  const textured = all.map((place) => ({ place, texture: texture(pixelsAt(picture, place), place) }));
  // Stable sort: equally flat crops keep their reading order, so the same picture gives the same views.
  textured.sort((a, b) => b.texture - a.texture);
  const order = textured.map(({ place }) => place);
  return [
    ...overviews(picture, policy, size),
    ...apart(order, size.height, policy.first + (policy.more ?? 0)),
  ];
}

/** Middles of the picture that are larger than a crop. */
function overviews(picture: Pixels, policy: NativeCrops, size: ModelInput): Place[] {
  const middles = (policy.overviews ?? []).map((share) => {
    const width = Math.max(1, roundHalfEven(picture.width * share));
    const height = Math.max(1, roundHalfEven(picture.height * share));
    const left = Math.floor((picture.width - width) / 2);
    const top = Math.floor((picture.height - height) / 2);
    return { left, top, width, height, overview: true as const };
  });
  return middles.filter(({ width, height }) => Math.max(width, height) > size.height);
}

/** How many of the places, the first ones, are overviews. */
export const overviewsOf = (all: readonly Place[]): number => all.filter(({ overview }) => overview).length;

/** The view's pixels as the network takes them: RGB, size.height * size.width * 3 values. */
export function cut(picture: Pixels, place: Place, policy: ViewPolicy, size: ModelInput): Uint8Array {
  if (!isCrops(policy) || place.overview) return resized(picture, place, size.width, size.height);
  return mirrored(pixelsAt(picture, place), place.width, place.height, size.height);
}

/** Logits of the views, the overviews' first, to the picture's: the mean of the highest `top_share` of the
 * crops', and the mean of the overviews'. */
export function aggregate(logits: readonly number[], policy: ViewPolicy, above = 0): number {
  if (!isCrops(policy)) return logits[0] ?? Number.NaN;
  const crops = [...logits.slice(above)].sort((a, b) => b - a);
  const found = mean(crops.slice(0, Math.max(1, Math.ceil(crops.length * (policy.top_share ?? 1)))));
  if (above === 0) return found;
  const weight = policy.overview_weight ?? 0;
  return (1 - weight) * found + weight * mean(logits.slice(0, above));
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const pixelsAt = (picture: Pixels, { left, top, width, height }: Place): Uint8Array =>
  picture.read(left, top, width, height);

function grid(width: number, height: number, side: number): Place[] {
  const size = { width: Math.min(side, width), height: Math.min(side, height) };
  return spread(height, side).flatMap((top) => spread(width, side).map((left) => ({ left, top, ...size })));
}

/** Starts of as many crops as fit side by side, spread from edge to edge, overlapping at most half. */
function spread(length: number, side: number): number[] {
  if (length <= side) return [0];
  const room = length - side;
  const count = length < 2 * side ? Math.floor(room / (side * MAX_OVERLAP)) + 1 : Math.floor(length / side);
  if (count === 1) return [Math.floor(room / 2)];
  return Array.from({ length: count }, (_, index) =>
    index === count - 1 ? room : roundHalfEven(index * (room / (count - 1))),
  );
}

/** The first `count` places; those that touch an earlier one wait until all others are taken. */
function apart(all: readonly Place[], side: number, count: number): Place[] {
  const first: Place[] = [];
  const later: Place[] = [];
  for (const place of all) {
    const near = first.some(
      ({ left, top }) => Math.abs(place.top - top) <= side && Math.abs(place.left - left) <= side,
    );
    (near ? later : first).push(place);
  }
  return [...first, ...later].slice(0, count);
}

/** Mean absolute difference of neighbouring luma values, 0 to 255; every second pixel is enough. */
function texture(rgb: Uint8Array, { width, height }: Place): number {
  const [columns, rows] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const luma = new Float32Array(columns * rows);
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) {
      const at = (2 * y * width + 2 * x) * 3;
      luma[y * columns + x] =
        0.299 * (rgb[at] ?? 0) + 0.587 * (rgb[at + 1] ?? 0) + 0.114 * (rgb[at + 2] ?? 0);
    }
  let [down, across] = [0, 0];
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) {
      const here = luma[y * columns + x] ?? 0;
      if (y > 0) down += Math.abs(here - (luma[(y - 1) * columns + x] ?? 0));
      if (x > 0) across += Math.abs(here - (luma[y * columns + x - 1] ?? 0));
    }
  return (rows > 1 ? down / ((rows - 1) * columns) : 0) + (columns > 1 ? across / ((columns - 1) * rows) : 0);
}

/** A piece smaller than the view is continued by mirroring, its edge pixels repeated. */
function mirrored(rgb: Uint8Array, width: number, height: number, side: number): Uint8Array {
  if (width === side && height === side) return rgb;
  const view = new Uint8Array(side * side * 3);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const from = (reflected(y, height) * width + reflected(x, width)) * 3;
      view.set(rgb.subarray(from, from + 3), (y * side + x) * 3);
    }
  return view;
}

function reflected(index: number, length: number): number {
  const within = index % (2 * length);
  return within < length ? within : 2 * length - 1 - within;
}
