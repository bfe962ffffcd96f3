// Frames that a page writes itself: an empty one into which it puts nodes, one that it names about:blank, one that
// it writes into, srcdoc, and one at a blob: address. `of` names those that are wanted.
const wanted = new URLSearchParams(location.search).get("of")?.split(",");
const markup = (n) =>
  `<!doctype html><link rel="stylesheet" href="${location.origin}/pages/feed.css">` +
  `<article><img class="picture" src="${address(n)}" data-expect="${wordOf(n)}"></article>`;
const add = (attributes = {}) => document.body.appendChild(element("iframe", attributes));
const fill = (frame, n) =>
  frame.contentDocument.body.append(picture(n, { style: "width: 380px; height: 250px" }));

const FRAMES = {
  empty: () => fill(add(), 0),
  blank() {
    const frame = add({ src: "about:blank" });
    setTimeout(() => fill(frame, 1), 300);
  },
  written() {
    const { contentDocument } = add();
    contentDocument.open();
    contentDocument.write(markup(2));
    contentDocument.close();
  },
  srcdoc: () => add({ srcdoc: markup(3) }),
  blob: () => add({ src: URL.createObjectURL(new Blob([markup(4)], { type: "text/html" })) }),
};
for (const [name, build] of Object.entries(FRAMES)) if (!wanted || wanted.includes(name)) build();
