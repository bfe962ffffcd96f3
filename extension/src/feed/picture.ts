// Which pictures are content, and which are icons, avatars, placeholders. Pure but for `factsOf`.

/** What is known of a picture in the page. */
export interface Facts {
  readonly address: string;
  readonly naturalWidth: number; // px of the file, as decoded for the screen
  readonly naturalHeight: number;
  readonly width: number; // CSS px in the page
  readonly height: number;
  readonly round: boolean; // a circle: how sites show people
}

/** `later`: not loaded yet, or not laid out; its load or resize brings it back. */
export type Kind = "content" | "later" | "ornament";

export const MIN_SHOWN = 96; // CSS px; below, it is an icon or a thumbnail, and a badge would cover it
export const MIN_NATURAL = 64; // px; the service's own minimum side
const LARGEST_AVATAR = 200; // CSS px; profile pages show round portraits this large

export function kindOf(facts: Facts): Kind {
  if (facts.address === "" || facts.naturalWidth === 0 || facts.width === 0) return "later";
  if (Math.min(facts.naturalWidth, facts.naturalHeight) < MIN_NATURAL) return "ornament";
  const shown = Math.min(facts.width, facts.height);
  if (shown < MIN_SHOWN) return "ornament";
  if (facts.round && shown < LARGEST_AVATAR) return "ornament";
  if (isVector(facts.address)) return "ornament";
  return "content";
}

/** Drawings, not photographs; the service does not read them. */
function isVector(address: string): boolean {
  return /^data:image\/svg/i.test(address) || /^[^?#]*\.svgz?([?#]|$)/i.test(address);
}

export function factsOf(picture: HTMLImageElement): Facts {
  const { width, height } = picture.getBoundingClientRect();
  return {
    address: picture.currentSrc,
    naturalWidth: picture.complete ? picture.naturalWidth : 0,
    naturalHeight: picture.complete ? picture.naturalHeight : 0,
    width,
    height,
    round: isRound(picture, width),
  };
}

function isRound(picture: HTMLImageElement, width: number): boolean {
  if (width >= LARGEST_AVATAR) return false; // spares the style of most pictures
  const frames = [picture, picture.parentElement].filter((each) => each !== null);
  return frames.some((each) => {
    const radius = getComputedStyle(each).borderTopLeftRadius;
    const size = each === picture ? width : each.clientWidth;
    const px = radius.endsWith("%") ? (Number.parseFloat(radius) / 100) * size : Number.parseFloat(radius);
    return size > 0 && size <= width * 1.2 && px >= size * 0.45;
  });
}
