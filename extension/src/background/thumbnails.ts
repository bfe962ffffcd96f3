// Small pictures for lists, made from bytes that are here anyway, so that no list asks a site for anything. Those
// of fakes are kept in the session's store, by the picture's hash; our pages read them there.
import { asDataUrl } from "../data-url";
import type { Store } from "../judge/cache";
import type { Judge, Outcome } from "../judge/judge";

export const THUMBNAIL = "thumbnail:";
const SIDE = 96; // px
const MOST_PIXELS = 40_000_000; // of the picture; decoded it takes four bytes for each
const MOST = 150; // of 3 to 5 kB each

export async function thumbnailOf(picture: Blob): Promise<Blob | null> {
  try {
    const whole = await createImageBitmap(picture);
    const side = Math.min(whole.width, whole.height);
    const canvas = new OffscreenCanvas(SIDE, SIDE);
    const [left, top] = [(whole.width - side) / 2, (whole.height - side) / 2];
    canvas.getContext("2d")?.drawImage(whole, left, top, side, side, 0, 0, SIDE, SIDE);
    whole.close();
    return await canvas.convertToBlob({ type: "image/jpeg", quality: 0.7 });
  } catch {
    return null; // the browser does not read what the judge reads; a list does without
  }
}

export class Thumbnails {
  #names: string[] | null = null;

  constructor(private readonly store: Store) {}

  /** A judge that leaves a thumbnail of each fake. */
  over(judges: Pick<Judge, "judge">): Pick<Judge, "judge"> {
    return {
      judge: async (picture, hints, signal) => {
        const outcome = await judges.judge(picture, hints, signal);
        void this.keep(picture, outcome).catch(() => {}); // a list can wait, the badge not
        return outcome;
      },
    };
  }

  async keep(picture: Blob, outcome: Outcome): Promise<void> {
    if (outcome.kind === "failed" || outcome.judged.verdict !== "fake") return;
    const { sha256, width, height } = outcome.judged.picture;
    const small = width * height <= MOST_PIXELS ? await thumbnailOf(picture) : null;
    if (!small) return;
    await this.store.set({ [THUMBNAIL + sha256]: await asDataUrl(small) });
    this.#names ??= (await this.store.getKeys()).filter((name) => name.startsWith(THUMBNAIL));
    this.#names.push(THUMBNAIL + sha256);
    if (this.#names.length > MOST) await this.store.remove(this.#names.splice(0, MOST / 3));
  }
}
