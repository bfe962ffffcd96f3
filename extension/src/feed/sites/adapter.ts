// A site's entry at work in one page. Sites change without notice, so its exclusions hold only while its
// content selectors find something: where they have found nothing for a while, the general rules decide.
//
//                   content selector matches            (found: exclusions hold from now on)
//   picture ------> exclusion matches ------> found? yes: ornament
//          \                                         no: doubtful until GRACE is over, then general rules
//           `-----> neither: general rules
import type { Picture } from "../shown";
import type { Site } from "./site";

const GRACE = 2_000; // ms; a feed's first posts come after its frame

export type Opinion = "content" | "ornament" | "doubtful" | "none";

export class Adapter {
  #found = false;
  #distrusted = false;
  #doubts: ReturnType<typeof setTimeout> | undefined;

  /** `changed` is called when doubtful pictures have to be looked at again. */
  constructor(
    private readonly site: Site | null,
    private readonly changed: () => void,
    signal: AbortSignal,
  ) {
    signal.addEventListener("abort", () => clearTimeout(this.#doubts), { once: true });
  }

  opinionOf(picture: Picture): Opinion {
    if (!this.site || this.#distrusted) return "none";
    if (fits(picture, this.site.not)) return this.#found ? "ornament" : this.#doubt();
    if (!fits(picture, this.site.content)) return "none";
    this.#found = true;
    return "content";
  }

  #doubt(): Opinion {
    this.#doubts ??= setTimeout(() => {
      this.#distrusted = !this.#found;
      this.changed();
    }, GRACE);
    return "doubtful";
  }
}

/** Whether the picture, or an element right around it, is meant: sites put their marks on either. */
function fits(picture: Picture, selector: string): boolean {
  return picture.matches(selector) || picture.closest(selector) !== null;
}
