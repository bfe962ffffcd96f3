// What an element of the page shows: the address of a picture and, where the element tells, the size of the
// file. Elements are told apart by name, not by class: one that was moved in from another frame is of that
// frame's class.

/** An element that may show a picture: img, a video's poster, an image in an SVG, anything with a background. */
export type Picture = HTMLElement | SVGElement;

export interface Shown {
  readonly address: string; // absolute; empty while it shows none
  readonly natural: { readonly width: number; readonly height: number } | null; // px; null: not told
}

const NOTHING: Shown = { address: "", natural: null };

export const isImage = (node: unknown): node is HTMLImageElement => named(node, "img");
export const isVideo = (node: unknown): node is HTMLVideoElement => named(node, "video");
export const isCanvas = (node: unknown): node is HTMLCanvasElement => named(node, "canvas");
/** An <image> within an <svg>: outside of one, HTML makes it an img. */
export const isSvgImage = (node: unknown): node is SVGImageElement => named(node, "image");

const named = (node: unknown, name: string): boolean => node instanceof Element && node.localName === name;

export function shownBy(picture: Element): Shown {
  if (isImage(picture)) return ofImage(picture);
  if (isVideo(picture)) return showsPoster(picture) ? { address: picture.poster, natural: null } : NOTHING;
  if (isSvgImage(picture)) return { address: absolute(picture.href.baseVal, picture), natural: null };
  return { address: backgroundOf(picture), natural: null };
}

export const addressOf = (picture: Element): string => shownBy(picture).address;

function ofImage({ currentSrc, complete, naturalWidth, naturalHeight }: HTMLImageElement): Shown {
  const size = complete ? { width: naturalWidth, height: naturalHeight } : { width: 0, height: 0 };
  return { address: currentSrc, natural: size };
}

/** Until something of it has been played, a video shows its poster. */
const showsPoster = (video: HTMLVideoElement): boolean =>
  video.poster !== "" && video.played.length === 0 && video.paused;

/** The first picture of its background; none where it is a tile of a texture or a piece of a sprite. */
function backgroundOf(element: Element): string {
  const style = getComputedStyle(element);
  const address = /url\("((?:[^"\\]|\\.)*)"\)/.exec(style.backgroundImage)?.[1];
  if (!address || isTile(style)) return "";
  return absolute(address.replaceAll(/\\(.)/g, "$1"), element);
}

function isTile({ backgroundSize, backgroundRepeat, backgroundPosition }: CSSStyleDeclaration): boolean {
  if (backgroundSize !== "auto" && backgroundSize !== "auto auto") return false;
  return backgroundRepeat === "repeat" || /-\d/.test(backgroundPosition);
}

function absolute(address: string, { baseURI }: Element): string {
  return address && URL.canParse(address, baseURI) ? new URL(address, baseURI).href : "";
}

/** A picture's address where it is written into the page: data: URLs of megabytes are cut. */
export const briefly = (address: string): string =>
  address.length > 2_000 ? `${address.slice(0, 60)}…${address.length}` : address;
