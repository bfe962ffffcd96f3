// Lies over a picture that is likely fake until the reader clicks it: <candid-veil>, dark or blurring. On top
// of the picture and anchored as its badge is, so that nothing of the page's own style changes.
import type { Mode } from "../settings";
import type { Say } from "../words";
import { type Anchor, anchorOn, type Box, boxOf, setStyles } from "./anchor";
import { drawIcon } from "./icons";
import { dress } from "./style";
import type { Wording } from "./wording";

export const VEIL = "candid-veil";

/** Addresses that the reader has uncovered on this page: they stay so when the picture comes back. */
const uncovered = new Set<string>();

export const isVeiled = (mode: Mode, { mark }: Wording, address: string): mode is "dim" | "blur" =>
  (mode === "dim" || mode === "blur") && mark === "fake" && !uncovered.has(address);

export class Veil {
  readonly host: HTMLElement;
  readonly #anchor: Anchor;

  constructor(
    picture: Box,
    address: string,
    mode: "dim" | "blur",
    wording: Wording,
    say: Say,
    done: () => void,
  ) {
    const { ownerDocument } = picture;
    this.#anchor = anchorOn(picture);
    this.host = ownerDocument.createElement(VEIL);
    this.host.dataset["mode"] = mode;
    this.host.dataset["for"] = address;
    this.host.lang = say("language");
    this.host.setAttribute("role", "button");
    this.host.setAttribute("aria-label", say("veilName", wording.words));
    this.host.tabIndex = 0; // it hides something: everyone must get past it
    const { borderRadius } = getComputedStyle(boxOf(picture));
    setStyles(this.host, { "position-anchor": this.#anchor.name, "--candid-round": borderRadius || "0" });
    const root = this.host.attachShadow({ mode: "closed" });
    dress(root, "veil");
    const note = ownerDocument.createElement("span");
    note.className = "note";
    note.append(drawIcon(wording.icon, ownerDocument), say("veilShow", wording.words));
    root.append(note);
    const uncover = (event: Event) => {
      event.preventDefault(); // it may stand in a link
      event.stopPropagation();
      uncovered.add(address);
      done();
    };
    this.host.addEventListener("click", uncover);
    this.host.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") uncover(event);
    });
  }

  layer(styles: Readonly<Record<string, string>>): void {
    this.#anchor.renew();
    setStyles(this.host, styles);
  }

  remove(): void {
    this.host.remove();
    this.#anchor.release();
  }
}
