import type { Site } from "./site";

// Each size has a path of its own with its own key: the page's list of sizes is all there is. No AI label known.
export const tumblr: Site = {
  name: "Tumblr",
  hosts: ["tumblr.com"],
  content: `article figure img, [data-testid="post-content"] img, [role="dialog"] figure img, article video`,
  not: `[role="figure"][aria-label="avatar"] img, img[class*="avatar"], header img, aside img`,
};
