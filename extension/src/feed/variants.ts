// Where the best variant of a shown picture is. Sites offer one picture in several sizes (srcset); forensic
// traces survive best in the largest. Only the list that the shown variant came from counts: another
// <source> may be another crop, and a verdict must be about the picture that is seen. Of some sites it is known
// how the address itself becomes that of the best variant (sites/).
import { asDataUrl } from "../data-url";
import type { Source } from "../messages";
import { pixelsOf } from "./pixels";
import { addressOf, isCanvas, isImage, isVideo } from "./shown";
import { betterVariant } from "./sites/table";

export interface Candidate {
  readonly address: string;
  readonly size: number; // w, or x times 1,000: comparable within a list
}

/** Wider is not fetched: the model looks at crops, and the reader pays for the bytes. */
const ENOUGH = 2_500; // px

/** The candidates of a srcset, with absolute addresses. As the HTML standard splits it, errors left out. */
export function parseSrcset(srcset: string, base: string): Candidate[] {
  return [...srcset.matchAll(/\s*,*\s*(\S*[^,\s])(?:\s+([^,]+))?\s*(?:,|$)/g)].flatMap((match) => {
    const [, url = "", descriptor = "1x"] = match;
    const size = /^([\d.]+)(w|x)/.exec(descriptor.trim());
    if (!size || !URL.canParse(url, base)) return [];
    return [{ address: new URL(url, base).href, size: Number(size[1]) * (size[2] === "x" ? 1_000 : 1) }];
  });
}

/** The largest within reason; where all are larger, the smallest of those. */
export function best(candidates: readonly Candidate[]): string | null {
  const bySize = [...candidates].sort((one, other) => one.size - other.size);
  return (bySize.findLast((each) => each.size <= ENOUGH) ?? bySize[0])?.address ?? null;
}

/** Best address first, the shown one last. `lists` are the srcsets that the browser chose from. */
export function addresses(shown: string, lists: readonly string[], base: string): string[] {
  const list = lists
    .map((srcset) => parseSrcset(srcset, base))
    .find((candidates) => candidates.some((each) => each.address === shown));
  const size = list?.find((each) => each.address === shown)?.size ?? 0;
  const larger = best(list?.filter((each) => each.size >= size) ?? []);
  const better = betterVariant(larger ?? shown);
  return [...new Set([better, larger, shown].filter((each) => each !== null))];
}

/** The picture's bytes, as the background will get them. Null where the browser does not give them away. */
export async function sourceOf(picture: Element): Promise<Source | null> {
  const shown = addressOf(picture);
  if (shown.startsWith("data:")) return { kind: "data", url: shown };
  if (shown.startsWith("blob:")) return fromBlob(shown, picture);
  if (shown !== "")
    return { kind: "addresses", addresses: addresses(shown, listsOf(picture), picture.baseURI) };
  return isCanvas(picture) || isVideo(picture) ? fromPixels(picture) : null;
}

/** The srcsets that the browser chose from. */
function listsOf(picture: Element): string[] {
  if (!isImage(picture)) return [];
  const sources = picture.parentElement?.localName === "picture" ? picture.parentElement.children : [];
  return [...[...sources].map((each) => each.getAttribute("srcset") ?? ""), picture.srcset];
}

/** A blob: address means something in its page alone; as data: it can travel in a message. */
async function fromBlob(address: string, picture: Element): Promise<Source | null> {
  try {
    return await asSource(await (await fetch(address)).blob());
  } catch {
    return isImage(picture) ? fromPixels(picture) : null; // revoked since it was shown
  }
}

async function fromPixels(
  picture: HTMLCanvasElement | HTMLVideoElement | HTMLImageElement,
): Promise<Source | null> {
  const blob = await pixelsOf(picture);
  return blob && asSource(blob);
}

async function asSource(blob: Blob): Promise<Source | null> {
  const url = await asDataUrl(blob).catch(() => null);
  return url ? { kind: "data", url } : null;
}
