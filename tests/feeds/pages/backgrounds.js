// Backgrounds, from the style of the element or of a sheet; round ones, tiles and sprites are no content. One
// picture stands in a frame that the page writes itself.
const sheet = element("style", {}, [1, 3].map((n) => `.b${n} { background-image: url("${address(n)}"); }`).join("\n"));
document.head.append(sheet);
const inline = (n, more) => {
  const made = element("div", { class: "picture", "data-expect": wordOf(n), ...more });
  made.style.backgroundImage = `url("${address(n)}")`;
  return made;
};
document.body.append(
  post(0, inline(0)),
  post(1, element("div", { class: "picture b1", "data-expect": wordOf(1) })),
  post(2, inline(2, { class: "avatar", "data-expect": "" })),
  post(3, element("div", { class: "picture b3", "data-expect": wordOf(3) })),
  post(4, inline(4, { class: "sprite", "data-expect": "" })),
  post(7, element("iframe", { srcdoc: `<img src="${address(7)}" width="400" height="260" data-expect="real">` })),
  post(5, element("div", { class: "scroller" }, inline(5), inline(6))),
);
window.turnFirst = (n) => {
  const made = document.querySelector(".picture");
  made.style.backgroundImage = `url("${address(n)}")`;
  made.dataset.expect = wordOf(n);
};
