// What lies over most of the window without a level of its own: a cookie wall, a lightbox's backdrop. It covers the
// pictures before it in the document, but not their badges, whose level keeps them above what lies flat on a picture:
// these are told to give that up while it is there. Only a style that is read anyway and the browser's own observer
// tell; nothing is asked of the layout while the page scrolls.

const LEAST = 0.5; // of the window; headers and menus pass over a picture or two

export class Overlays {
  readonly #large = new WeakMap<Element, boolean>(); // those that are watched
  readonly #shown = new Set<Element>();
  readonly #sights: IntersectionObserver;

  /** `changed`: one has come or gone. */
  constructor(
    private readonly changed: () => void,
    signal: AbortSignal,
  ) {
    this.#sights = new IntersectionObserver(
      (entries) => {
        for (const { target, intersectionRect } of entries) {
          this.#large.set(target, isLarge(intersectionRect.width, intersectionRect.height));
          this.#note(target, getComputedStyle(target));
        }
      },
      { threshold: [0, LEAST, 1] },
    );
    signal.addEventListener("abort", () => this.#sights.disconnect(), { once: true });
  }

  /** An element has come, or looks otherwise now; its computed style. */
  look(element: Element, style: CSSStyleDeclaration): void {
    if (this.#large.has(element)) this.#note(element, style);
    else if (mayCover(element, style)) {
      this.#large.set(element, false);
      this.#sights.observe(element);
    }
  }

  isOver(picture: Element): boolean {
    for (const each of this.#shown) if (comesAfter(each, picture)) return true;
    return false;
  }

  #note(element: Element, style: CSSStyleDeclaration): void {
    const shows = this.#large.get(element) === true && element.isConnected && isInTheWay(style);
    if (shows === this.#shown.has(element)) return;
    this.#shown[shows ? "add" : "delete"](element);
    this.changed();
  }
}

/** A fixed one may be hidden until it is wanted; elements that are placed in the page are many, so only large ones. */
function mayCover(element: Element, { position, zIndex }: CSSStyleDeclaration): boolean {
  if (position !== "fixed" && position !== "absolute") return false;
  if (!isFlat(zIndex) || !(element instanceof HTMLElement)) return false;
  return position === "fixed" || isLarge(element.offsetWidth, element.offsetHeight);
}

const isInTheWay = ({ zIndex, visibility, pointerEvents }: CSSStyleDeclaration): boolean =>
  isFlat(zIndex) && visibility === "visible" && pointerEvents !== "none";

const isFlat = (zIndex: string): boolean => zIndex === "auto" || zIndex === "0";

const isLarge = (width: number, height: number): boolean =>
  Math.min(width, innerWidth) * Math.min(height, innerHeight) >= LEAST * innerWidth * innerHeight;

/** In the document, and not around it. */
function comesAfter(overlay: Element, picture: Element): boolean {
  const together = overlay.getRootNode() === picture.getRootNode();
  const [one, other] = together ? [picture, overlay] : [outermost(picture), outermost(overlay)];
  return Boolean(one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING);
}

function outermost(element: Element): Element {
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? outermost(root.host) : element;
}
