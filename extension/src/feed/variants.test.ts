// @vitest-environment jsdom
import { expect, test } from "vitest";
import { addresses, best, parseSrcset, sourceOf } from "./variants";

const BASE = "https://site.example/feed/";
const candidate = (address: string, size: number) => ({ address: new URL(address, BASE).href, size });

test.each<[string, string, ReturnType<typeof parseSrcset>]>([
  ["widths", "a.jpg 320w, b.jpg 640w", [candidate("a.jpg", 320), candidate("b.jpg", 640)]],
  ["densities", "a.jpg, b.jpg 2x", [candidate("a.jpg", 1000), candidate("b.jpg", 2000)]],
  [
    "commas in addresses",
    "/w_1,h_2/a.jpg 1x,/w_2,h_4/a.jpg 2x",
    [candidate("/w_1,h_2/a.jpg", 1000), candidate("/w_2,h_4/a.jpg", 2000)],
  ],
  [
    "line breaks and no blank",
    "\n  a.jpg 1x,\n  b.jpg 1.5x\n",
    [candidate("a.jpg", 1000), candidate("b.jpg", 1500)],
  ],
  [
    "a data address",
    "data:image/gif;base64,AA== 1x",
    [{ address: "data:image/gif;base64,AA==", size: 1000 }],
  ],
  ["an unknown descriptor", "a.jpg 5q, b.jpg 640w", [candidate("b.jpg", 640)]],
  ["nothing", "", []],
])("srcset with %s", (_, srcset, candidates) => {
  expect(parseSrcset(srcset, BASE)).toEqual(candidates);
});

test.each([
  ["the largest", [320, 640, 1280], 1280],
  ["the largest that is not too large", [640, 2048, 4096], 2048],
  ["the smallest where all are too large", [8000, 4096], 4096],
])("best is %s", (_, sizes, size) => {
  expect(best(sizes.map((each) => ({ address: String(each), size: each })))).toBe(String(size));
});

const list = (...sizes: number[]) => sizes.map((size) => `${BASE}${size}.jpg ${size}w`).join(", ");

test.each<[string, string, string[], string[]]>([
  ["no srcset", "320.jpg", [""], ["320.jpg"]],
  ["a larger variant", "320.jpg", [list(320, 1280)], ["1280.jpg", "320.jpg"]],
  ["the largest is shown already", "1280.jpg", [list(320, 1280)], ["1280.jpg"]],
  ["more than enough is shown", "4096.jpg", [list(320, 4096)], ["4096.jpg"]],
  ["the list of another crop", "320.jpg", [`${BASE}other.jpg 5000w`, list(320, 640)], ["640.jpg", "320.jpg"]],
  ["src of an old browser", "plain.jpg", [list(320, 640)], ["plain.jpg"]],
])("addresses with %s", (_, shown, lists, expected) => {
  expect(addresses(BASE + shown, lists, BASE)).toEqual(expected.map((each) => BASE + each));
});

test("a source element beside the picture counts", async () => {
  document.body.innerHTML = `<picture><source srcset="${list(320, 1280)}"><img src="${BASE}old.jpg"></picture>`;
  const picture = document.querySelector("img") as HTMLImageElement;
  Object.defineProperty(picture, "currentSrc", { value: `${BASE}320.jpg` });
  expect(await sourceOf(picture)).toEqual({
    kind: "addresses",
    addresses: [`${BASE}1280.jpg`, `${BASE}320.jpg`],
  });
});

test("a data: picture travels in the message", async () => {
  const picture = document.createElement("img");
  Object.defineProperty(picture, "currentSrc", { value: "data:image/png;base64,AAAA" });
  expect(await sourceOf(picture)).toEqual({ kind: "data", url: "data:image/png;base64,AAAA" });
});

test("a blob that was revoked gives no bytes", async () => {
  const picture = document.createElement("img");
  Object.defineProperty(picture, "currentSrc", { value: "blob:https://site.example/1" });
  expect(await sourceOf(picture)).toBeNull();
});
