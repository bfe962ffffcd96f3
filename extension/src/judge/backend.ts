// The judge on this machine: sends a picture's bytes to the Candid service on 127.0.0.1.
import { asHealth, asJudged, asProblem } from "../contract/guards";
import { failed, type Hints, type Judge, type Outcome, type Readiness } from "./judge";
import { bearer, readToken } from "./token";

export const BACKEND = "http://127.0.0.1:8017";
const ASK_TIMEOUT = 30_000; // ms; a picture of 100 megapixels on a slow processor
const HEALTH_TIMEOUT = 3_000; // ms

type Fetch = typeof fetch;

export function backendJudge(
  address = BACKEND,
  request: Fetch = (...rest) => fetch(...rest),
  token: () => Promise<string | null> = readToken,
): Judge {
  return {
    name: "backend",

    async ready(signal) {
      const sent: RequestInit = { headers: bearer(await token()) };
      const answer = await ask(request, `${address}/v1/health`, sent, signal, HEALTH_TIMEOUT);
      if (answer.kind === "silent") return { kind: "unreachable", message: answer.message };
      return readinessFrom(answer.body);
    },

    async judge(picture, hints, signal) {
      const sent: RequestInit = { method: "POST", body: picture, headers: headersFor(hints, await token()) };
      const answer = await ask(request, `${address}/v1/score`, sent, signal, ASK_TIMEOUT);
      if (signal.aborted) return failed("cancelled");
      if (answer.kind === "silent") return failed(answer.late ? "timed_out" : "unreachable", answer.message);
      return outcomeFrom(answer.ok, answer.body);
    },
  };
}

/** The service's words as an outcome: a verdict only from a 200 that is of the contract. Pure. */
export function outcomeFrom(ok: boolean, body: unknown): Outcome {
  const judged = ok ? asJudged(body) : null;
  if (judged) return { kind: "judged", judged, by: "backend" };
  const problem = ok ? null : asProblem(body);
  if (problem) return failed(problem.reason, problem.message);
  return failed("bad_answer", "The answer is not one of a Candid service of this version.");
}

export function readinessFrom(body: unknown): Readiness {
  if (asProblem(body)?.reason === "unauthorised") return { kind: "unpaired", message: "" };
  const health = asHealth(body);
  if (!health) return { kind: "incompatible", message: "Another program or version answers on this port." };
  if (health.status === "starting" || !health.model) return { kind: "starting" };
  const device = health.device ?? health.provider ?? "";
  return { kind: "ready", judge: "backend", model: health.model, device, version: health.version };
}

function headersFor(hints: Hints, token: string | null): Record<string, string> {
  const headers: Record<string, string> = { "Content-Type": "application/octet-stream", ...bearer(token) };
  // Header values are ASCII; the service decodes the percent signs.
  if (hints.platformLabel)
    headers["Candid-Platform-Label"] = encodeURIComponent(hints.platformLabel.slice(0, 200));
  return headers;
}

type Answer =
  | { kind: "answered"; ok: boolean; body: unknown }
  | { kind: "silent"; late: boolean; message: string };

async function ask(
  request: Fetch,
  address: string,
  init: RequestInit,
  signal: AbortSignal,
  timeout: number,
): Promise<Answer> {
  const late = AbortSignal.timeout(timeout);
  try {
    const response = await request(address, {
      ...init,
      signal: AbortSignal.any([signal, late]),
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
    });
    const text = await response.text();
    return { kind: "answered", ok: response.status === 200, body: parsed(text) };
  } catch (error) {
    return { kind: "silent", late: late.aborted, message: String(error) };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
