// One picture's badge: <candid-badge>, a small word on the picture's corner. From outside it tells
// data-verdict and data-for (the picture's address), and its name to screen readers; its inside is closed
// to the page's scripts and styles.
import type { Say } from "../words";
import { type Anchor, anchorOn, type Box, boxOf, placeBy, placeOf, setStyles } from "./anchor";
import { drawIcon } from "./icons";
import { dress } from "./style";
import { nameOf, type Wording } from "./wording";

export const TAG = "candid-badge";
const made = new WeakSet<Element>();

/** A page that copies its nodes copies our hosts, empty and about another picture: takes those out. */
export function removeCopies(within: Element): void {
  const hosts = within.localName === TAG ? [within] : within.querySelectorAll(TAG);
  for (const host of hosts) if (!made.has(host)) host.remove();
}

const COMPACT_BELOW = 190; // CSS px; on a narrower picture the word would cover too much

/** What the page must not take for a click on its picture. */
const POINTING = [
  "click",
  "dblclick",
  "auxclick",
  "mousedown",
  "mouseup",
  "pointerdown",
  "pointerup",
  "touchstart",
  "touchend",
];

export class Badge {
  readonly #anchor: Anchor;
  readonly #host: HTMLElement;
  readonly #pill: HTMLElement;
  readonly #stop = new AbortController();

  constructor(
    readonly picture: Box,
    address: string,
    private readonly say: Say,
    open: () => void,
  ) {
    const document = picture.ownerDocument;
    this.#anchor = anchorOn(picture);
    this.#host = document.createElement(TAG);
    made.add(this.#host);
    this.#host.dataset["for"] = address;
    setStyles(this.#host, { "position-anchor": this.#anchor.name });
    this.#layer();
    const root = this.#host.attachShadow({ mode: "closed" });
    dress(root, "badge");
    this.#pill = document.createElement("span");
    this.#pill.className = "pill";
    root.append(this.#pill);
    this.#listen(open);
  }

  show(wording: Wording): void {
    const host = this.#host;
    const opens = wording.mark !== "pending";
    host.dataset["verdict"] = wording.mark;
    host.setAttribute("role", opens ? "button" : "img");
    host.setAttribute("aria-label", nameOf(wording, this.say));
    host.title = wording.tooltip;
    if (opens) host.tabIndex = 0;
    else host.removeAttribute("tabindex");
    const word = host.ownerDocument.createElement("span");
    word.className = "word";
    word.textContent = wording.words;
    this.#pill.dataset["mark"] = wording.mark;
    this.#pill.replaceChildren(drawIcon(wording.icon, host.ownerDocument), word);
    this.place();
  }

  /** Puts it (back) where it belongs, also after the page rewrote its nodes or the picture's style. */
  place(): void {
    this.#anchor.renew();
    this.#layer();
    if (this.#host.parentNode !== placeOf(this.picture)) placeBy(this.picture, this.#host);
  }

  fit(width: number): void {
    this.#pill.classList.toggle("compact", width < COMPACT_BELOW);
  }

  /** As fixed and as high as its picture: a page may lift the same picture out of the text into a lightbox. */
  #layer(): void {
    const { position, zIndex } = getComputedStyle(boxOf(this.picture));
    const wanted = {
      position: position === "fixed" ? "fixed" : "absolute",
      // Above the picture and what lies flat on it; below menus, headers and lightboxes.
      "z-index": String(Math.max(1, Number.parseInt(zIndex, 10) || 0)),
    };
    if (this.#host.style.position !== wanted.position || this.#host.style.zIndex !== wanted["z-index"])
      setStyles(this.#host, wanted);
  }

  is(node: Element): boolean {
    return node === this.#host;
  }

  remove(): void {
    this.#stop.abort();
    this.#host.remove();
    this.#anchor.release();
  }

  #listen(open: () => void): void {
    const { signal } = this.#stop;
    for (const type of POINTING)
      this.#host.addEventListener(type, (event) => event.stopPropagation(), { signal });
    const opens = (event: Event) => {
      event.preventDefault(); // it may stand in a link
      event.stopPropagation();
      if (this.#host.dataset["verdict"] !== "pending") open();
    };
    this.#host.addEventListener("click", opens, { signal });
    const keys = (event: KeyboardEvent) => {
      if (event.key === "Enter" || event.key === " ") opens(event);
    };
    this.#host.addEventListener("keydown", keys, { signal });
  }
}
