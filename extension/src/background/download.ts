// Gets a picture's bytes: once, from the page or the browser's cache where it can (page-cache.ts), else from its
// site; with limits on size and time. The first address that works counts; the shown variant stands last.
//
//   addresses, best first -> download: bytes -> use: read -----------------------------> done
//                                                    not this variant: the rest of them -> again
import { isRecord } from "../contract/guards";
import { type FailureReason, failed, MAX_BYTES, type Outcome } from "../judge/judge";
import type { Source } from "../messages";
import { refused } from "./address";

type Failed = Extract<Outcome, { kind: "failed" }>;
/** `rest`: the addresses that were not asked. */
export type Download = { kind: "bytes"; picture: Blob; rest: string[] } | Failed;
type Got = { kind: "bytes"; picture: Blob } | Failed;

const TIMEOUT = 20_000; // ms for the whole picture

type Fetch = typeof fetch;

export async function download(
  source: Source,
  pages: readonly string[],
  signal: AbortSignal,
  request: Fetch = (...rest) => fetch(...rest),
): Promise<Download> {
  if (source.kind === "data") {
    const got = await fetched(request, source.url, signal, []);
    return got.kind === "bytes" ? { ...got, rest: [] } : got;
  }
  let last: Failed = failure("unreadable");
  const addresses = [...new Set(source.addresses)];
  for (const [index, address] of addresses.entries()) {
    const why = refused(address, pages);
    const got = why ? failure(why) : await fetched(request, address, signal, pages);
    if (got.kind === "bytes") return { ...got, rest: addresses.slice(index + 1) };
    last = got;
    if (signal.aborted) break;
  }
  return last;
}

/** What is wrong with a variant rather than with the picture: the original may be larger than anything reads. */
const OF_THE_VARIANT: ReadonlySet<unknown> = new Set<FailureReason>([
  "not_a_picture",
  "empty_body",
  "unsupported_format",
  "truncated",
  "undecodable",
  "too_many_bytes",
  "too_many_pixels",
  "too_small", // a site's "not available" of one pixel
]);

/** Uses the best variant that can be read. */
export async function usable<T>(
  source: Source,
  get: (source: Source) => Promise<Download>,
  use: (picture: Blob) => Promise<T>,
): Promise<T | Failed> {
  for (let left = source; ; ) {
    const got = await get(left);
    if (got.kind === "failed") return got;
    const made = await use(got.picture);
    const unread = isRecord(made) && made["kind"] === "failed" && OF_THE_VARIANT.has(made["reason"]);
    if (!unread || got.rest.length === 0) return made;
    left = { kind: "addresses", addresses: got.rest };
  }
}

async function fetched(
  request: Fetch,
  address: string,
  signal: AbortSignal,
  pages: readonly string[],
): Promise<Got> {
  const late = AbortSignal.timeout(TIMEOUT);
  try {
    const response = await request(address, {
      signal: AbortSignal.any([signal, late]),
      cache: "force-cache",
      credentials: "include", // the picture that the reader sees, which may be for those signed in
    });
    // A page's address may lead on to another one. No site's leads on to data: that is what the page had.
    const { url } = response;
    const why = !url || url.startsWith("data:") ? null : refused(url, pages);
    if (why) return failure(why);
    if (!response.ok) return failure("download_failed", `status ${response.status}`);
    const type = response.headers.get("content-type") ?? "";
    // Sites answer with a page of theirs, and status 200, where a picture is gone or for those signed in.
    // As text/plain servers send what they do not know, pictures too.
    if (/^text\/(?!plain)/.test(type)) return failure("download_failed", type);
    if (type.startsWith("image/svg")) return failure("unsupported_format");
    // Told beforehand, it need not be fetched to be refused.
    if (Number(response.headers.get("content-length")) > MAX_BYTES) return await tooLarge(response);
    return await body(response);
  } catch (error) {
    if (signal.aborted) return failure("cancelled");
    return failure(late.aborted ? "download_timed_out" : "download_failed", String(error));
  }
}

async function tooLarge(response: Response): Promise<Failed> {
  await response.body?.cancel();
  return failure("too_many_bytes");
}

/** Stops reading at the limit, whatever the length that the site announced. */
async function body(response: Response): Promise<Got> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let total = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const read = await reader?.read();
    if (!read || read.done) break;
    total += read.value.byteLength;
    if (total > MAX_BYTES) {
      await reader?.cancel();
      return failure("too_many_bytes");
    }
    parts.push(read.value);
  }
  return total > 0 ? { kind: "bytes", picture: new Blob(parts) } : failure("download_failed", "no bytes");
}

const failure = (reason: FailureReason, message = "") => failed(reason, message) as Failed;
