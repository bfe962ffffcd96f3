// @vitest-environment jsdom
import { expect, test } from "vitest";
import { type Facts, factsOf, kindOf } from "./picture";

const photo: Facts = {
  address: "https://cdn.example/a.jpg",
  natural: { width: 1080, height: 720 },
  width: 540,
  height: 360,
  round: false,
  backdrop: false,
};

test.each<[string, Partial<Facts>, string]>([
  ["a photograph in a post", {}, "content"],
  ["exactly the minimum", { width: 96, height: 96, natural: { width: 64, height: 64 } }, "content"],
  ["shown one pixel below the minimum", { height: 95 }, "ornament"],
  ["natural side one pixel below the minimum", { natural: { width: 1080, height: 63 } }, "ornament"],
  ["a tracking pixel blown up", { natural: { width: 1, height: 1 } }, "ornament"],
  ["an avatar", { width: 40, height: 40, round: true }, "ornament"],
  ["a large round portrait", { width: 150, height: 150, round: true }, "ornament"],
  ["a very large round picture", { width: 400, height: 400, round: true }, "content"],
  ["a drawing", { address: "https://cdn.example/logo.svg?v=2" }, "ornament"],
  ["a drawing in the page", { address: "data:image/svg+xml,<svg/>" }, "ornament"],
  ["svg in the query alone", { address: "https://cdn.example/a.jpg?from=logo.svg" }, "content"],
  ["a background, whose size is not told", { natural: null }, "content"],
  ["the blurred copy beside a picture", { backdrop: true }, "ornament"],
  ["not loaded yet", { natural: { width: 0, height: 0 } }, "later"],
  ["not laid out", { width: 0, height: 0 }, "later"],
  ["without an address", { address: "" }, "later"],
])("%s is %o: %s", (_, change, kind) => {
  expect(kindOf({ ...photo, ...change }, 96)).toBe(kind);
});

test("a reader's own minimum holds", () => {
  expect(kindOf({ ...photo, width: 150, height: 150 }, 200)).toBe("ornament");
});

const SHOWN = `style="background-image: url('https://cdn.example/a.jpg'); background-size: cover"`;

test.each<[string, string, string | null]>([
  ["a background that covers its element", `<div id="it" ${SHOWN}></div>`, "https://cdn.example/a.jpg"],
  ["a gradient", `<div id="it" style="background-image: linear-gradient(red, blue)"></div>`, ""],
  [
    "a texture",
    `<div id="it" style="background: url(https://cdn.example/a.png) repeat; background-size: auto"></div>`,
    "",
  ],
  [
    "a piece of a sprite",
    `<div id="it" style="background: url(https://cdn.example/a.png) -20px -40px no-repeat; background-size: auto"></div>`,
    "",
  ],
  ["the background behind an img of the same picture", `<p><b id="it" ${SHOWN}></b><img></p>`, null],
  ["the background around an img of the same picture", `<div id="it" ${SHOWN}><i><img></i></div>`, null],
  [
    "the background beside another picture",
    `<p><b id="it" ${SHOWN}></b><img class="other"></p>`,
    "https://cdn.example/a.jpg",
  ],
  [
    "a blurred background",
    `<div id="it" ${SHOWN.replace("cover", "cover; filter: blur(20px)")}></div>`,
    null,
  ],
])("%s", (_, html, shows) => {
  document.body.innerHTML = html;
  for (const image of document.querySelectorAll("img")) {
    const name = image.className || "a";
    Object.defineProperty(image, "currentSrc", { value: `https://cdn.example/${name}.jpg` });
  }
  const facts = factsOf(document.querySelector("#it") as HTMLElement);
  if (shows === null) expect(facts.backdrop).toBe(true);
  else expect([facts.address, facts.backdrop]).toEqual([shows, false]);
});
