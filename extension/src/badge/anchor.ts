// Holds an element of ours on a picture by CSS anchor positioning. The element is the last child of the
// picture's own parent: it scrolls, is clipped, covered by a lightbox, shown in a dialog and removed as the
// picture is, without a line of code; appended, because `img + figcaption` must go on to match. Where the
// picture has no box, or lost its anchor name, the element is out of sight rather than somewhere else.
//
//   parent (the page's)
//   ├── picture      anchor-name: <the page's own>, --candid-…
//   └── element      position-anchor: --candid-…; top: anchor(top)

import { uniqueId } from "../ids";

/** Names are per document; another frame's script, or the one before an update, must not share them. */
const PREFIX = `--candid-${uniqueId()}-`;
const OURS = /--candid-[\w-]+/;

let last = 0;

/** What carries the anchor: the picture; of an image in an SVG, which has no box, the outermost <svg>. */
export type Box = HTMLElement | SVGElement;

export function boxOf(picture: Box): Box {
  let box = picture;
  if (picture.localName !== "image") return box;
  for (let svg = picture.closest("svg"); svg; svg = svg.parentElement?.closest("svg") ?? null) box = svg;
  return box;
}

type Held = { name: string; before: string; holders: number; left: string | null }; // left: the style, as we left it
const held = new WeakMap<Box, Held>();

export interface Anchor {
  readonly name: string;
  /** Puts the name back where the page overwrote the picture's style. `names`: the page's, where they are known. */
  renew(names?: string): void;
  /** Whether the page has written the picture's style since we did. */
  isTouched(): boolean;
  release(): void;
}

/** Names the picture; two holders (badge and card) share the name. */
export function anchorOn(picture: Box, names?: string): Anchor {
  const box = boxOf(picture);
  const hold = held.get(box) ?? begin(box, names);
  hold.holders += 1;
  let released = false;
  return {
    name: hold.name,
    renew: (now) => released || setName(box, hold, now),
    isTouched: () => box.getAttribute("style") !== hold.left,
    release() {
      if (released) return;
      released = true;
      hold.holders -= 1;
      if (hold.holders === 0) end(box, hold);
    },
  };
}

function begin(picture: Box, names: string | undefined): Held {
  last += 1;
  const hold: Held = { name: `${PREFIX}${last}`, before: "", holders: 0, left: null };
  held.set(picture, hold);
  setName(picture, hold, names);
  return hold;
}

function setName(picture: Box, hold: Held, names?: string): void {
  const inline = picture.style.getPropertyValue("anchor-name");
  if (!inline.includes(hold.name)) addName(picture, hold, inline, names);
  hold.left = picture.getAttribute("style");
}

function addName(picture: Box, hold: Held, inline: string, names?: string): void {
  // A copy that the page made of another picture brings that one's name along: drop it.
  hold.before = OURS.test(inline) ? withoutOurs(inline) : inline;
  const own = hold.before || (names ?? namesOn(getComputedStyle(picture)));
  picture.style.setProperty("anchor-name", own ? `${own}, ${hold.name}` : hold.name);
}

/** The page's own names in a computed style; empty where there is none. */
export function namesOn(style: CSSStyleDeclaration): string {
  const names = withoutOurs(style.getPropertyValue("anchor-name"));
  return names === "none" ? "" : names;
}

function end(picture: Box, hold: Held): void {
  held.delete(picture);
  if (!picture.style.getPropertyValue("anchor-name").includes(hold.name)) return;
  if (hold.before) picture.style.setProperty("anchor-name", hold.before);
  else picture.style.removeProperty("anchor-name");
  if (picture.getAttribute("style") === "") picture.removeAttribute("style");
}

const withoutOurs = (names: string): string =>
  names
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name && !OURS.test(name))
    .join(", ");

/** Frees a page's copy (cloneNode) of a picture from the name of its original. */
export function disown(picture: Box): void {
  const inline = picture.style.getPropertyValue("anchor-name");
  if (!OURS.test(inline) || held.has(picture)) return;
  const own = withoutOurs(inline);
  if (own) picture.style.setProperty("anchor-name", own);
  else picture.style.removeProperty("anchor-name");
}

/** What differs from one element to the next; the rest stands once, in style.ts. */
export function setStyles(element: HTMLElement, styles: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(styles)) element.style.setProperty(name, value, "important");
}

/** Where the element of a picture belongs: with its box, or with the <picture> around that. */
export function placeOf(picture: Box): ParentNode | null {
  return carrierOf(picture).parentNode;
}

/** Appends the element there, in the same slot. */
export function placeBy(picture: Box, element: HTMLElement): void {
  const carrier = carrierOf(picture);
  if (carrier.slot) element.slot = carrier.slot;
  carrier.parentNode?.appendChild(element);
}

function carrierOf(picture: Box): Element {
  const box = boxOf(picture);
  return box.parentElement?.localName === "picture" ? box.parentElement : box;
}
