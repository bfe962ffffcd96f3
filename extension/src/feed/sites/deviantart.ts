import { AI_WORDS, type Site } from "./site";

// Addresses of wixmp carry a token for one size.
export const deviantart: Site = {
  name: "DeviantArt",
  hosts: ["deviantart.com"],
  content: `[data-testid="thumb"] img, [data-hook="deviation_std_thumb"] img, img[fetchpriority="high"], [data-hook="art_stage"] img`,
  not: `[data-hook="user_avatar"] img, img[src*="/avatars"], header img, [data-hook="user_link"] img`,
  label: { post: "main, [data-testid=thumb]", at: "span, a, [aria-label]", words: AI_WORDS },
};
