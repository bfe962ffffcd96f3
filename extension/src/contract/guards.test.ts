// The golden JSON of tests/contract is what the service's own models are tested with, too.
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { types } from "../../scripts/contract.mjs";
import { asHealth, asJudged, asModelJson, asProblem, holds } from "./guards";

const GOLDEN = join(import.meta.dirname, "../../../tests/contract/json");
const guards: Record<string, (data: unknown) => unknown> = {
  judged: asJudged,
  problem: asProblem,
  health: asHealth,
  model: asModelJson,
};

function golden(kind: "good" | "bad") {
  return readdirSync(join(GOLDEN, kind)).map((file) => ({
    file,
    guard: guards[basename(file).split("-")[0] ?? ""] ?? (() => expect.fail(`no guard for ${file}`)),
    data: JSON.parse(readFileSync(join(GOLDEN, kind, file), "utf8")) as unknown,
  }));
}

test.each(golden("good"))("$file is taken", ({ guard, data }) => {
  expect(guard(data)).toBe(data);
});

test.each(golden("bad"))("$file is refused", ({ guard, data }) => {
  expect(guard(data)).toBeNull();
});

test.each([null, undefined, 7, "fake", [], {}, { verdict: "fake" }])("%j is no verdict", (data) => {
  expect(asJudged(data)).toBeNull();
});

test("a keyword the guard does not know is an error, not a pass", () => {
  expect(() => holds("x", { maxLength: 3 })).toThrow("maxLength");
});

test("the committed types are those of the schema", async () => {
  const committed = readFileSync(join(import.meta.dirname, "types.ts"), "utf8");
  expect(await types(), 'run "make contract"').toBe(committed);
});
