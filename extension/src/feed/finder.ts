// Tells which pictures are in the page, as it changes: the first ones, those added later, those that get
// another address or come back from loading, those that leave. It looks at nodes only, never at layout.
const ADDRESS = ["src", "srcset", "sizes"];

export interface Sightings {
  /** A picture came, or may have become another one (it loaded). Often called twice for the same. */
  seen(picture: HTMLImageElement): void;
  /** Its address was set: what it showed until now is no longer said of it. */
  changing(picture: HTMLImageElement): void;
  gone(picture: HTMLImageElement): void;
  /** A node came or left; ours among them, when the page copies or clears its own. */
  added(node: Element): void;
  removed(node: Element): void;
}

export function findPictures(root: Document, sightings: Sightings, signal: AbortSignal): void {
  const observer = new MutationObserver((changes) => {
    for (const change of changes) notice(change, sightings);
  });
  observer.observe(root, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ADDRESS,
    attributeOldValue: true,
  });
  signal.addEventListener("abort", () => observer.disconnect(), { once: true });
  // "load" does not bubble, but is seen on its way down; srcset may choose anew without any attribute.
  const loaded = ({ target }: Event) => isPicture(target) && sightings.seen(target);
  root.addEventListener("load", loaded, { capture: true, signal });
  for (const picture of root.images) sightings.seen(picture);
}

function notice(change: MutationRecord, sightings: Sightings): void {
  if (change.type === "attributes") {
    const element = change.target as Element;
    if (element.getAttribute(change.attributeName ?? "") === change.oldValue) return; // set to what it was
    for (const picture of picturesFedBy(element)) {
      sightings.changing(picture);
      sightings.seen(picture);
    }
    return;
  }
  for (const node of change.removedNodes) {
    if (!(node instanceof Element) || node.isConnected) continue;
    for (const picture of picturesIn(node)) sightings.gone(picture);
    sightings.removed(node);
  }
  for (const node of change.addedNodes) {
    if (!(node instanceof Element) || !node.isConnected) continue;
    sightings.added(node);
    for (const picture of picturesIn(node)) sightings.seen(picture);
  }
}

function picturesFedBy(element: Element): Iterable<HTMLImageElement> {
  if (isPicture(element)) return [element];
  return element.localName === "source" ? (element.parentElement?.querySelectorAll("img") ?? []) : [];
}

function picturesIn(element: Element): Iterable<HTMLImageElement> {
  return isPicture(element) ? [element] : element.querySelectorAll("img");
}

/** By name, not by class: a picture that was moved in from another frame is of that frame's class. */
function isPicture(node: EventTarget | null): node is HTMLImageElement {
  return node instanceof Element && node.localName === "img";
}
