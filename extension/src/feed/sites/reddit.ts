import { type Site, withPath } from "./site";

// No AI label: flairs are the community's and the poster's, the label of automated accounts is about the account.
export const reddit: Site = {
  name: "Reddit",
  hosts: ["reddit.com"],
  content: `shreddit-post img.preview-img, shreddit-post [slot="post-media-container"] img, gallery-carousel img, shreddit-post [slot="thumbnail"] img, .thing .preview, zoomable-img img`,
  not: `faceplate-img[pfp], [avatar] img, [slot="credit-bar"] img, #right-sidebar-container img, .post-background-image-filter, [slot="commentAvatar"] img`,
  variants: [
    {
      // preview.redd.it signs each width (s=); the file itself lies unsigned on i.redd.it under the same name,
      // which stands at the end of a title in words ("a-title-v0-NAME.jpg"). external-preview has no such twin.
      hosts: /^preview\.redd\.it$/,
      best(url) {
        const name = /^\/(?:[^/]*-v\d+-)?(\w+\.(?:jpe?g|png|webp|gif))$/.exec(url.pathname)?.[1];
        return name ? new URL(`https://i.redd.it/${name}`) : null;
      },
    },
    {
      hosts: /^i\.redd\.it$/,
      best: (url) => (url.search ? withPath(new URL(url.origin), url.pathname) : null),
    },
  ],
};
