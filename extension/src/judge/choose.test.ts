import { expect, test, vi } from "vitest";
import { judgedAs } from "../testing/judged";
import { Judges } from "./choose";
import { failed, type Judge, type JudgeName, type Outcome, type Readiness } from "./judge";

const never = new AbortController().signal;
const NO_HINTS = { platformLabel: null };
const down: Readiness = { kind: "unreachable", message: "down" };
const ready = (judge: JudgeName): Readiness => ({
  kind: "ready",
  judge,
  model: judgedAs("real").model,
  device: "CPU",
  version: "1",
});

function fake(name: JudgeName, state: { readiness: Readiness; outcome?: Outcome }) {
  const asked = vi.fn(async () => state.readiness);
  const judge: Judge = { name, ready: asked, judge: async () => state.outcome ?? failed("internal") };
  return { judge, asked };
}

test("the first that is ready judges", async () => {
  const outcome: Outcome = { kind: "judged", judged: judgedAs("real"), by: "browser" };
  const judges = new Judges([
    fake("backend", { readiness: down }).judge,
    fake("browser", { readiness: ready("browser"), outcome }).judge,
  ]);
  expect(await judges.judge(new Blob(), NO_HINTS, never)).toEqual(outcome);
});

test("where none is ready, the first one's state is told and nothing is judged", async () => {
  const judges = new Judges([
    fake("backend", { readiness: { kind: "incompatible", message: "other" } }).judge,
    fake("browser", { readiness: down }).judge,
  ]);
  expect((await judges.readiness()).kind).toBe("incompatible");
  expect((await judges.judge(new Blob(), NO_HINTS, never)).kind).toBe("failed");
});

test("a page of pictures asks for the service's health once", async () => {
  const backend = fake("backend", { readiness: ready("backend") });
  const judges = new Judges([backend.judge]);
  await Promise.all([judges.readiness(), judges.readiness()]);
  await judges.readiness();
  expect(backend.asked).toHaveBeenCalledOnce();
});

test.each([
  ["ready", ready("backend"), 14_999, 15_001],
  ["down", down, 2_999, 3_001],
])("what was learnt of a service that is %s is kept for a moment", async (_, readiness, before, after) => {
  let now = 0;
  const backend = fake("backend", { readiness });
  const judges = new Judges([backend.judge], () => now);
  await judges.readiness();
  now = before;
  await judges.readiness();
  expect(backend.asked).toHaveBeenCalledTimes(1);
  now = after;
  await judges.readiness();
  expect(backend.asked).toHaveBeenCalledTimes(2);
});

test("a service that went away is noticed with the next picture", async () => {
  const state: { readiness: Readiness; outcome?: Outcome } = {
    readiness: ready("backend"),
    outcome: failed("unreachable"),
  };
  const backend = fake("backend", state);
  const judges = new Judges([backend.judge]);
  await judges.judge(new Blob(), NO_HINTS, never);
  state.readiness = down;
  expect((await judges.readiness()).kind).toBe("unreachable");
});

test("where the service wants pairing, the next judge judges and the popup can say so", async () => {
  const closed: Readiness = { kind: "unpaired", message: "" };
  const both = new Judges([
    fake("backend", { readiness: closed }).judge,
    fake("browser", { readiness: ready("browser") }).judge,
  ]);
  expect(await both.readiness()).toMatchObject({ kind: "ready", judge: "browser", unpaired: true });
  const alone = new Judges([fake("backend", { readiness: closed }).judge]);
  expect(await alone.judge(new Blob(), NO_HINTS, never)).toMatchObject({ reason: "unauthorised" });
});

test("a revoked token is noticed with the next picture", async () => {
  const state = { readiness: ready("backend"), outcome: failed("unauthorised") };
  const backend = fake("backend", state);
  const judges = new Judges([backend.judge]);
  await judges.judge(new Blob(), NO_HINTS, never);
  await judges.readiness();
  expect(backend.asked).toHaveBeenCalledTimes(2);
});

test("while another judge stands in, the preferred one is asked often, and takes over", async () => {
  let now = 0;
  const state: { readiness: Readiness } = { readiness: down };
  const browser = fake("browser", { readiness: ready("browser") });
  const judges = new Judges([fake("backend", state).judge, browser.judge], () => now);
  expect(await judges.readiness()).toMatchObject({ judge: "browser" });
  state.readiness = ready("backend");
  now = 3_001;
  expect(await judges.readiness()).toMatchObject({ judge: "backend" });
});

test.each<[Readiness, string]>([
  [down, "refused"],
  [{ kind: "incompatible", message: "" }, "incompatible"],
])("where the browser's judge refuses and the service is %o, the reader is told: %s", async (state, told) => {
  const refused: Readiness = { kind: "refused", message: "noise" };
  const browser = fake("browser", { readiness: refused });
  const judges = new Judges([fake("backend", { readiness: state }).judge, browser.judge]);
  expect((await judges.readiness()).kind).toBe(told);
});
