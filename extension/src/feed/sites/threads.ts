import { AI_WORDS, type Site } from "./site";

// Signed addresses, as of its sibling Instagram.
export const threads: Site = {
  name: "Threads",
  hosts: ["threads.net", "threads.com"],
  content: `[data-pressable-container] picture img, [data-pressable-container] a[href*="/media"] img`,
  not: `img[alt$="profile picture"], a[href^="/@"]:not([href*="/post/"]) img, nav img`,
  label: { post: "[data-pressable-container]", at: "span, [aria-label]", words: AI_WORDS },
};
