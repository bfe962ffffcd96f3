// One picture's badge: <candid-badge>, a small word on the picture's corner. From outside it tells
// data-verdict and data-for (the picture's address), and its name to screen readers; its inside is closed
// to the page's scripts and styles.
import type { Mode } from "../settings";
import type { Say } from "../words";
import { type Anchor, anchorOn, type Box, boxOf, placeBy, placeOf, setStyles } from "./anchor";
import { drawIcon } from "./icons";
import { type Look, lookAt } from "./look";
import { dress } from "./style";
import { isVeiled, VEIL, Veil } from "./veil";
import { walkOver } from "./walking";
import { nameOf, type Wording } from "./wording";

export const TAG = "candid-badge";
const made = new WeakSet<Element>();

export const isOurs = ({ localName }: Element): boolean => localName === TAG || localName === VEIL;

/** A page that copies its nodes copies our hosts, empty and about another picture: takes those out. */
export function removeCopies(within: Element): void {
  const hosts = isOurs(within) ? [within] : within.querySelectorAll(`${TAG}, ${VEIL}`);
  for (const host of hosts) if (!made.has(host)) host.remove();
}

const COMPACT_BELOW = 190; // CSS px; on a narrower picture the word would cover too much

const INSET = 8; // CSS px from the picture's corner, as in style.ts
const FAR = 5_000; // CSS px; where an element without its anchor is put
const POINTED = 1_800; // ms

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
  #anchor: Anchor | null = null; // from its first place on
  readonly #host: HTMLElement;
  readonly #pill: HTMLElement;
  readonly #stop = new AbortController();
  #veil: Veil | null = null;
  #nudged = false;
  #under = false;
  #layered: Pick<Look, "fixed" | "level"> | null = null;

  constructor(
    readonly picture: Box,
    private readonly address: string,
    private readonly mode: Mode,
    private readonly say: Say,
    open: () => void,
  ) {
    const document = picture.ownerDocument;
    this.#host = document.createElement(TAG);
    made.add(this.#host);
    this.#host.dataset["for"] = address;
    this.#host.lang = say("language"); // the page's may be another
    const root = this.#host.attachShadow({ mode: "closed" });
    dress(root, "badge");
    this.#pill = document.createElement("span");
    this.#pill.className = "pill";
    root.append(this.#pill);
    this.#listen(open);
  }

  /** `look` is what was read before, where several are shown in one go. */
  show(wording: Wording, look: Look = lookAt(this.picture)): void {
    const host = this.#host;
    const opens = wording.mark !== "pending";
    host.dataset["verdict"] = wording.mark;
    host.setAttribute("role", opens ? "button" : "img");
    host.setAttribute("aria-label", nameOf(wording, this.say));
    host.title = wording.tooltip;
    if (opens)
      host.tabIndex = -1; // reached by the keyboard on demand: walking.ts
    else host.removeAttribute("tabindex");
    host.toggleAttribute("data-silent", this.mode === "flags" && wording.mark !== "fake");
    const word = host.ownerDocument.createElement("span");
    word.className = "word";
    word.textContent = wording.words;
    this.#pill.dataset["mark"] = wording.mark;
    this.#pill.replaceChildren(drawIcon(wording.icon, host.ownerDocument), word);
    this.#cover(wording);
    this.place(look);
  }

  /** Puts it (back) where it belongs, also after the page rewrote its nodes or the picture's style. */
  place(look: Look = lookAt(this.picture)): void {
    this.#hold(look);
    this.#layer(look);
    this.#pill.classList.toggle("compact", look.width < COMPACT_BELOW);
    this.#attach();
    this.raise();
    this.#nudge(look);
  }

  /** Of a picture that fills the screen by itself nothing beside it is seen: its badge goes to the top layer, too. */
  raise(): void {
    const { fullscreenElement: full } = this.#host.getRootNode() as Document | ShadowRoot;
    const apart = full?.contains(this.picture) === true && !full.contains(this.#host);
    for (const host of [this.#veil?.host, this.#host]) {
      if (!host || Boolean(host.popover) === apart) continue;
      host.popover = apart ? "manual" : null;
      if (apart) host.showPopover();
    }
  }

  /** The page touched the picture: the badge goes where it goes. Reads no layout. */
  follow(): void {
    this.#anchor?.renew();
    this.#attach();
  }

  /** As `place`, unless all that was written to the picture's style is the name that we gave it. */
  restyled(): void {
    if (this.#anchor?.isTouched()) this.place();
  }

  #hold({ names }: Look): void {
    this.#anchor?.renew(names);
    if (this.#anchor) return;
    this.#anchor = anchorOn(this.picture, names);
    setStyles(this.#host, { "position-anchor": this.#anchor.name });
  }

  #attach(): void {
    const place = placeOf(this.picture);
    const veil = this.#veil?.host;
    if (veil && veil.parentNode !== place) placeBy(this.picture, veil);
    // On top of its veil: after it.
    const under = veil && veil.compareDocumentPosition(this.#host) & Node.DOCUMENT_POSITION_PRECEDING;
    if (this.#host.parentNode !== place || under) placeBy(this.picture, this.#host);
  }

  /** Firefox (153) anchors to where the picture would be without a transform of its own; Chromium does not. */
  #nudge({ turned }: Look): void {
    if (!turned && !this.#nudged) return;
    setStyles(this.#host, { "--candid-x": "0px", "--candid-y": "0px" });
    const [seen, own] = [boxOf(this.picture).getBoundingClientRect(), this.#host.getBoundingClientRect()];
    const off = { x: seen.left + INSET - own.left, y: seen.top + INSET - own.top };
    this.#nudged = turned && own.width > 0 && Math.abs(off.x) < FAR && Math.abs(off.y) < FAR;
    if (this.#nudged) setStyles(this.#host, { "--candid-x": `${off.x}px`, "--candid-y": `${off.y}px` });
  }

  #cover(wording: Wording): void {
    const { mode } = this;
    if (!isVeiled(mode, wording, this.address)) {
      this.#uncover();
      return;
    }
    const done = () => {
      this.#uncover();
      this.#host.focus({ preventScroll: true });
    };
    this.#veil ??= new Veil(this.picture, this.address, mode, wording, this.say, done);
    made.add(this.#veil.host);
  }

  #uncover(): void {
    this.#veil?.remove();
    this.#veil = null;
  }

  /** Whether something that has no level lies over its picture: then it has none, too, and is covered with it. */
  lieUnder(something: boolean): void {
    if (something === this.#under) return;
    this.#under = something;
    if (this.#layered) this.#layer(this.#layered);
  }

  /** As fixed and as high as its picture: a page may lift the same picture out of the text into a lightbox. */
  #layer({ fixed, level }: Pick<Look, "fixed" | "level">): void {
    this.#layered = { fixed, level };
    // Above the picture and what lies flat on it; below menus, headers and lightboxes.
    const flat = this.#under && level <= 0;
    const wanted = {
      position: fixed ? "fixed" : "absolute",
      "z-index": flat ? "auto" : String(Math.max(1, level)),
    };
    if (this.#host.style.position !== wanted.position || this.#host.style.zIndex !== wanted["z-index"])
      setStyles(this.#host, wanted);
    this.#veil?.layer(wanted);
  }

  /** Shows the reader which one it is. */
  point(): void {
    this.#host.focus({ preventScroll: true });
    this.#pill.classList.add("pointed");
    setTimeout(() => this.#pill.classList.remove("pointed"), POINTED);
  }

  is(node: Element): boolean {
    return node === this.#host || node === this.#veil?.host;
  }

  remove(): void {
    this.#stop.abort();
    this.#uncover();
    this.#host.remove();
    this.#anchor?.release();
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
    walkOver(this.#host, signal);
  }
}
