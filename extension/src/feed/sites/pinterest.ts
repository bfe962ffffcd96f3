import { AI_WORDS, type Site, withPath } from "./site";

export const pinterest: Site = {
  name: "Pinterest",
  hosts: [
    "pinterest.com",
    "pinterest.de",
    "pinterest.es",
    "pinterest.fr",
    "pinterest.it",
    "pinterest.at",
    "pinterest.ch",
    "pinterest.co.uk",
    "pinterest.ca",
    "pinterest.jp",
    "pinterest.com.au",
    "pinterest.com.mx",
    "pinterest.pt",
  ],
  content: `[data-test-id="pin"] img, [data-test-id="pinrep-image"] img, [data-test-id="closeup-image"] img, [data-test-id="pin-closeup-image"] img`,
  not: `[data-test-id="gestalt-avatar-svg"] img, [data-test-id="creator-avatar"] img, header img`,
  variants: [
    {
      hosts: /^i\.pinimg\.com$/,
      best(url) {
        const path = url.pathname.replace(/^\/\d+x\d*(?:_RS)?\//, "/originals/");
        return path === url.pathname ? null : withPath(url, path);
      },
    },
  ],
  label: {
    post: `[data-test-id="pin"], [data-test-id="closeup-container"]`,
    at: "div, [aria-label]",
    words: AI_WORDS,
  },
};
