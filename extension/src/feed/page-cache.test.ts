// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { installFileReader } from "../testing/file-reader";
import { addPicture } from "../testing/page";
import { PageCache } from "./page-cache";

const OWN = `${location.origin}/a.jpg`;
const OTHER = "https://cdn.example/a.jpg";
const JPEG = { headers: { "content-type": "image/jpeg" } };

let request: ReturnType<typeof vi.fn<typeof fetch>>;

beforeEach(() => {
  document.body.replaceChildren();
  installFileReader();
  request = vi.fn<typeof fetch>(async () => new Response("bytes", JPEG));
  vi.stubGlobal("fetch", request);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
});

function picture(address: string, crossOrigin: string | null = null): HTMLImageElement {
  const made = addPicture(address);
  made.crossOrigin = crossOrigin;
  return made;
}

test("a picture of the page's own server is read from the cache, and from nowhere else", async () => {
  expect(await new PageCache().bytesOf(picture(OWN), OWN)).toBe(`data:image/jpeg;base64,${btoa("bytes")}`);
  const way = { mode: "same-origin", cache: "only-if-cached", credentials: "include" };
  expect(request).toHaveBeenCalledExactlyOnceWith(OWN, expect.objectContaining(way));
});

test.each([
  ["anonymous", "same-origin"],
  ["use-credentials", "include"],
])(
  "a picture of another server that the page loaded as %s is asked for with %s",
  async (cors, credentials) => {
    expect(await new PageCache().bytesOf(picture(OTHER, cors), OTHER)).toMatch(/^data:image\/jpeg/);
    const way = { mode: "cors", cache: "force-cache", credentials };
    expect(request).toHaveBeenCalledExactlyOnceWith(OTHER, expect.objectContaining(way));
  },
);

test.each<[string, () => [HTMLImageElement, string]]>([
  ["of another server that the page may not read", () => [picture(OTHER), OTHER]],
  ["that the element does not show any more", () => [picture(OWN), `${location.origin}/b.jpg`]],
])("a picture %s is not asked for", async (_, made) => {
  expect(await new PageCache().bytesOf(...made())).toBeNull();
  expect(request).not.toHaveBeenCalled();
});

test.each<[string, Partial<Response>]>([
  ["an error", { ok: false }],
  ["the end of a redirect", { redirected: true }],
  ["too large", { headers: new Headers({ "content-length": String(5 * 1024 * 1024) }) }],
  ["larger than was said", { blob: async () => new Blob([new Uint8Array(5 * 1024 * 1024)]) }],
])("what is %s is left to the background", async (_, more) => {
  const response = new Response("bytes", JPEG);
  for (const [name, value] of Object.entries(more)) Object.defineProperty(response, name, { value });
  request.mockResolvedValue(response);
  expect(await new PageCache().bytesOf(picture(OWN), OWN)).toBeNull();
});

test("a page of which nothing is kept is not asked for each of its pictures", async () => {
  const cache = new PageCache();
  const shown = picture(OWN);
  request.mockRejectedValue(new TypeError("Failed to fetch"));
  for (let count = 0; count < 5; count += 1) expect(await cache.bytesOf(shown, OWN)).toBeNull();
  expect(request).toHaveBeenCalledTimes(3);
});

test("in Firefox, a page is asked only if its policy is known to allow it, and for its own server only", async () => {
  vi.stubEnv("FIREFOX", "true");
  const seen = [{ initiatorType: "img", name: OWN }];
  vi.spyOn(performance, "getEntriesByType").mockImplementation(() => seen as PerformanceResourceTiming[]);
  const cache = new PageCache();
  expect(await cache.bytesOf(picture(OWN), OWN)).toBeNull();
  seen.push({ initiatorType: "fetch", name: "https://api.example/" });
  expect(await cache.bytesOf(picture(OWN), OWN)).toBeNull();
  seen.push({ initiatorType: "fetch", name: `${location.origin}/posts` });
  expect(await cache.bytesOf(picture(OTHER, "anonymous"), OTHER)).toBeNull();
  vi.stubGlobal("navigator", { serviceWorker: { controller: {} } }); // it would answer in the cache's place
  expect(await cache.bytesOf(picture(OWN), OWN)).toBeNull();
  expect(request).not.toHaveBeenCalled();
  vi.stubGlobal("navigator", {});
  expect(await cache.bytesOf(picture(OWN), OWN)).toMatch(/^data:/);
});
