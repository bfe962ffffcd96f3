import { AI_WORDS, type Site, withPath } from "./site";

export const pixiv: Site = {
  name: "Pixiv",
  hosts: ["pixiv.net"],
  content: `a[href*="/artworks/"] img, [role="presentation"] a[href*="i.pximg.net"] img, figure img`,
  not: `a[href*="/users/"] img, [title][role="img"], header img`,
  variants: [
    {
      // "/c/250x250/" and "_square1200" cut the picture; "_master1200" is whole. The original file may be of
      // another format than its name here tells, so it cannot be derived.
      hosts: /^i\.pximg\.net$/,
      best(url) {
        const path = url.pathname
          .replace(/^\/c\/[^/]+\//, "/")
          .replace("/custom-thumb/", "/img-master/")
          .replace(/_(square|custom)1200\./, "_master1200.");
        return path === url.pathname ? null : withPath(url, path);
      },
    },
  ],
  closed: { servers: ["i.pximg.net"], from: "https://www.pixiv.net/" },
  label: { post: "main, li", at: "span, a", words: AI_WORDS },
};
