import { AI_WORDS, type Site, withPath } from "./site";

export const bluesky: Site = {
  name: "Bluesky",
  hosts: ["bsky.app"],
  content: `[data-testid^="feedItem"] img[src*="/img/feed_"], [data-testid^="postThread"] img[src*="/img/feed_"], img[src*="/img/feed_fullsize/"], img[src*="/img/feed_thumbnail/"]`,
  not: `img[src*="/img/avatar"], img[src*="/img/banner"], [data-testid="userAvatarImage"]`,
  variants: [
    {
      hosts: /^cdn\.bsky\.app$/,
      best: (url) =>
        url.pathname.startsWith("/img/feed_thumbnail/")
          ? withPath(url, url.pathname.replace("/img/feed_thumbnail/", "/img/feed_fullsize/"))
          : null,
    },
  ],
  // Its labels come from services that a reader subscribes to, and stand on the post.
  label: {
    post: `[data-testid^="feedItem"], [data-testid^="postThread"]`,
    at: "[aria-label], div",
    written: `[data-testid="postText"]`,
    words: AI_WORDS,
  },
};
