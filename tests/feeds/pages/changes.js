// What a page changes while it is read: a class far above a background, a sheet that comes late into a shadow root,
// an old SVG's address, a <source>'s srcset, a poster whose video plays.
const changing = (n) => post(n, element("div", { id: `post-${n}` }));
document.body.append(...[0, 1, 2, 3, 4].map(changing));
const at = (n) => document.getElementById(`post-${n}`);
const fill = (n, ...inside) => at(n).append(...inside);
const expecting = (made, n) => {
  made.dataset.expect = n === null ? "" : wordOf(n);
};

const open = `.open .hidden-photo { background-image: url("${address(0)}"); }`;
document.head.append(element("style", {}, open));
fill(0, element("div", { class: "picture hidden-photo", "data-expect": "" }));

const host = element("div");
const root = host.attachShadow({ mode: "open" });
root.append(element("div", { class: "photo", "data-expect": "" }));
fill(1, host);

const XLINK = "http://www.w3.org/1999/xlink";
const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
svg.setAttribute("width", "400");
svg.setAttribute("height", "260");
const image = document.createElementNS("http://www.w3.org/2000/svg", "image");
for (const [key, value] of Object.entries({ width: 400, height: 260, preserveAspectRatio: "none" }))
  image.setAttribute(key, value);
image.setAttributeNS(XLINK, "xlink:href", address(30));
expecting(image, 30);
svg.append(image);
fill(2, svg);

const source = element("source", { srcset: address(31) });
const img = element("img", { class: "picture", src: address(32) });
expecting(img, 31);
fill(3, element("picture", {}, source, img));

const video = element("video", { class: "picture", poster: address(33) });
expecting(video, 33);
fill(4, video);

window.change = () => {
  document.body.className = "open";
  expecting(at(0).firstChild, 0);
  const sheet = `.photo { width: 400px; height: 260px; background: url("${address(1)}") 0 0 / cover; }`;
  root.append(element("link", { rel: "stylesheet", href: URL.createObjectURL(new Blob([sheet], { type: "text/css" })) }));
  expecting(root.querySelector(".photo"), 1);
  image.setAttributeNS(XLINK, "xlink:href", address(5));
  expecting(image, 5);
  source.srcset = address(4);
  expecting(img, 4);
  const canvas = element("canvas"); // its stream plays without a file
  canvas.getContext("2d").fillRect(0, 0, 10, 10);
  Object.assign(video, { muted: true, srcObject: canvas.captureStream() });
  void video.play();
  expecting(video, null);
};
