import { expect, test, vi } from "vitest";
import { failed, MAX_BYTES } from "../judge/judge";
import { NO_TAB, type Source } from "../messages";
import { download, usable } from "./download";
import { type Place, pageFirst } from "./page-cache";

const sendMessage = vi.hoisted(() => vi.fn<(...given: unknown[]) => Promise<unknown>>());
vi.mock("wxt/browser", () => ({ browser: { tabs: { sendMessage } } }));

const PAGES = ["https://feed.example/"];
const never = new AbortController().signal;
const from = (...addresses: string[]) => ({ kind: "addresses" as const, addresses });
const [BEST, SHOWN] = ["https://cdn.example/best.jpg", "https://cdn.example/shown.jpg"] as const;

/** Responses by address; `url` is where the last redirect led. */
function web(pages: Record<string, Response | Error>, url = "") {
  return vi.fn(async (address: RequestInfo | URL) => {
    const found = pages[String(address)] ?? new Response("", { status: 404 });
    if (found instanceof Error) throw found;
    Object.defineProperty(found, "url", { value: url || String(address) });
    return found;
  });
}

test("the best variant is fetched once, from the browser's cache", async () => {
  const request = web({ [BEST]: new Response("bytes") });
  const got = await download(from(BEST, SHOWN), PAGES, never, request);
  expect(got.kind === "bytes" && (await got.picture.text())).toBe("bytes");
  expect(request).toHaveBeenCalledExactlyOnceWith(BEST, expect.objectContaining({ cache: "force-cache" }));
});

test("where the best fails, the shown one counts", async () => {
  const request = web({ [SHOWN]: new Response("shown") });
  expect((await download(from(BEST, SHOWN), PAGES, never, request)).kind).toBe("bytes");
});

test("where the best is a page with status 200, the shown one counts", async () => {
  const page = new Response("<p>Sign in", { headers: { "content-type": "text/html" } });
  const got = await download(
    from(BEST, SHOWN),
    PAGES,
    never,
    web({ [BEST]: page, [SHOWN]: new Response("s") }),
  );
  expect(got.kind === "bytes" && (await got.picture.text())).toBe("s");
});

const UNREAD = [
  "not_a_picture",
  "unsupported_format",
  "truncated",
  "undecodable",
  "too_many_pixels",
] as const;
const variants = (request: typeof fetch) => (left: Source) => download(left, PAGES, never, request);

test.each([...UNREAD, "too_many_bytes", "too_small"] as const)(
  "where the best is %s, the shown one is used",
  async (reason) => {
    const request = web({ [BEST]: new Response("best"), [SHOWN]: new Response("shown") });
    const use = async (picture: Blob) =>
      (await picture.text()) === "best" ? failed(reason) : { kind: "used" as const };
    expect(await usable(from(BEST, SHOWN), variants(request), use)).toEqual({ kind: "used" });
    expect(await usable(from(BEST), variants(web({ [BEST]: new Response("best") })), use)).toEqual(
      failed(reason),
    );
  },
);

test.each(["busy", "unreachable", "cancelled"] as const)(
  "%s is no reason to fetch another",
  async (reason) => {
    const request = web({ [BEST]: new Response("best"), [SHOWN]: new Response("shown") });
    expect(await usable(from(BEST, SHOWN), variants(request), async () => failed(reason))).toEqual(
      failed(reason),
    );
    expect(request).toHaveBeenCalledOnce();
  },
);

test("a site that does not answer in time is not waited for", async () => {
  const late = vi.spyOn(AbortSignal, "timeout").mockReturnValue(AbortSignal.abort());
  const silent = vi.fn(async () => Promise.reject(new DOMException("", "AbortError")));
  expect(await download(from(SHOWN), PAGES, never, silent)).toMatchObject({ reason: "download_timed_out" });
  late.mockRestore();
});

test("a data: picture needs no site", async () => {
  const got = await download({ kind: "data", url: "data:text/plain,abc" }, PAGES, never);
  expect(got.kind === "bytes" && (await got.picture.text())).toBe("abc");
});

test.each<[string, Record<string, Response | Error>, string, string]>([
  ["a missing picture", {}, "", "download_failed"],
  ["a broken connection", { [SHOWN]: new TypeError("network") }, "", "download_failed"],
  ["an empty body", { [SHOWN]: new Response("") }, "", "download_failed"],
  [
    "a page with status 200",
    { [SHOWN]: new Response("<p>Sign in", { headers: { "content-type": "text/html; charset=utf-8" } }) },
    "",
    "download_failed",
  ],
  [
    "a length announced beyond the limit",
    { [SHOWN]: new Response("bytes", { headers: { "content-length": String(MAX_BYTES + 1) } }) },
    "",
    "too_many_bytes",
  ],
  [
    "a drawing",
    { [SHOWN]: new Response("<svg/>", { headers: { "content-type": "image/svg+xml" } }) },
    "",
    "unsupported_format",
  ],
  [
    "a redirect to this machine",
    { [SHOWN]: new Response("secret") },
    "http://127.0.0.1/a.jpg",
    "download_forbidden",
  ],
])("%s fails with a reason", async (_, pages, url, reason) => {
  expect(await download(from(SHOWN), PAGES, never, web(pages, url))).toMatchObject({
    kind: "failed",
    reason,
  });
});

/** A page that has the shown variant; `asked` are the addresses that went to the site. */
function pageWith(bytes: string | null) {
  sendMessage.mockReset().mockResolvedValue(bytes);
  const asked: string[] = [];
  const request: typeof fetch = async (address, init) => {
    if (String(address).startsWith("data:")) return fetch(address, init);
    init?.signal?.throwIfAborted();
    asked.push(String(address));
    return web({ [SHOWN]: new Response("from the site") })(address);
  };
  const get = (source: Source, signal = never, place: Place = { pages: PAGES, tab: 3, frame: 2 }) =>
    download(source, place.pages, signal, pageFirst(source, place, request));
  return { asked, get };
}
const dataUrl = (type: string, text: string) => `data:${type};base64,${btoa(text)}`;

test("what the page has is not asked of its site", async () => {
  const { asked, get } = pageWith(dataUrl("image/jpeg", "from the page"));
  const got = await get(from(SHOWN));
  expect(got.kind === "bytes" && (await got.picture.text())).toBe("from the page");
  expect(asked).toEqual([]);
  const message = { to: "content", kind: "bytes", address: SHOWN };
  expect(sendMessage).toHaveBeenCalledExactlyOnceWith(3, message, { frameId: 2 });
});

test("a better variant than the shown one is asked of the site, and the page only for the shown one", async () => {
  const { asked, get } = pageWith(dataUrl("image/jpeg", "from the page"));
  const got = await get(from(BEST, SHOWN)); // the best is not there
  expect(got.kind === "bytes" && (await got.picture.text())).toBe("from the page");
  expect(asked).toEqual([BEST]);
  expect(sendMessage).toHaveBeenCalledOnce();
});

test.each<[string, () => Promise<unknown>]>([
  ["does not have it", async () => null],
  ["has no content script", async () => Promise.reject(new Error("Could not establish connection."))],
  ["answers with an address", async () => "https://elsewhere.example/"],
])("a page that %s leaves the site to be asked", async (_, answer) => {
  const { asked, get } = pageWith(null);
  sendMessage.mockImplementation(answer);
  const got = await get(from(SHOWN));
  expect(got.kind === "bytes" && (await got.picture.text())).toBe("from the site");
  expect(asked).toEqual([SHOWN]);
});

test("a page that does not answer is waited for a while only", async () => {
  const { asked, get } = pageWith(null);
  sendMessage.mockReturnValue(new Promise(() => {}));
  const late = vi.spyOn(AbortSignal, "timeout").mockImplementation((wait) => {
    const stop = new AbortController();
    if (wait < 5_000) setTimeout(() => stop.abort()); // the page's; the download's is longer
    return stop.signal;
  });
  expect((await get(from(SHOWN))).kind).toBe("bytes");
  expect(asked).toEqual([SHOWN]);
  late.mockRestore();
});

test("who leaves does not wait for the page", async () => {
  const late = vi.spyOn(AbortSignal, "timeout").mockReturnValue(never);
  const { asked, get } = pageWith(null);
  sendMessage.mockReturnValue(new Promise(() => {}));
  const leaving = new AbortController();
  const left = get(from(SHOWN), leaving.signal);
  leaving.abort();
  expect(await left).toMatchObject({ reason: "cancelled" });
  expect(asked).toEqual([]);
  late.mockRestore();
});

test.each([
  ["a page of words", dataUrl("text/html", "<p>Sign in"), "download_failed"],
  ["a drawing", dataUrl("image/svg+xml", "<svg/>"), "unsupported_format"],
  ["nothing", "data:image/jpeg;base64,", "download_failed"],
])("%s from the page is refused as from the site", async (_, bytes, reason) => {
  expect(await pageWith(bytes).get(from(SHOWN))).toMatchObject({ kind: "failed", reason });
});

test("a page of ours shows nothing, and no page is asked for an address of this machine", async () => {
  const { get } = pageWith(dataUrl("image/jpeg", "from the page"));
  await get(from(SHOWN), never, { pages: PAGES, tab: NO_TAB, frame: 0 });
  expect(await get(from("http://127.0.0.1/a.jpg"))).toMatchObject({ reason: "download_forbidden" });
  expect(sendMessage).not.toHaveBeenCalled();
});

test("an address of this machine is not even asked", async () => {
  const request = web({});
  const got = await download(from("http://127.0.0.1/a.jpg"), PAGES, never, request);
  expect(got).toMatchObject({ reason: "download_forbidden" });
  expect(request).not.toHaveBeenCalled();
});

test("an endless body is cut at the limit", async () => {
  let pulled = 0;
  const endless = new ReadableStream({
    pull(controller) {
      pulled += 1;
      controller.enqueue(new Uint8Array(8 * 1024 * 1024));
    },
  });
  const got = await download(from(SHOWN), PAGES, never, web({ [SHOWN]: new Response(endless) }));
  expect(got).toMatchObject({ reason: "too_many_bytes" });
  expect(pulled * 8 * 1024 * 1024).toBeLessThanOrEqual(MAX_BYTES + 3 * 8 * 1024 * 1024); // a stream reads ahead
});

test("a cancelled download says so", async () => {
  const request = vi.fn(async () => Promise.reject(new DOMException("", "AbortError")));
  expect(await download(from(SHOWN), PAGES, AbortSignal.abort(), request)).toMatchObject({
    reason: "cancelled",
  });
});
