import { expect, test, vi } from "vitest";
import { installFileReader } from "../testing/file-reader";
import { correct, heatOf } from "./service-extras";

installFileReader();

const token = async () => "t";
const picture = new Blob(["bytes"]);
const png = new Blob([new Uint8Array([137, 80, 78, 71])], { type: "image/png" });
const problem = (status: number, reason: string) =>
  Response.json({ type: "about:blank", status, reason, message: "No." }, { status });

test("the drawing comes as a data: URL", async () => {
  const request = vi.fn<typeof fetch>(async () => new Response(png));
  expect(await heatOf(picture, request, token)).toEqual({
    kind: "drawn",
    png: "data:image/png;base64,iVBORw==",
  });
  expect(request.mock.calls[0]?.[1]).toMatchObject({ method: "POST", body: picture, redirect: "error" });
  expect(new Headers(request.mock.calls[0]?.[1]?.headers).get("Authorization")).toBe("Bearer t");
});

test.each<[string, () => Promise<Response>, object]>([
  ["an older service", async () => problem(404, "not_found"), { kind: "missing" }],
  ["another method", async () => problem(405, "method_not_allowed"), { kind: "missing" }],
  ["a busy one", async () => problem(503, "busy"), { kind: "failed", reason: "busy" }],
  ["no words", async () => new Response("<html>", { status: 500 }), { kind: "failed", reason: "bad_answer" }],
  ["another kind", async () => new Response("<html>"), { kind: "failed", reason: "bad_answer" }],
  ["nobody", async () => Promise.reject(new TypeError("refused")), { kind: "failed", reason: "unreachable" }],
])("%s draws nothing", async (_, request, heat) => {
  expect(await heatOf(picture, request, token)).toEqual(heat);
});

test("a correction carries the reader's word", async () => {
  const request = vi.fn<typeof fetch>(async () => new Response(null, { status: 204 }));
  expect(await correct(picture, "real", request, token)).toEqual({ kind: "kept" });
  expect(request.mock.calls[0]?.[0]).toMatch(/\/v1\/feedback\?label=real$/);
});
