// A Mastodon page again: the first post carries the hashtag that stands for the site's AI label, the second
// another one. Both pictures look real to the model.
document.body.id = "mastodon";
const status = (n, tag, verdict) =>
  element(
    "article",
    { class: "status" },
    element("div", { class: "media-gallery__item" }, picture(n, { src: `${cdn}/p/real/${n}.jpg`, "data-expect": verdict })),
    element("div", { class: "hashtag-bar" }, element("a", { href: "#tag" }, tag)),
  );
document.body.append(status(0, "#AIGenerated", "fake"), status(1, "#Photography", "real"));
