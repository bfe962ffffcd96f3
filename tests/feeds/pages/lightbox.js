// Links lie over the pictures, as on Facebook; a modal dialog shows one large. More posts come at the end.
let next = 0;
function more() {
  for (const end = next + 4; next < end; next += 1)
    document.body.append(post(next, avatar(next), picture(next), element("a", { class: "cover", href: "#photo" })));
}
more();
addEventListener("scroll", () => {
  if (next < 40 && scrollY + innerHeight * 2 > document.documentElement.scrollHeight) more();
});
window.fill = () => {
  while (next < 40) more();
};
window.openDialog = (n) => {
  const dialog = element("dialog", {}, picture(n));
  document.body.append(dialog);
  dialog.showModal();
};
