// For unit tests: what jsdom lacks of a page, as far as the feed needs it. The test says which pictures
// are near and how large they are; the observers tell the feed.
import { vi } from "vitest";

type Crossing = { target: Element; isIntersecting: boolean };

const crossings = new Set<FakeObserver<Crossing>>();

class FakeObserver<T> {
  readonly targets = new Set<Element>();
  constructor(readonly tell: (entries: T[]) => void) {}
  observe(target: Element): void {
    this.targets.add(target);
  }
  unobserve(target: Element): void {
    this.targets.delete(target);
  }
  disconnect(): void {
    this.targets.clear();
  }
}

export function installPage(): void {
  vi.stubGlobal(
    "IntersectionObserver",
    class extends FakeObserver<Crossing> {
      constructor(tell: (entries: Crossing[]) => void) {
        super(tell);
        crossings.add(this);
      }
    },
  );
  vi.stubGlobal("ResizeObserver", FakeObserver);
  vi.stubGlobal("requestAnimationFrame", (frame: () => void) => void Promise.resolve().then(frame));
  vi.stubGlobal(
    "CSSStyleSheet",
    class {
      replaceSync(): void {}
    },
  );
  // jsdom knows no anchor positioning and would drop the names.
  const names = new WeakMap<CSSStyleDeclaration, Map<string, string>>();
  const anchoring = (name: string) => name.includes("anchor");
  const { setProperty, getPropertyValue, removeProperty } = CSSStyleDeclaration.prototype;
  const kept = (style: CSSStyleDeclaration) => {
    const map = names.get(style) ?? new Map<string, string>();
    names.set(style, map);
    return map;
  };
  vi.spyOn(CSSStyleDeclaration.prototype, "setProperty").mockImplementation(function (
    this: CSSStyleDeclaration,
    name,
    value,
    priority,
  ) {
    if (anchoring(name)) kept(this).set(name, value ?? "");
    else setProperty.call(this, name, value, priority);
  });
  vi.spyOn(CSSStyleDeclaration.prototype, "getPropertyValue").mockImplementation(function (
    this: CSSStyleDeclaration,
    name,
  ) {
    return anchoring(name) ? (kept(this).get(name) ?? "") : getPropertyValue.call(this, name);
  });
  vi.spyOn(CSSStyleDeclaration.prototype, "removeProperty").mockImplementation(function (
    this: CSSStyleDeclaration,
    name,
  ) {
    if (anchoring(name)) kept(this).delete(name);
    return anchoring(name) ? "" : removeProperty.call(this, name);
  });
}

/** A loaded picture in the page, 640 x 480. */
export function addPicture(address: string, parent: Element = document.body): HTMLImageElement {
  const picture = document.createElement("img");
  load(picture, address);
  parent.append(picture);
  return picture;
}

/** Gives an element (another) picture, as a page does when it recycles one. */
export function load(picture: HTMLImageElement, address: string): void {
  picture.src = address;
  const shown = { currentSrc: address, complete: true, naturalWidth: 640, naturalHeight: 480 };
  for (const [name, value] of Object.entries(shown))
    Object.defineProperty(picture, name, { value, configurable: true });
  const rect = { width: 640, height: 480, top: 0, bottom: 480, left: 0, right: 640 };
  picture.getBoundingClientRect = () => rect as DOMRect;
}

/** As one call of the observer; with several values, the picture crossed as often since the last call. */
export function cross(target: Element, ...values: boolean[]): void {
  const entries = values.map((isIntersecting) => ({ target, isIntersecting }));
  for (const observer of crossings) if (observer.targets.has(target)) observer.tell(entries);
}

/** Frames that come when the test says so. */
export function heldFrames(): { come(): Promise<void> } {
  const frames: (() => void)[] = [];
  vi.stubGlobal("requestAnimationFrame", (frame: () => void) => void frames.push(frame));
  return {
    async come() {
      for (const frame of frames.splice(0)) frame();
      await settled();
    },
  };
}

/** Lets mutation observers, promises and what is put off by setTimeout(0) run: in turns, however slow the machine. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setTimeout(resolve, 0));
}
