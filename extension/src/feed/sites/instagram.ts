import { AI_WORDS, type Site } from "./site";

// Addresses of cdninstagram are signed (oh, oe) for one size: the page's own list of sizes is all there is.
export const instagram: Site = {
  name: "Instagram",
  hosts: ["instagram.com"],
  content: `article ._aagv img, article [role="button"] img, a[href*="/p/"] img, a[href*="/reel/"] img, [role="dialog"] ._aagv img`,
  not: `img[alt$="profile picture"], [data-testid="user-avatar"], nav img, canvas ~ span img`,
  // Under the name of who posted; captions and comments stand below the picture.
  label: { post: `article, [role="dialog"]`, at: "header span, header [aria-label]", words: AI_WORDS },
};
