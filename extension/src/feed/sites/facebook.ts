import { AI_WORDS, type Site } from "./site";

// Addresses of fbcdn are signed (oh, oe) for one size: the page's own list of sizes is all there is.
export const facebook: Site = {
  name: "Facebook",
  hosts: ["facebook.com"],
  content: `a[href*="/photo"] img, a[href*="fbid="] img, [data-visualcompletion="media-vc-image"], [role="article"] [data-imgperflogname="feedImage"]`,
  not: `[role="banner"] img, [role="navigation"] img, [role="complementary"] img, svg[role="img"] image, [data-imgperflogname="profileCoverPhoto"]`,
  label: {
    post: `[role="article"], [role="dialog"], [aria-posinset]`,
    at: "span, [aria-label]",
    written: `[data-ad-rendering-role="story_message"], [data-ad-preview="message"], [data-ad-comet-preview="message"]`,
    words: AI_WORDS,
  },
};
