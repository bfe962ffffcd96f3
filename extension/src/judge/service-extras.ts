// What the service on this machine does with a picture beside judging it: draws where the model saw traces,
// and keeps the reader's correction for the next training. A service that does not know the route is no error.
import { asProblem } from "../contract/guards";
import { asDataUrl } from "../data-url";
import type { Correction, Heat, Label } from "../messages";
import { BACKEND } from "./backend";
import { bearer, readToken } from "./token";

const TIMEOUT = 30_000; // ms
const LARGEST = 4 * 1024 * 1024; // bytes of the drawing; it is no larger than the model's cells need

type Fetch = typeof fetch;
type Token = () => Promise<string | null>;

export async function heatOf(
  picture: Blob,
  request: Fetch = (...rest) => fetch(...rest),
  token: Token = readToken,
): Promise<Heat> {
  const response = await post("/v1/heat", picture, request, token);
  if (!(response instanceof Response)) return response;
  const drawn = await response.blob();
  if (drawn.type !== "image/png" || drawn.size > LARGEST) return { kind: "failed", reason: "bad_answer" };
  return { kind: "drawn", png: await asDataUrl(drawn) };
}

export async function correct(
  picture: Blob,
  label: Label,
  request: Fetch = (...rest) => fetch(...rest),
  token: Token = readToken,
): Promise<Correction> {
  const response = await post(`/v1/feedback?label=${label}`, picture, request, token);
  return response instanceof Response ? { kind: "kept" } : response;
}

type Refusal = Extract<Heat & Correction, { kind: "missing" | "failed" }>;

/** The answer where it is a success. */
async function post(path: string, picture: Blob, request: Fetch, token: Token): Promise<Response | Refusal> {
  try {
    const response = await request(`${BACKEND}${path}`, {
      method: "POST",
      body: picture,
      headers: { "Content-Type": "application/octet-stream", ...bearer(await token()) },
      signal: AbortSignal.timeout(TIMEOUT),
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
    });
    if (response.ok) return response;
    const reason = asProblem(await response.json().catch(() => null))?.reason ?? "bad_answer";
    const unknown = reason === "not_found" || reason === "method_not_allowed";
    return unknown ? { kind: "missing" } : { kind: "failed", reason };
  } catch {
    return { kind: "failed", reason: "unreachable" };
  }
}
