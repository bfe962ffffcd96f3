// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Overlays } from "./overlays";

type Sight = { target: Element; intersectionRect: { width: number; height: number } };

let tell: (entries: Sight[]) => void;
let stop: AbortController;
const changed = vi.fn();

beforeEach(() => {
  stop = new AbortController();
  vi.clearAllMocks();
  vi.stubGlobal(
    "IntersectionObserver",
    class {
      constructor(heard: typeof tell) {
        tell = heard;
      }
      observe(): void {}
      disconnect(): void {}
    },
  );
});
afterEach(() => {
  stop.abort();
  vi.unstubAllGlobals();
});

const WHOLE = { width: innerWidth, height: innerHeight };
const WALL = "position: fixed; z-index: auto"; // jsdom knows no initial level

/** The page's overlay has been looked at and has come into sight as large as that. */
function lay(html: string, size = WHOLE) {
  document.body.innerHTML = html;
  const overlays = new Overlays(changed, stop.signal);
  const wall = document.querySelector("#wall") as HTMLElement;
  const look = () => overlays.look(wall, getComputedStyle(wall));
  look();
  const sight = (intersectionRect: typeof WHOLE) => tell([{ target: wall, intersectionRect }]);
  sight(size);
  const isOver = () => overlays.isOver(document.querySelector("img") as Element);
  return { wall, look, sight, isOver };
}

test.each([
  ["over the pictures before it", `<main><img></main><div id="wall" style="${WALL}"></div>`, true],
  ["level 0 is none", `<main><img></main><div id="wall" style="${WALL}; z-index: 0"></div>`, true],
  ["not over its own pictures", `<div id="wall" style="${WALL}"><img></div>`, false],
  ["nor over those after it", `<div id="wall" style="${WALL}"></div><main><img></main>`, false],
  ["a level is the browser's to sort", `<img><div id="wall" style="${WALL}; z-index: 9"></div>`, false],
  ["clicks go through it", `<img><div id="wall" style="${WALL}; pointer-events: none"></div>`, false],
  ["hidden", `<img><div id="wall" style="${WALL}; visibility: hidden"></div>`, false],
  ["it flows with the page", `<img><div id="wall"></div>`, false],
])("an overlay: %s", (_, html, over) => {
  expect(lay(html).isOver()).toBe(over);
});

test("a bar is no overlay", () => {
  expect(lay(`<img><div id="wall" style="${WALL}"></div>`, { ...WHOLE, height: 60 }).isOver()).toBe(false);
});

test("it comes and goes with its size in sight and with its style; each is told once", () => {
  const { wall, look, sight, isOver } = lay(`<img><div id="wall" style="${WALL}"></div>`);
  look();
  expect(changed).toHaveBeenCalledTimes(1);
  sight({ width: 0, height: 0 });
  expect([isOver(), changed.mock.calls.length]).toEqual([false, 2]);
  sight(WHOLE);
  wall.style.pointerEvents = "none";
  look();
  expect([isOver(), changed.mock.calls.length]).toEqual([false, 4]);
});
