// Strict Content-Security-Policy and Trusted Types; a data: picture, a blob: picture whose address is revoked, a
// video's poster, an image in an SVG, a lazily swapped picture, a canvas.
const bytes = async (n) => (await fetch(`/same/${wordOf(n)}/${n}.jpg`)).blob();
const asData = (blob) =>
  new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.readAsDataURL(blob);
  });

async function build() {
  document.body.append(post(0, picture(0, { src: await asData(await bytes(0)) })));
  const url = URL.createObjectURL(await bytes(1));
  const blob = picture(1, { src: url });
  blob.addEventListener("load", () => URL.revokeObjectURL(url));
  document.body.append(post(1, blob));
  document.body.append(post(2, element("video", { class: "picture", poster: address(2), "data-expect": wordOf(2) })));
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 400 260");
  svg.setAttribute("width", "400");
  const image = document.createElementNS("http://www.w3.org/2000/svg", "image");
  for (const [key, value] of Object.entries({ href: address(3), width: 400, height: 260, "data-expect": wordOf(3) }))
    image.setAttribute(key, value);
  image.setAttribute("preserveAspectRatio", "xMidYMid slice");
  svg.append(image);
  document.body.append(post(3, svg));
  const lazy = picture(5, { src: "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=" });
  document.body.append(post(5, lazy));
  setTimeout(() => {
    lazy.src = address(5);
  }, 400);
  const canvas = element("canvas", { class: "picture", width: 400, height: 260, "data-expect": "" });
  const context = canvas.getContext("2d");
  context.fillStyle = "rgb(205, 205, 205)";
  context.fillRect(0, 0, 400, 260);
  document.body.append(post(6, canvas, element("a", { class: "cover", href: "#canvas" })));
}
build();
