// Which pictures are content, and which are icons, avatars, placeholders. Pure but for `factsOf`.
import { isImage, type Picture, type Shown, shownBy } from "./shown";

/** What is known of a picture in the page. */
export interface Facts extends Shown {
  readonly width: number; // CSS px in the page
  readonly height: number;
  readonly round: boolean; // a circle: how sites show people
  readonly backdrop: boolean; // blurred, or behind another picture
}

/** `later`: not loaded yet, or not laid out; its load or resize brings it back. */
export type Kind = "content" | "later" | "ornament";

export const MIN_NATURAL = 64; // px; the service's own minimum side
const LARGEST_AVATAR = 200; // CSS px; profile pages show round portraits this large
const MOST_OF = 0.3; // of its area: a background behind a picture this large is that one's frame

/** `minimum`: CSS px, as the reader has chosen. */
export function kindOf(facts: Facts, minimum: number): Kind {
  const { address, natural, width, height } = facts;
  if (isLoading(facts) || width === 0) return "later";
  if (natural && Math.min(natural.width, natural.height) < MIN_NATURAL) return "ornament";
  const shown = Math.min(width, height);
  if (shown < minimum) return "ornament";
  if (facts.round && shown < LARGEST_AVATAR) return "ornament";
  return isVector(address) || facts.backdrop ? "ornament" : "content";
}

/** Drawings, not photographs; the service does not read them. */
function isVector(address: string): boolean {
  return /^data:image\/svg/i.test(address) || /^[^?#]*\.svgz?([?#]|$)/i.test(address);
}

/** Known without a look at the layout. */
export const isLoading = ({ address, natural }: Shown): boolean => address === "" || natural?.width === 0;

export function factsOf(picture: Picture, shown: Shown = shownBy(picture)): Facts {
  const { width, height } = picture.getBoundingClientRect();
  return {
    ...shown,
    width,
    height,
    round: isRound(picture, width),
    backdrop: shown.address !== "" && isBackdrop(picture, shown.address, width * height),
  };
}

function isRound(picture: Picture, width: number): boolean {
  if (width >= LARGEST_AVATAR) return false; // spares the style of most pictures
  const frames = [picture, picture.parentElement].filter((each) => each !== null);
  return frames.some((each) => {
    const radius = getComputedStyle(each).borderTopLeftRadius;
    const size = each === picture ? width : each.clientWidth;
    const px = radius.endsWith("%") ? (Number.parseFloat(radius) / 100) * size : Number.parseFloat(radius);
    return size > 0 && size <= width * 1.2 && px >= size * 0.45;
  });
}

/**
 * Sites fill the space beside a picture with its own blurred copy, and some show one picture twice in the same
 * place: as a background, which is seen, and as an img, which can be saved. The img counts.
 */
function isBackdrop(picture: Picture, address: string, area: number): boolean {
  if (getComputedStyle(picture).filter.includes("blur(")) return true;
  if (isImage(picture)) return false;
  const inside = [...picture.querySelectorAll("img")];
  const beside = [...(picture.parentElement?.children ?? [])].flatMap((each) =>
    isImage(each) ? [each] : [...each.querySelectorAll<HTMLImageElement>(":scope > img")],
  );
  if ([...inside, ...beside].some((image) => image.currentSrc === address)) return true;
  return inside.some((image) => image.clientWidth * image.clientHeight > MOST_OF * area);
}
