// What the feeds share. A content picture says the verdict that it must get; "" is for what must get no badge.
const { cdn } = document.documentElement.dataset;
const FOLDER = new URLSearchParams(location.search).get("folder") ?? "p"; // "lazy": its answers take their time
const WORDS = ["fake", "real", "unsure"];
const wordOf = (n) => WORDS[n % 3];
const address = (n, folder = FOLDER) => `${cdn}/${folder}/${wordOf(n)}/${n}.jpg`;

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const picture = (n, more = {}) =>
  element("img", { class: "picture", src: address(n), "data-expect": wordOf(n), "data-name": n, ...more });
const avatar = (n) => element("img", { class: "avatar", src: address(n, "avatars"), "data-expect": "" });
const post = (n, ...inside) => element("article", {}, ...(inside.length ? inside : [picture(n)]));
