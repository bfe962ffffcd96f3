// A lightbox of plain elements, no <dialog>: it lies over the posts by its level or, without one, by its place in
// the document. A shield without a level lies over each picture. One overlay waits in the page, hidden.
const shielded = (n) =>
  element("div", { class: "shielded" }, element("div", {}, picture(n)), element("div", { class: "shield" }));
document.body.append(...[0, 1].map((n) => post(n, shielded(n))));
const wall = element("div", { class: "overlay" }, "Cookies?");
const hidden = element("div", { style: "display: none" }, wall);
document.body.append(hidden);
Object.assign(wall.style, { position: "fixed", inset: "0", background: "#000" });

window.openOverlay = ([n, more]) => {
  const large = picture(n, { class: "picture large" });
  const overlay = element("div", { class: "overlay opened-now" }, large);
  Object.assign(overlay.style, { position: "fixed", inset: "0", background: "#000", ...more });
  Object.assign(large.style, { position: "absolute", top: "300px", left: "480px" });
  document.body.append(overlay);
};
window.showWall = (shown) => {
  hidden.style.display = shown ? "block" : "none";
};
