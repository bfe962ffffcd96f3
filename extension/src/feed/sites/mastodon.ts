import { type Site, withPath } from "./site";

export const mastodon: Site = {
  name: "Mastodon",
  hosts: [],
  mark: "#mastodon, .app-holder",
  content:
    ".media-gallery__item img, .status-card__image img, .media-modal img, .detailed-status video, .status video",
  not: ".account__avatar img, .account__avatar, .emojione, .account__header__image img, .navigation-bar img",
  variants: [
    {
      hosts: /./, // each server keeps its own pictures, or lets any store of files do it
      best(url) {
        if (!/\/media_attachments\/files\/.*\/small\/[^/]+$/.test(url.pathname)) return null;
        return withPath(url, url.pathname.replace(/\/small\/([^/]+)$/, "/original/$1"));
      },
    },
  ],
  label: {
    post: ".status, .detailed-status",
    at: ".hashtag-bar a, [rel=tag]",
    words: /^#?(ai ?generated|aiart|ai ?image)$/i,
  },
};
