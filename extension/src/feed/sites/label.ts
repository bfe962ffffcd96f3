// The site's own AI label beside a picture: the second rung of the evidence.
import type { Picture } from "../shown";
import type { Site } from "./site";

const LONGEST = 60; // characters; longer texts are sentences, not labels

/** Its words, as they are shown. */
export function labelOf(site: Site | null, picture: Picture): string | null {
  if (!site?.label) return null;
  const { post, at, words } = site.label;
  for (const each of picture.closest(post)?.querySelectorAll(at) ?? []) {
    for (const text of [each.getAttribute("aria-label"), each.textContent]) {
      const said = text && text.length <= 2 * LONGEST ? text.trim() : "";
      if (said.length <= LONGEST && words.test(said)) return said;
    }
  }
  return null;
}
