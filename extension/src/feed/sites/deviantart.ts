import type { Site } from "./site";

// Addresses of wixmp carry a token for one size.
export const deviantart: Site = {
  name: "DeviantArt",
  hosts: ["deviantart.com"],
  content: `[data-testid="thumb"] img, [data-hook="deviation_std_thumb"] img, img[fetchpriority="high"], [data-hook="art_stage"] img`,
  not: `[data-hook="user_avatar"] img, img[src*="/avatars"], header img, [data-hook="user_link"] img`,
  // Around the deviation, not around those that are recommended beside it.
  label: {
    post: `main, [data-testid="thumb"], [data-hook="deviation_std_thumb"]`,
    at: "span, a",
    words: /^created using ai tools$/i,
  },
};
