// What a badge has to know of its picture before it is put there. All of it is read at once: between two
// writes, every single read would make the browser lay the page out.
import { type Box, boxOf, namesOn } from "./anchor";

export interface Look {
  readonly names: string; // the anchor names that the page itself gives the box
  readonly fixed: boolean;
  readonly level: number; // its z-index; 0: none
  readonly turned: boolean; // by a transform of its own
  readonly width: number; // of the picture, CSS px in the window
}

export function lookAt(picture: Box): Look {
  const box = boxOf(picture);
  const style = getComputedStyle(box);
  const { position, zIndex, transform, translate, rotate, scale } = style;
  return {
    names: namesOn(style),
    fixed: position === "fixed",
    level: Number.parseInt(zIndex, 10) || 0,
    turned: [transform, translate, rotate, scale].some((each) => each && each !== "none"),
    width: picture.getBoundingClientRect().width,
  };
}
