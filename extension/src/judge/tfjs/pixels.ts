// A decoded picture as the views need it: read piece by piece, so that a picture of 100 megapixels never
// stands in memory twice.
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** RGB, 0 to 255, row by row: width * height * 3 values. The piece must lie within the picture. */
  read(left: number, top: number, width: number, height: number): Uint8Array;
}

/** Pixels that stand in memory already. */
export function inMemory(rgb: Uint8Array, width: number, height: number): Pixels {
  return {
    width,
    height,
    read(left, top, wide, high) {
      const piece = new Uint8Array(wide * high * 3);
      for (let y = 0; y < high; y++) {
        const start = ((top + y) * width + left) * 3;
        piece.set(rgb.subarray(start, start + wide * 3), y * wide * 3);
      }
      return piece;
    },
  };
}
