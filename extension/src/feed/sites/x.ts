import { AI_WORDS, type Site, withPath } from "./site";

export const x: Site = {
  name: "X",
  hosts: ["x.com", "twitter.com"],
  content: `[data-testid="tweetPhoto"], [data-testid="card.layoutLarge.media"], [data-testid="swipe-to-dismiss"], [data-testid="videoPlayer"]`,
  not: `[data-testid^="UserAvatar"], [data-testid="UserCell"], [data-testid="sidebarColumn"] img, a[href$="/header_photo"]`,
  variants: [
    {
      hosts: /^pbs\.twimg\.com$/,
      best(url) {
        if (!/^\/(media|(ext_tw|amplify|tweet)_video_thumb)\//.test(url.pathname)) return null;
        if (url.searchParams.get("name") === "orig" || url.pathname.endsWith(":orig")) return null;
        if (/:\w+$/.test(url.pathname)) return withPath(url, url.pathname.replace(/:\w+$/, ":orig"));
        url.searchParams.set("name", "orig");
        return url;
      },
    },
  ],
  label: {
    post: "article",
    at: "span, [aria-label]",
    written: `[data-testid="tweetText"], [data-testid="User-Name"]`,
    words: AI_WORDS,
  },
};
