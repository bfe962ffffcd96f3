// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from "vitest";
import type { Outcome } from "../judge/judge";
import type { Correction, Heat } from "../messages";
import { say } from "../testing/english";
import { judgedAs } from "../testing/judged";
import { CardFlow, type Missing } from "./card-flow";

const byService: Outcome = { kind: "judged", judged: judgedAs("fake"), by: "backend" };
const drawn: Heat = { kind: "drawn", png: "data:image/png;base64," };

let inside: HTMLElement;
let stop: AbortController;
let missing: Missing;
const laid = { remove: vi.fn() };
const asks = {
  again: vi.fn(),
  about: vi.fn(),
  heat: vi.fn(async (): Promise<Heat> => drawn),
  correct: vi.fn(async (): Promise<Correction> => ({ kind: "kept" })),
};
const place = { close: null, lay: vi.fn(async () => laid), drawn: vi.fn() };

const control = (act: string) => inside.querySelector<HTMLElement>(`[data-act="${act}"]`);
const settled = () => new Promise((resolve) => setTimeout(resolve));

async function press(act: string): Promise<void> {
  control(act)?.click();
  await settled();
}

function card(): CardFlow {
  return new CardFlow(inside, say, asks, place, missing, stop.signal);
}

beforeEach(() => {
  vi.clearAllMocks();
  inside = document.createElement("div");
  stop = new AbortController();
  missing = { heat: false, correction: false };
});

test("the heat is laid over the picture and taken away again", async () => {
  card().show(byService, true);
  await press("heat");
  expect(control("heat")?.getAttribute("aria-pressed")).toBe("true");
  expect(place.lay).toHaveBeenCalledWith(drawn.png);
  await press("heat");
  expect(control("heat")?.getAttribute("aria-pressed")).toBe("false");
  expect(laid.remove).toHaveBeenCalledOnce();
  expect(asks.heat).toHaveBeenCalledOnce();
});

test.each<[string, Outcome | "pending", boolean]>([
  ["nothing to lay it over", byService, false],
  ["judged in the browser", { ...byService, by: "browser" }, true],
  ["not judged yet", "pending", true],
])("no heat is offered: %s", (_, outcome, drawable) => {
  card().show(outcome, drawable);
  expect(control("heat")).toBeNull();
});

test("a service that does not know a route is not asked again", async () => {
  asks.heat.mockResolvedValueOnce({ kind: "missing" });
  card().show(byService, true);
  await press("heat");
  expect(control("heat")).toBeNull();
  card().show(byService, true);
  expect(control("heat")).toBeNull();
});

test("a card that closes takes its drawing with it, also one that was still coming", async () => {
  card().show(byService, true);
  await press("heat");
  stop.abort();
  expect(laid.remove).toHaveBeenCalledOnce();

  stop = new AbortController();
  let lay = (_: typeof laid): void => {};
  place.lay.mockImplementationOnce(() => new Promise((resolve) => (lay = resolve)));
  card().show(byService, true);
  await press("heat");
  stop.abort();
  lay(laid);
  await settled();
  expect(laid.remove).toHaveBeenCalledTimes(2);
});

test("a correction is sent with the reader's word and said to be kept", async () => {
  card().show(byService, true);
  await press("wrong");
  await press("real");
  expect(asks.correct).toHaveBeenCalledWith("real");
  expect(control("real")).toBeNull();
});
