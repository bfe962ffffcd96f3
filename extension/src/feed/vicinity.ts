// Which pictures are in or near the viewport, and what happens to them there: the three observers of
// the browser that tell without asking for layout.
import { boxOf } from "../badge/anchor";
import type { Picture } from "./shown";

const MARGIN = "100%"; // of the viewport, above and below: about what a flick of the wheel brings in

export interface Happenings {
  near(picture: Picture): void;
  far(picture: Picture): void;
  resized(picture: Picture): void;
  /** The style of a picture's box was rewritten, and our anchor's name with it. */
  restyled(box: Node): void;
}

export class Vicinity {
  readonly #near = new WeakSet<Element>();
  readonly #watched = new WeakSet<Element>();
  readonly #crossings: IntersectionObserver;
  readonly #sizes: ResizeObserver;
  readonly #styles: MutationObserver;

  constructor(happenings: Happenings, signal: AbortSignal) {
    // A feed may scroll inside the page: scrollMargin is for that, and for the window, too (Chromium 156, Firefox
    // 153). With rootMargin beside it the two would add up, to four windows in Chromium.
    const scrolls = "scrollMargin" in IntersectionObserver.prototype;
    const margins = { [scrolls ? "scrollMargin" : "rootMargin"]: `${MARGIN} 0px` };
    this.#crossings = new IntersectionObserver((entries) => {
      // One that has crossed twice since the last call has two entries: the last one counts.
      const now = new Map(entries.map(({ target, isIntersecting }) => [target as Picture, isIntersecting]));
      const crossed = [...now].filter(([picture, is]) => is !== this.#near.has(picture));
      for (const [picture, is] of crossed) this.#near[is ? "add" : "delete"](picture);
      // Those that come are looked at before those that go are changed.
      for (const [picture, is] of crossed) if (is) happenings.near(picture);
      for (const [picture, is] of crossed) if (!is) happenings.far(picture);
    }, margins);
    this.#sizes = new ResizeObserver((entries) => {
      for (const { target } of entries) happenings.resized(target as Picture);
    });
    this.#styles = new MutationObserver((changes) => {
      for (const target of new Set(changes.map((change) => change.target))) happenings.restyled(target);
    });
    signal.addEventListener("abort", () => this.#stop(), { once: true });
  }

  watch(picture: Picture): void {
    if (this.#watched.has(picture)) return;
    this.#watched.add(picture);
    this.#crossings.observe(picture);
    this.#sizes.observe(picture);
  }

  watchStyle(picture: Picture): void {
    this.#styles.observe(boxOf(picture), { attributes: true, attributeFilter: ["style"] });
  }

  isNear(picture: Picture): boolean {
    return this.#near.has(picture);
  }

  leave(picture: Picture): void {
    this.#watched.delete(picture);
    this.#near.delete(picture);
    this.#crossings.unobserve(picture);
    this.#sizes.unobserve(picture);
  }

  #stop(): void {
    this.#crossings.disconnect();
    this.#sizes.disconnect();
    this.#styles.disconnect();
  }
}
