// Gets a picture's bytes from its site: once, from the browser's cache where it can, with limits on size
// and time. The first address that works counts; the shown variant stands last.
import { type FailureReason, failed, MAX_BYTES, type Outcome } from "../judge/judge";
import type { Source } from "../messages";
import { refused } from "./address";

export type Download = { kind: "bytes"; picture: Blob } | Extract<Outcome, { kind: "failed" }>;

const TIMEOUT = 20_000; // ms for the whole picture

type Fetch = typeof fetch;

export async function download(
  source: Source,
  pages: readonly string[],
  signal: AbortSignal,
  request: Fetch = (...rest) => fetch(...rest),
): Promise<Download> {
  if (source.kind === "data") return fetched(request, source.url, signal, []);
  let last: Download = failure("unreadable");
  for (const address of new Set(source.addresses)) {
    const why = refused(address, pages);
    last = why ? failure(why) : await fetched(request, address, signal, pages);
    if (last.kind === "bytes" || signal.aborted) return last;
  }
  return last;
}

async function fetched(
  request: Fetch,
  address: string,
  signal: AbortSignal,
  pages: readonly string[],
): Promise<Download> {
  const late = AbortSignal.timeout(TIMEOUT);
  try {
    const response = await request(address, {
      signal: AbortSignal.any([signal, late]),
      cache: "force-cache",
      credentials: "include", // the picture that the reader sees, which may be for those signed in
    });
    const data = address.startsWith("data:");
    // A page's address may lead on to another one.
    const why = data || !response.url ? null : refused(response.url, pages);
    if (why) return failure(why);
    if (!response.ok) return failure("download_failed", `status ${response.status}`);
    if (response.headers.get("content-type")?.startsWith("image/svg")) return failure("unsupported_format");
    // Told beforehand, it need not be fetched to be refused.
    if (Number(response.headers.get("content-length")) > MAX_BYTES) return await tooLarge(response);
    return await body(response);
  } catch (error) {
    if (signal.aborted) return failure("cancelled");
    return failure(late.aborted ? "download_timed_out" : "download_failed", String(error));
  }
}

async function tooLarge(response: Response): Promise<Download> {
  await response.body?.cancel();
  return failure("too_many_bytes");
}

/** Stops reading at the limit, whatever the length that the site announced. */
async function body(response: Response): Promise<Download> {
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

const failure = (reason: FailureReason, message = "") =>
  failed(reason, message) as Extract<Outcome, { kind: "failed" }>;
