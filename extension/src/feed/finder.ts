// Tells which pictures are in the page, as it changes: the first ones, those added later, those that get
// another address or come back from loading, those that leave; in open shadow roots, too. It looks at nodes
// only, never at layout.
import { isOurs } from "../badge/badge";
import { Backgrounds } from "./backgrounds";
import { everyElement, type Root } from "./elements";
import { Late } from "./late";
import { isImage, isSvgImage, isVideo, type Picture } from "./shown";

const ADDRESS = ["src", "srcset", "sizes", "poster", "href"];
const LOOKS = ["class", "style", "hidden", "open"]; // what may bring or change a background, or an overlay
const SHEETS = new Set(["link", "style"]); // tell that they have come
const PLAYING = ["play", "emptied"]; // a poster goes or comes back

export interface Sightings {
  /** A picture came, or may have become another one (it loaded). Often called twice for the same. */
  seen(picture: Picture): void;
  /** Its address was set: what it showed until now is no longer said of it. */
  changing(picture: Picture): void;
  gone(picture: Picture): void;
  /** An element that is no picture came or may look otherwise; its computed style. */
  styled(element: Element, style: CSSStyleDeclaration): void;
  /** A node came or left; ours among them, when the page copies or clears its own. */
  added(node: Element): void;
  removed(node: Element): void;
}

export function findPictures(root: Document, sightings: Sightings, signal: AbortSignal): void {
  new Finder(sightings, signal).enter(root);
}

class Finder {
  readonly #roots = new WeakSet<Node>();
  readonly #addresses = new MutationObserver((changes) => {
    for (const each of changes) if (!each.attributeNamespace) this.#notice(each);
  });
  /** Apart, because an old value of a style that a script animates would be written out each time. */
  readonly #looks = new MutationObserver((changes) => {
    const classed = new Set(changes.filter(({ attributeName }) => attributeName === "class").map(targetOf));
    for (const element of new Set(changes.map(targetOf))) this.#restyled(element, classed.has(element));
  });
  /** A filter lets no attribute of a namespace through, and that is where older SVG has its address. */
  readonly #links = new MutationObserver((changes) => {
    for (const each of changes) if (each.attributeNamespace) this.#notice(each);
  });
  readonly #backgrounds: Backgrounds;
  readonly #late: Late;

  constructor(
    private readonly sightings: Sightings,
    private readonly signal: AbortSignal,
  ) {
    this.#backgrounds = new Backgrounds(
      (element) => sightings.seen(element),
      (element, style) => sightings.styled(element, style),
      signal,
    );
    this.#late = new Late((root) => this.enter(root), signal);
    const stop = () => {
      this.#addresses.disconnect();
      this.#looks.disconnect();
      this.#links.disconnect();
    };
    signal.addEventListener("abort", stop, { once: true });
  }

  enter(root: Root): void {
    if (!this.#roots.has(root)) this.#observe(root);
    this.#arrived(root);
  }

  #observe(root: Root): void {
    this.#roots.add(root);
    const below = { subtree: true, attributes: true };
    this.#addresses.observe(root, {
      ...below,
      childList: true,
      attributeFilter: ADDRESS,
      attributeOldValue: true,
    });
    this.#looks.observe(root, { ...below, attributeFilter: LOOKS });
    // These events do not bubble, but are seen on their way down; srcset may choose anew without any attribute.
    const listening = { capture: true, signal: this.signal };
    root.addEventListener("load", ({ target }) => this.#loaded(target), listening);
    for (const type of PLAYING) root.addEventListener(type, ({ target }) => this.#loaded(target), listening);
  }

  #notice(change: MutationRecord): void {
    if (change.type === "attributes") {
      const element = change.target as Element;
      const now = element.getAttributeNS(change.attributeNamespace, change.attributeName ?? "");
      if (now === change.oldValue) return; // set to what it was
      for (const picture of picturesFedBy(element)) {
        this.sightings.changing(picture);
        this.sightings.seen(picture);
      }
      return;
    }
    for (const node of change.removedNodes) {
      if (!(node instanceof Element) || node.isConnected) continue;
      for (const each of everyElement(node)) if (this.#mayShow(each)) this.sightings.gone(each);
      this.sightings.removed(node);
    }
    for (const node of change.addedNodes) {
      if (!(node instanceof Element) || !node.isConnected) continue;
      this.sightings.added(node);
      if (!isOurs(node)) this.#arrived(node);
    }
  }

  #arrived(node: Root | Element): void {
    const all = [...node.querySelectorAll("*")];
    if (node instanceof Element) all.unshift(node);
    for (const each of all) this.#meet(each);
    this.#late.wait(all);
  }

  #meet(element: Element): void {
    if (element.shadowRoot) this.enter(element.shadowRoot);
    if (isSvgImage(element)) this.#links.observe(element, { attributes: true, attributeOldValue: true });
    if (isPicture(element)) this.sightings.seen(element);
    else this.#backgrounds.look(element);
  }

  /** A class may turn what lies below, too: `.open .photo`. */
  #restyled(element: Element, classed: boolean): void {
    if (isPicture(element)) return; // the feed watches those that it has badged
    this.#backgrounds.look(element);
    if (classed && element.firstElementChild) this.#backgrounds.lookBelow(element);
  }

  #loaded(target: EventTarget | null): void {
    if (isPicture(target)) this.sightings.seen(target);
    else if (target instanceof Element && SHEETS.has(target.localName) && target.isConnected)
      this.#backgrounds.lookBelow(hostOf(target.getRootNode() as Root));
  }

  #mayShow(element: Element): element is Picture {
    return isPicture(element) || this.#backgrounds.has(element);
  }
}

function picturesFedBy(element: Element): Iterable<Picture> {
  if (isPicture(element)) return [element];
  return element.localName === "source" ? (element.parentElement?.querySelectorAll("img") ?? []) : [];
}

const targetOf = ({ target }: MutationRecord): Element => target as Element;

/** What the sheets of a root can reach: of a shadow root its host and what is slotted, too. */
const hostOf = (root: Root): Element => (root instanceof ShadowRoot ? root.host : root.documentElement);

const isPicture = (node: unknown): node is Picture => isImage(node) || isVideo(node) || isSvgImage(node);
