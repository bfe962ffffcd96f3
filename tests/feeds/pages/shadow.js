// Posts are custom elements with open shadow roots whose script comes late, as on Reddit; each picture stands
// before its own blurred copy; some roots lie in roots.
for (let n = 0; n < 6; n += 1) document.body.append(element("made-post", { n }));

class Frame extends HTMLElement {
  connectedCallback() {
    const n = Number(this.getAttribute("n"));
    const root = this.attachShadow({ mode: "open" });
    const copy = element("img", { class: "backdrop", src: address(n), "data-expect": "" });
    root.append(
      element("link", { rel: "stylesheet", href: "/pages/feed.css" }),
      element("div", { class: "frame" }, copy, picture(n)),
    );
  }
}
class Post extends HTMLElement {
  connectedCallback() {
    const root = this.attachShadow({ mode: "open" });
    const n = Number(this.getAttribute("n"));
    root.append(element("link", { rel: "stylesheet", href: "/pages/feed.css" }));
    root.append(element("article", {}, element("made-frame", { n })));
  }
}
setTimeout(() => {
  customElements.define("made-post", Post);
  setTimeout(() => customElements.define("made-frame", Frame), 200);
}, 300);
