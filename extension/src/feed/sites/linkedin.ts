import type { Site } from "./site";

// Addresses of media.licdn.com are signed (e, v, t) for one size. The "Cr" pin on a picture is no AI label: it stands on
// all that carries Content Credentials, photographs of a camera, too; what they say is the file's to tell.
export const linkedin: Site = {
  name: "LinkedIn",
  hosts: ["linkedin.com"],
  content: `.update-components-image img, .update-components-article__image, .feed-shared-image img, .media-viewer img, [data-id^="urn:li:activity"] .ivm-view-attr__img--centered.update-components-image__image`,
  not: `.update-components-actor img, .presence-entity img, .EntityPhoto-circle-0, img[class*="EntityPhoto"], .global-nav img, aside img, .profile-background-image`,
};
