// A lightbox of plain elements, no <dialog>: it lies over the posts by its level alone.
document.body.append(...[0, 1, 2].map((n) => post(n)));
window.openOverlay = (n) => {
  const large = picture(n, { class: "picture large" });
  const overlay = element("div", { class: "overlay" }, large);
  const looks = { position: "fixed", inset: "0", zIndex: "6", background: "#000" };
  Object.assign(overlay.style, looks);
  Object.assign(large.style, { position: "absolute", top: "300px", left: "480px" });
  document.body.append(overlay);
};
