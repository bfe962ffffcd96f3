// Finds the picture that the reader right-clicked. The browser tells its address only; where it stands
// several times in the page, the one under the pointer is meant, else one that is in sight.
let clicked: WeakRef<Element> | null = null;

/** Remembers what the last context menu was opened on. */
export function rememberClicks(signal: AbortSignal): void {
  const remember = (event: Event) => {
    const [target] = event.composedPath();
    clicked = target instanceof Element ? new WeakRef(target) : null;
  };
  document.addEventListener("contextmenu", remember, { capture: true, signal });
}

export function pictureAt(address: string): HTMLImageElement | null {
  const target = clicked?.deref();
  if (isPicture(target) && shows(target, address)) return target;
  const all = [...document.images].filter((picture) => shows(picture, address));
  return all.find(isInSight) ?? all[0] ?? null;
}

const isPicture = (node: Element | undefined): node is HTMLImageElement => node?.localName === "img";

const shows = (picture: HTMLImageElement, address: string): boolean =>
  picture.isConnected && (picture.currentSrc === address || picture.src === address);

function isInSight(picture: HTMLImageElement): boolean {
  const { top, bottom, width } = picture.getBoundingClientRect();
  return width > 0 && bottom > 0 && top < innerHeight;
}
