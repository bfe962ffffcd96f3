// The bytes of a picture that the page shows, as the browser keeps them for the page. Of the page's own server
// without any request; of another one where the page itself was let at the bytes (CORS). The page gets no
// trouble by it: where it would, or where they are not there, the background downloads the picture.
import { asDataUrl } from "../data-url";
import { addressOf, isImage, type Picture } from "./shown";

const PATIENCE = 1_500; // ms; less than the background's
const MOST_BYTES = 4 * 1024 * 1024; // the page waits while the message is written: with 7.5 MiB, 100 ms
const MOST_MISSES = 3; // in a row: nothing is kept of this site, and Chromium's console tells of each

export class PageCache {
  #misses = 0;

  /** As a data: URL; null where they are not to be had. */
  async bytesOf(picture: Picture, address: string): Promise<string | null> {
    const way = addressOf(picture) === address && this.#misses < MOST_MISSES && wayTo(picture, address);
    if (!way) return null;
    const bytes = await read(address, way);
    this.#misses = bytes ? 0 : this.#misses + 1;
    return bytes;
  }
}

function wayTo(picture: Picture, address: string): RequestInit | null {
  if (new URL(address).origin === origin)
    return isUnnoticed() ? { mode: "same-origin", cache: "only-if-cached", credentials: "include" } : null;
  // In Firefox (153) such a request never hits the cache.
  if (import.meta.env.FIREFOX || !isImage(picture) || picture.crossOrigin === null) return null;
  const credentials = picture.crossOrigin === "use-credentials" ? "include" : "same-origin";
  return { mode: "cors", cache: "force-cache", credentials };
}

/**
 * In Firefox the page has a say in what we ask for: its service worker would answer instead of the cache, and a
 * breach of its policy (connect-src) would be told to the site. Which policy it has nobody tells; one under which
 * the page has asked its own server lets us, too.
 */
function isUnnoticed(): boolean {
  if (!import.meta.env.FIREFOX) return true;
  if (navigator.serviceWorker?.controller) return false; // none at all over plain http
  const seen = performance.getEntriesByType("resource") as PerformanceResourceTiming[];
  return seen.some((each) => isOfScript(each) && new URL(each.name).origin === origin);
}

const isOfScript = ({ initiatorType }: PerformanceResourceTiming): boolean =>
  initiatorType === "fetch" || initiatorType === "xmlhttprequest";

async function read(address: string, way: RequestInit): Promise<string | null> {
  try {
    const response = await fetch(address, { ...way, signal: AbortSignal.timeout(PATIENCE) });
    const { ok, redirected, headers } = response;
    // Where a redirect may lead is for the background to say.
    if (!ok || redirected || Number(headers.get("content-length")) > MOST_BYTES) {
      await response.body?.cancel();
      return null;
    }
    const bytes = await response.blob();
    return bytes.size > 0 && bytes.size <= MOST_BYTES ? await asDataUrl(bytes) : null;
  } catch {
    return null; // not in the cache, most often
  }
}
