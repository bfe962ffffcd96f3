// Decodes a picture as the service does: pixels as stored (no colour management), oriented, alpha on white,
// first frame. With the browser's own decoders; runs in a worker.
import type { Pixels } from "./pixels";

export interface Decoded extends Pixels {
  close(): void;
}

/** Throws where the browser's decoder cannot read it. */
export async function decode(picture: Blob): Promise<Decoded> {
  return new BitmapPixels(
    await createImageBitmap(picture, { colorSpaceConversion: "none", premultiplyAlpha: "none" }),
  );
}

/** Reads a bitmap back through a canvas as large as the piece. */
class BitmapPixels implements Decoded {
  readonly #canvas = new OffscreenCanvas(1, 1);

  constructor(private readonly bitmap: ImageBitmap) {}

  get width(): number {
    return this.bitmap.width;
  }
  get height(): number {
    return this.bitmap.height;
  }

  read(left: number, top: number, width: number, height: number): Uint8Array {
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    const context = this.#canvas.getContext("2d", { willReadFrequently: true });
    if (!context) throw new Error("the browser gives no canvas");
    // Feeds show transparent pictures on a page; white is the most common one.
    context.fillStyle = "#fff";
    context.fillRect(0, 0, width, height);
    context.drawImage(this.bitmap, left, top, width, height, 0, 0, width, height);
    const { data } = context.getImageData(0, 0, width, height);
    const rgb = new Uint8Array(width * height * 3);
    for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3)
      rgb.set(data.subarray(from, from + 3), to);
    return rgb;
  }

  close(): void {
    this.bitmap.close();
  }
}
