import { expect, test, vi } from "vitest";
import { judgedAs } from "../testing/judged";
import { backendJudge, outcomeFrom, readinessFrom } from "./backend";

const judged = judgedAs("fake");
const problem = { type: "about:blank", status: 422, reason: "too_small", message: "Too small." };
const health = {
  status: "ready",
  contract: 1,
  version: "1",
  provider: "CPU",
  device: "CPU",
  model: judged.model,
  minimum_side: 64,
};
const never = new AbortController().signal;
const token = async () => "t";
const closed = { type: "about:blank", status: 401, reason: "unauthorised", message: "No." };

test.each<[string, boolean, unknown, object]>([
  ["a verdict", true, judged, { kind: "judged", judged }],
  ["a problem", false, problem, { kind: "failed", reason: "too_small" }],
  ["a verdict with an error's status", false, judged, { kind: "failed", reason: "bad_answer" }],
  ["a problem with a good status", true, problem, { kind: "failed", reason: "bad_answer" }],
  ["a fourth word", true, { ...judged, verdict: "fine" }, { kind: "failed", reason: "bad_answer" }],
  ["a probability of 2", true, { ...judged, probability: 2 }, { kind: "failed", reason: "bad_answer" }],
  ["nothing", true, undefined, { kind: "failed", reason: "bad_answer" }],
])("the answer %s", (_, ok, body, outcome) => {
  expect(outcomeFrom(ok, body)).toMatchObject(outcome);
});

test.each<[unknown, string]>([
  [health, "ready"],
  [{ ...health, status: "starting", model: null }, "starting"],
  [closed, "unpaired"],
  [{ hello: "world" }, "incompatible"],
  [undefined, "incompatible"],
])("health %j is %s", (body, kind) => {
  expect(readinessFrom(body).kind).toBe(kind);
});

test("bytes are sent, and the platform's label in ASCII", async () => {
  const request = vi.fn<typeof fetch>(async () => Response.json(judged));
  const picture = new Blob(["bytes"]);
  await backendJudge("http://127.0.0.1:1", request, token).judge(
    picture,
    { platformLabel: "Hergestellt mit KI – é" },
    never,
  );
  const [address, sent] = request.mock.calls[0] ?? [];
  expect(address).toBe("http://127.0.0.1:1/v1/score");
  expect(sent).toMatchObject({ method: "POST", body: picture, credentials: "omit", redirect: "error" });
  expect(new Headers(sent?.headers).get("Candid-Platform-Label")).toMatch(/^[ -~]+$/);
  expect(new Headers(sent?.headers).get("Authorization")).toBe("Bearer t");
});

test("no service: a failure, and not reachable", async () => {
  const judge = backendJudge(
    "http://127.0.0.1:1",
    async () => Promise.reject(new TypeError("refused")),
    token,
  );
  expect(await judge.judge(new Blob(), { platformLabel: null }, never)).toMatchObject({
    reason: "unreachable",
  });
  expect((await judge.ready(never)).kind).toBe("unreachable");
});

test("text that is no JSON is a bad answer", async () => {
  const judge = backendJudge("http://127.0.0.1:1", async () => new Response("<html>"), token);
  expect(await judge.judge(new Blob(), { platformLabel: null }, never)).toMatchObject({
    reason: "bad_answer",
  });
});
