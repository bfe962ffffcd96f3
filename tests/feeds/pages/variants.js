// A Mastodon page: what is shown is small and flat; the original of the same picture decides. Some originals
// are missing. A hashtag stands where the site's label is.
document.body.id = "mastodon";
for (let n = 0; n < 5; n += 1) {
  const word = ["fake", "real"][n % 2];
  const img = element("img", {
    class: "picture",
    src: `${cdn}/media_attachments/files/${n}/small/${word}.jpg`,
    "data-expect": word,
  });
  const face = element("img", { src: address(n, "avatars"), width: 140, height: 140, "data-expect": "" });
  const item = element("div", { class: "media-gallery__item" }, img);
  document.body.append(element("article", { class: "status" }, element("div", { class: "account__avatar" }, face), item));
}
const sizes = [320, 640, 1280].map((width) => `${cdn}/sized/${width}/fake.jpg ${width}w`).join(", ");
document.body.append(
  post(7, element("img", { class: "picture", srcset: sizes, sizes: "300px", "data-expect": "fake", "data-sized": "" })),
);
