// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Judged } from "../contract/types";
import type { Mode } from "../settings";
import { say } from "../testing/english";
import { judgedAs } from "../testing/judged";
import { addPicture, installPage } from "../testing/page";
import { Badge, removeCopies } from "./badge";
import { walkIn } from "./walking";
import { wordingOf } from "./wording";

beforeEach(() => {
  installPage();
  document.body.innerHTML = "";
});
afterEach(() => vi.restoreAllMocks());

let made = 0;
function badge(mode: Mode, verdict: Judged["verdict"], top = 0): { badge: Badge; host: HTMLElement } {
  made += 1;
  const post = document.body.appendChild(document.createElement("article"));
  const shown = new Badge(addPicture(`${made}.jpg`, post), `${made}.jpg`, mode, say, () => {});
  shown.show(wordingOf({ kind: "judged", judged: judgedAs(verdict), by: "backend" }, say));
  const host = post.querySelector("candid-badge") as HTMLElement;
  host.getBoundingClientRect = () => ({ top, bottom: top + 24, left: 0, width: 24 }) as DOMRect;
  return { badge: shown, host };
}
const veils = () => [...document.querySelectorAll<HTMLElement>("candid-veil")];

test.each<[Mode, Judged["verdict"], boolean, string[]]>([
  ["badges", "fake", true, []],
  ["badges", "real", true, []],
  ["flags", "fake", true, []],
  ["flags", "real", false, []],
  ["flags", "unsure", false, []],
  ["dim", "fake", true, ["dim"]],
  ["dim", "real", true, []],
  ["blur", "fake", true, ["blur"]],
  ["blur", "unsure", true, []],
])("%s: a badge on %s is seen (%s), veils: %j", (mode, verdict, seen, modes) => {
  const { host } = badge(mode, verdict);
  expect(host.hasAttribute("data-silent")).toBe(!seen);
  expect(veils().map((veil) => veil.dataset["mode"])).toEqual(modes);
});

test("the page cannot look inside", () => {
  expect(badge("badges", "fake").host.shadowRoot).toBeNull();
});

test("a click uncovers the picture, does not reach the page, and holds when the picture comes back", () => {
  const { badge: first, host } = badge("blur", "fake");
  const page = vi.fn();
  document.addEventListener("click", page);
  expect(veils()[0]?.getAttribute("aria-label")).toBe("Likely fake. Show the picture");
  veils()[0]?.click();
  expect([veils().length, page.mock.calls.length, document.activeElement]).toEqual([0, 0, host]);
  first.remove();
  made -= 1; // the same address
  badge("blur", "fake");
  expect(veils()).toEqual([]);
  document.removeEventListener("click", page);
});

test("the badge lies above its veil, also when the veil comes later or was thrown out", () => {
  const { badge: it, host } = badge("dim", "real");
  it.show(wordingOf({ kind: "judged", judged: judgedAs("fake"), by: "backend" }, say));
  const order = () => [...(host.parentElement?.children ?? [])].map((child) => child.localName);
  expect(order()).toEqual(["img", "candid-veil", "candid-badge"]);
  veils()[0]?.remove();
  it.place();
  expect(order()).toEqual(["img", "candid-veil", "candid-badge"]);
});

test("with the badge goes the veil; a page's copies of either are taken out", () => {
  const { badge: it, host } = badge("dim", "fake");
  document.body.append(host.cloneNode(), veils()[0]?.cloneNode() as Node);
  removeCopies(document.body);
  expect(document.querySelectorAll("candid-badge, candid-veil").length).toBe(2);
  it.remove();
  expect(document.querySelectorAll("candid-badge, candid-veil").length).toBe(0);
});

test("badges are no stops of the Tab key; a command, arrows and Escape lead through them and back", () => {
  document.body.innerHTML = "<button>the page's</button>";
  const before = document.querySelector("button") as HTMLElement;
  before.focus();
  Element.prototype.scrollIntoView = () => {};
  expect(walkIn()).toBe(false);
  const [above, middle, below] = [-500, 380, 900].map((top) => badge("badges", "real", top).host);
  const press = (key: string) =>
    document.activeElement?.dispatchEvent(
      new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }),
    );
  expect([above?.tabIndex, walkIn(), document.activeElement]).toEqual([-1, true, middle]);
  press("ArrowDown");
  expect(document.activeElement).toBe(below);
  for (const _ of [1, 2, 3]) press("ArrowUp");
  expect(document.activeElement).toBe(above);
  press("Escape");
  expect(document.activeElement).toBe(before);
});
