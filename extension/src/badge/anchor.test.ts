// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { addPicture, installPage } from "../testing/page";
import { anchorOn, disown, placeBy } from "./anchor";

beforeEach(() => {
  installPage();
  document.body.innerHTML = "";
});
afterEach(() => vi.restoreAllMocks());

const nameOf = (picture: HTMLElement) => picture.style.getPropertyValue("anchor-name");

test("the picture's own name is kept, and restored at the end", () => {
  const picture = addPicture("a.jpg");
  picture.style.setProperty("anchor-name", "--mine");
  const anchor = anchorOn(picture);
  expect(nameOf(picture)).toBe(`--mine, ${anchor.name}`);
  anchor.release();
  expect(nameOf(picture)).toBe("--mine");
});

test("badge and card share a name, which goes with the last of them", () => {
  const picture = addPicture("a.jpg");
  const [badge, card] = [anchorOn(picture), anchorOn(picture)];
  expect(badge.name).toBe(card.name);
  badge.release();
  badge.release();
  expect(nameOf(picture)).toBe(card.name);
  card.release();
  expect(nameOf(picture)).toBe("");
});

test("two pictures never share a name", () => {
  expect(anchorOn(addPicture("a.jpg")).name).not.toBe(anchorOn(addPicture("a.jpg")).name);
});

test("a name that the page overwrote comes back beside the page's new one", () => {
  const picture = addPicture("a.jpg");
  const anchor = anchorOn(picture);
  picture.style.setProperty("anchor-name", "--theirs");
  anchor.renew();
  expect(nameOf(picture)).toBe(`--theirs, ${anchor.name}`);
});

test("a copy loses the name of its original and keeps the page's", () => {
  const copy = addPicture("a.jpg");
  copy.style.setProperty("anchor-name", `--mine, ${anchorOn(addPicture("a.jpg")).name}`);
  disown(copy);
  expect(nameOf(copy)).toBe("--mine");
});

test("the element goes to the end of the parent, never into <picture>", () => {
  document.body.innerHTML = "<figure><picture><img></picture><figcaption></figcaption></figure>";
  const element = document.createElement("candid-badge");
  placeBy(document.querySelector("img") as HTMLElement, element);
  expect([...(document.querySelector("figure")?.children ?? [])].map((each) => each.localName)).toEqual([
    "picture",
    "figcaption",
    "candid-badge",
  ]);
});
