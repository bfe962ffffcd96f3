import { AI_WORDS, type Site } from "./site";

// Addresses of tiktokcdn are signed (x-expires, x-signature).
export const tiktok: Site = {
  name: "TikTok",
  hosts: ["tiktok.com"],
  content: `[data-e2e="recommend-list-item-container"] picture img, [data-e2e="user-post-item"] img, [data-e2e="browse-video"] img, .swiper-slide img`,
  not: `[class*="ImgAvatar"], [data-e2e$="avatar"] img, [data-e2e="nav"] img, [class*="Emoji"]`,
  label: {
    post: `[data-e2e="recommend-list-item-container"], [data-e2e="user-post-item"], [data-e2e="browse-video"], article`,
    at: `[class*="aigc" i], span, p`,
    written: `[data-e2e*="video-desc"], [data-e2e^="comment-level"]`,
    words: AI_WORDS,
  },
};
