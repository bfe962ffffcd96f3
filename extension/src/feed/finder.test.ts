// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { settled } from "../testing/page";
import { findPictures, type Sightings } from "./finder";
import { addressOf } from "./shown";

const XLINK = "http://www.w3.org/1999/xlink";
const SVG = "http://www.w3.org/2000/svg";
const at = (name: string) => `https://cdn.example/${name}.jpg`;

let stop: AbortController;
const seen = vi.fn<Sightings["seen"]>();
const changing = vi.fn<Sightings["changing"]>();

function find(html: string): void {
  document.body.innerHTML = html;
  const nothing = () => {};
  findPictures(
    document,
    { seen, changing, gone: nothing, styled: nothing, added: nothing, removed: nothing },
    stop.signal,
  );
}

const one = <T extends Element = HTMLElement>(selector: string) => document.querySelector(selector) as T;

beforeEach(() => {
  stop = new AbortController();
  vi.clearAllMocks();
});
afterEach(() => stop.abort());

test("a class on an element far above brings a background, and takes it away again", async () => {
  find(`<style>.open .photo { background-image: url("${at("a")}"); }</style>
    <main><div><p class="photo"></p><p class="words"></p></div></main>`);
  await settled();
  expect(seen).not.toHaveBeenCalled();
  one("main").className = "open";
  await settled();
  expect(seen.mock.calls).toEqual([[one(".photo")]]);
  one("main").className = "";
  await settled();
  expect(seen).toHaveBeenCalledTimes(2);
  expect(addressOf(one(".photo"))).toBe("");
});

test("a class that is set many times in one go has what lies below looked at once", async () => {
  find(`<main>${"<p></p>".repeat(50)}</main>`);
  await settled();
  const look = vi.spyOn(window, "getComputedStyle");
  for (let turn = 0; turn < 20; turn += 1) one("main").className = `turn-${turn}`;
  expect(look).not.toHaveBeenCalled();
  await settled();
  expect(look.mock.calls.length).toBeLessThanOrEqual(51);
  look.mockRestore();
});

test.each(["link", "style"])(
  "a sheet that comes late in a shadow root (%s) has its root looked at",
  async (sheet) => {
    find("<made-post></made-post>");
    const root = one("made-post").attachShadow({ mode: "open" });
    const [photo, late] = [document.createElement("div"), document.createElement(sheet)];
    root.append(photo);
    document.body.append(one("made-post")); // found with its root
    await settled();
    const style = vi.spyOn(window, "getComputedStyle"); // jsdom applies no sheets of shadow roots
    style.mockImplementation(() => ({ backgroundImage: `url("${at("a")}")` }) as CSSStyleDeclaration);
    root.append(late);
    late.dispatchEvent(new Event("load"));
    await settled();
    expect(seen.mock.calls.flat()).toContain(photo);
    style.mockRestore();
  },
);

test.each(["href", "xlink:href"])("an image in an SVG whose %s changes is another picture", async (name) => {
  find("<svg></svg>");
  const image = document.createElementNS(SVG, "image");
  const set = (address: string) => image.setAttributeNS(name === "href" ? null : XLINK, name, address);
  set(at("a"));
  one<SVGElement>("svg").append(image);
  await settled();
  expect(seen.mock.calls).toEqual([[image]]);
  set(at("a"));
  await settled();
  expect(changing).not.toHaveBeenCalled();
  set(at("b"));
  await settled();
  expect(changing.mock.calls).toEqual([[image]]);
  expect(seen).toHaveBeenCalledTimes(2);
});

test("a <source> that gets another srcset changes the picture that it feeds", async () => {
  find(`<picture><source srcset="${at("a")}"><img src="${at("small")}"></picture><img>`);
  await settled();
  seen.mockClear();
  one<HTMLSourceElement>("source").srcset = at("b");
  await settled();
  expect(changing.mock.calls).toEqual([[one("picture img")]]);
  expect(seen.mock.calls).toEqual([[one("picture img")]]);
});
