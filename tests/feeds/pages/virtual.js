// A virtual list, as on X: a thousand posts, a few nodes that are used again and again. What is seen is a
// background; an img of the same picture lies over it, transparent.
const [POSTS, HEIGHT, NODES] = [1000, 400, 8];
const list = element("div", { class: "list" });
list.style.height = `${POSTS * HEIGHT}px`;
const nodes = Array.from({ length: NODES }, () => {
  const img = element("img", { "data-expect": "" });
  return post(0, element("div", { class: "seen" }, img));
});
list.append(...nodes);
document.body.append(list);

function draw() {
  const first = Math.max(0, Math.min(POSTS - NODES, Math.floor(scrollY / HEIGHT) - 2));
  for (let n = first; n < first + NODES; n += 1) {
    const node = nodes[n % NODES];
    if (node.dataset.n === String(n)) continue;
    node.dataset.n = n;
    node.style.transform = `translateY(${n * HEIGHT}px)`;
    const [seen, img] = [node.querySelector(".seen"), node.querySelector("img")];
    seen.style.backgroundImage = `url("${address(n)}")`;
    img.src = address(n);
    img.dataset.expect = wordOf(n);
  }
}
addEventListener("scroll", draw);
draw();
window.clearFeed = () => list.replaceChildren();
