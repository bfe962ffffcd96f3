// Where the model saw traces, laid over the picture: <candid-heat>. Drawn on a canvas, which no content security
// policy of the page forbids, and fitted into the picture's box as the page fits the picture.
import { isImage } from "../feed/shown";
import { type Anchor, anchorOn, type Box, boxOf, placeBy, setStyles } from "./anchor";
import { TAG as BADGE } from "./badge";
import { dress } from "./style";

export const HEAT = "candid-heat";
const ASPECT_OFF = 0.06; // above, the page shows another cut than the one that was judged

export class HeatOverlay {
  readonly #host: HTMLElement;
  readonly #anchor: Anchor;

  /** Rejects where the drawing cannot be read or does not fit. */
  static async on(picture: Box, png: string): Promise<HeatOverlay> {
    const drawing = await createImageBitmap(blobOf(png));
    if (isImage(picture) && picture.naturalHeight > 0) {
      const shown = picture.naturalWidth / picture.naturalHeight;
      const judged = drawing.width / drawing.height;
      if (Math.abs(shown / judged - 1) > ASPECT_OFF) throw new Error("another cut of the picture");
    }
    return new HeatOverlay(picture, canvasOf(drawing, picture.ownerDocument));
  }

  private constructor(picture: Box, canvas: HTMLCanvasElement) {
    this.#anchor = anchorOn(picture);
    this.#host = picture.ownerDocument.createElement(HEAT);
    this.#host.setAttribute("aria-hidden", "true"); // the card says it in words
    const { position, zIndex } = getComputedStyle(boxOf(picture));
    setStyles(this.#host, {
      "position-anchor": this.#anchor.name,
      position: position === "fixed" ? "fixed" : "absolute",
      "z-index": String(Math.max(1, Number.parseInt(zIndex, 10) || 0)),
    });
    const root = this.#host.attachShadow({ mode: "closed" });
    dress(root, "heat");
    setStyles(canvas, fitOf(picture));
    root.append(canvas);
    placeBy(picture, this.#host);
    this.#badge()?.before(this.#host); // which must stay readable: as high, and after it
  }

  /** Of the same picture: it shares the anchor's name. */
  #badge(): HTMLElement | undefined {
    const badges = this.#host.parentNode?.querySelectorAll<HTMLElement>(`:scope > ${BADGE}`) ?? [];
    return [...badges].find(({ style }) => style.getPropertyValue("position-anchor") === this.#anchor.name);
  }

  remove(): void {
    this.#host.remove();
    this.#anchor.release();
  }
}

/** As the picture lies in its box. */
function fitOf(picture: Box): Record<string, string> {
  const style = getComputedStyle(boxOf(picture));
  const { paddingTop, paddingRight, paddingBottom, paddingLeft } = style;
  const { borderTopWidth, borderRightWidth, borderBottomWidth, borderLeftWidth } = style;
  const own = picture.localName === "img" || picture.localName === "video";
  const size = style.backgroundSize;
  return {
    "object-fit": own ? style.objectFit : size === "cover" || size === "contain" ? size : "fill",
    "object-position": own ? style.objectPosition : style.backgroundPosition,
    padding: own ? [paddingTop, paddingRight, paddingBottom, paddingLeft].join(" ") : "0",
    "border-style": "solid",
    "border-color": "transparent",
    "border-width": [borderTopWidth, borderRightWidth, borderBottomWidth, borderLeftWidth].join(" "),
    "border-radius": style.borderRadius,
  };
}

export function canvasOf(drawing: ImageBitmap, document: Document): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = drawing.width;
  canvas.height = drawing.height;
  canvas.getContext("2d")?.drawImage(drawing, 0, 0);
  drawing.close();
  return canvas;
}

/** Not by fetch: a page's policy has a say in that. */
export function blobOf(png: string): Blob {
  const text = atob(png.slice(png.indexOf(",") + 1));
  return new Blob([Uint8Array.from(text, (character) => character.charCodeAt(0))], { type: "image/png" });
}
