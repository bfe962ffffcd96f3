// The site's own AI label beside a picture: the second rung of the evidence.
import type { Picture } from "../shown";
import type { Site } from "./site";

const LONGEST = 60; // characters; longer texts are sentences, not labels

/** Its words, as they are shown. */
export function labelOf(site: Site | null, picture: Picture): string | null {
  if (!site?.label) return null;
  const { post, at, written, words } = site.label;
  const around = picture.closest(post);
  for (const each of around?.querySelectorAll(at) ?? []) {
    if (each.closest(post) !== around) continue; // a comment, or a post that is quoted
    if (written && (each.closest(written) || each.querySelector(written))) continue;
    for (const text of [each.getAttribute("aria-label"), each.textContent]) {
      const said = text && text.length <= 2 * LONGEST ? text.trim() : "";
      if (said.length <= LONGEST && words.test(said)) return said;
    }
  }
  return null;
}
