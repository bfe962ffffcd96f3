// Finds the picture that the reader means: by right-click, or by the keyboard command under the pointer or in
// the focus. Sites lay links and shields over their pictures, so what was clicked is often not the picture.
import { factsOf, kindOf } from "./picture";
import { addressOf, isCanvas, isImage, isSvgImage, isVideo, type Picture, shownBy } from "./shown";

type Point = { readonly x: number; readonly y: number };
type Meant = { by: "pointer"; at: Point } | { by: "focus"; on: WeakRef<Element> };

const LEAST = 32; // CSS px; whatever is smaller lies on a picture rather than being the one meant

export class Lookup {
  #clicked: Point | null = null;
  #last: Meant | null = null;

  constructor(signal: AbortSignal) {
    const early = { capture: true, passive: true, signal };
    const click = ({ clientX: x, clientY: y }: MouseEvent) => {
      this.#clicked = { x, y };
    };
    const point = ({ clientX: x, clientY: y, target }: PointerEvent) => {
      // Over a frame, that frame has the say.
      const here = !(target instanceof Element && target.localName === "iframe");
      this.#last = here ? { by: "pointer", at: { x, y } } : null;
    };
    const leave = () => {
      this.#last = null;
    };
    const focus = (event: Event) => {
      const [target] = event.composedPath();
      if (target instanceof Element) this.#last = { by: "focus", on: new WeakRef(target) };
    };
    document.addEventListener("contextmenu", click, early);
    document.addEventListener("pointermove", point, early);
    document.addEventListener("pointerover", point, early);
    document.addEventListener("focusin", focus, early);
    document.documentElement.addEventListener("pointerleave", leave, { passive: true, signal });
  }

  /** Right-clicked. `address` is what the browser says was hit, if it was a picture. */
  clicked(address: string | null): Picture | null {
    const under = this.#clicked && pictureAt(this.#clicked, address);
    return under ?? (address ? this.showing(address) : null);
  }

  /** Wherever it is; in sight if it is there more than once. No background: those the browser does not name. */
  showing(address: string): Picture | null {
    const all = picturesOf(document).filter((picture) => shows(picture, address));
    return all.find(isInSight) ?? all[0] ?? null;
  }

  /** Pointed at or focused, whichever happened last. "elsewhere": not in this frame. */
  meant(): Picture | "none" | "elsewhere" {
    if (!document.hasFocus() && this.#last?.by !== "pointer") return "elsewhere";
    if (!this.#last) return "elsewhere";
    if (this.#last.by === "pointer") return pictureAt(this.#last.at, null) ?? "none";
    const focused = this.#last.on.deref();
    if (focused?.localName === "iframe") return "elsewhere";
    return (focused && (pictureIn(focused) ?? pictureUnder(focused))) ?? "none";
  }
}

/** The picture at a point of the window, whatever lies over it. One with the given address is preferred. */
export function pictureAt(point: Point, address: string | null): Picture | null {
  const stack = elementsAt(document, point);
  const hit = stack.filter(isPicture).filter(isMeant);
  const same = address ? hit.find((picture) => shows(picture, address)) : undefined;
  if (same) return same;
  if (hit[0]) return hit[0];
  // With pointer-events: none a picture is not hit at all.
  const under = picturesOf(document).filter((picture) => isMeant(picture) && covers(picture, point));
  return under.sort((one, other) => areaOf(one) - areaOf(other))[0] ?? null;
}

/** The largest picture in an element, say in a link that has the focus. */
function pictureIn(element: Element): Picture | null {
  const own = isPicture(element) && isMeant(element) ? [element] : [];
  const all = [...own, ...picturesOf(element).filter(isMeant)];
  return all.sort((one, other) => areaOf(other) - areaOf(one))[0] ?? null;
}

/** Beneath its middle: a site's link may lie over the picture rather than around it. */
function pictureUnder(element: Element): Picture | null {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  return pictureAt({ x: (left + right) / 2, y: (top + bottom) / 2 }, null);
}

/** From top to bottom, through open shadow roots. */
function elementsAt(root: Document | ShadowRoot, { x, y }: Point): Element[] {
  return root.elementsFromPoint(x, y).flatMap((each) => {
    // A shadow root tells of the elements around it, too.
    if (each.getRootNode() !== root) return [];
    return each.shadowRoot ? [...elementsAt(each.shadowRoot, { x, y }), each] : [each];
  });
}

function picturesOf(root: ParentNode): Picture[] {
  return [...root.querySelectorAll("*")].flatMap((each) => [
    ...(isImage(each) || isVideo(each) || isCanvas(each) || isSvgImage(each) ? [each] : []),
    ...(each.shadowRoot ? picturesOf(each.shadowRoot) : []),
  ]);
}

const isPicture = (element: Element): element is Picture =>
  isCanvas(element) || isVideo(element) || shownBy(element).address !== "";

/** Not a spacer, an icon, or the page's own ground. */
function isMeant(picture: Picture): boolean {
  if (picture.localName === "body" || picture.localName === "html") return false;
  if (isCanvas(picture) || isVideo(picture))
    return Math.min(picture.clientWidth, picture.clientHeight) >= LEAST;
  return kindOf({ ...factsOf(picture), round: false }, LEAST) === "content";
}

const shows = (picture: Picture, address: string): boolean =>
  addressOf(picture) === address || (isImage(picture) && picture.src === address);

function covers(picture: Picture, { x, y }: Point): boolean {
  const { left, right, top, bottom } = picture.getBoundingClientRect();
  return x >= left && x <= right && y >= top && y <= bottom && isSeen(picture);
}

const isSeen = (picture: Picture): boolean => picture.checkVisibility?.({ visibilityProperty: true }) ?? true;

function areaOf(picture: Picture): number {
  const { width, height } = picture.getBoundingClientRect();
  return width * height;
}

function isInSight(picture: Picture): boolean {
  const { top, bottom, width } = picture.getBoundingClientRect();
  return width > 0 && bottom > 0 && top < innerHeight;
}
