import { type Site, withPath } from "./site";

// Posts have no AI label; "Altered or synthetic content" is for videos and Shorts.
export const youtube: Site = {
  name: "YouTube",
  hosts: ["youtube.com"],
  content:
    "ytd-backstage-image-renderer img, ytd-post-multi-image-renderer img, ytm-backstage-image-renderer img, #image-container img",
  not: "#author-thumbnail img, yt-avatar-shape img, #avatar img, .yt-spec-avatar-shape__image, ytd-guide-renderer img, tp-yt-app-header img",
  variants: [
    {
      hosts: /^(yt3|lh3)\.(ggpht|googleusercontent)\.com$/,
      best(url) {
        // "=s640-c-fcrop64=1,..." asks for a size and a crop; "=s0" for the file's own.
        const path = url.pathname.replace(/=[swh]\d+(-.*)?$/, "=s0");
        return path === url.pathname ? null : withPath(url, path);
      },
    },
  ],
};
