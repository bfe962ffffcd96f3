// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Judged } from "../contract/types";
import type { Counts, Report } from "../counts";
import { failed, type Outcome } from "../judge/judge";
import { DEFAULTS } from "../settings";
import { say } from "../testing/english";
import { judgedAs } from "../testing/judged";
import { addPicture, cross, heldFrames, installPage, load, settled } from "../testing/page";
import type { Asking } from "./asking";
import { Feed } from "./feed";
import type { Site } from "./sites/site";

const at = (name: string) => `https://cdn.example/${name}.jpg`;
const judged = (verdict: Judged["verdict"]): Outcome => ({
  kind: "judged",
  judged: judgedAs(verdict),
  by: "backend",
});

/** A background that answers by the picture's name, when it is told to. */
class Background implements Asking {
  readonly asked: string[] = [];
  readonly cancelled: string[] = [];
  readonly counts: Counts[] = [];
  answers: Record<string, Outcome> = {};
  judgeIsThere = false;
  readonly #waiting: (() => void)[] = [];
  hold = false;

  async check(
    source: Parameters<Asking["check"]>[0],
    _: string | null,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const address = source.kind === "addresses" ? (source.addresses[0] ?? "") : source.url;
    this.asked.push(address);
    signal.addEventListener("abort", () => this.cancelled.push(address));
    if (this.hold) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return signal.aborted ? failed("cancelled") : (this.answers[address] ?? judged("real"));
  }
  async release(): Promise<void> {
    for (const answer of this.#waiting.splice(0)) answer();
    await settled();
  }
  ready = async () => this.judgeIsThere;
  alive = () => true;
  report = ({ counts }: Report) => void this.counts.push(counts);
  heat = async () => ({ kind: "missing" }) as const;
  correct = async () => ({ kind: "missing" }) as const;
  aboutModel = () => {};
  leave = () => {};
}

let background: Background;
let stop: AbortController;
const opened: Outcome[] = [];

beforeEach(() => {
  installPage();
  document.body.innerHTML = "";
  background = new Background();
  stop = new AbortController();
});
afterEach(() => {
  stop.abort();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const start = () => new Feed(background, say, DEFAULTS, (_, outcome) => opened.push(outcome), stop.signal);
const badges = () =>
  [...document.querySelectorAll<HTMLElement>("candid-badge")].map(
    (host) => `${host.dataset["verdict"]} ${host.dataset["for"]}`,
  );

async function see(picture: HTMLImageElement): Promise<void> {
  await settled();
  cross(picture, true);
  await settled();
}

test.each(["fake", "real", "unsure"] as const)(
  "a picture in view gets the badge of its verdict: %s",
  async (word) => {
    background.answers = { [at("a")]: judged(word) };
    const picture = addPicture(at("a"));
    start();
    await see(picture);
    expect(badges()).toEqual([`${word} ${at("a")}`]);
  },
);

test("a picture out of view is not asked for", async () => {
  addPicture(at("a"));
  start();
  await settled();
  expect(background.asked).toEqual([]);
  expect(badges()).toEqual([]);
});

test("a picture that came and went between two looks is not asked for", async () => {
  const picture = addPicture(at("a"));
  start();
  await settled();
  cross(picture, true, false);
  await settled();
  expect(background.asked).toEqual([]);
});

test("a verdict whose picture goes before the next frame brings no badge", async () => {
  background.hold = true;
  const [gone, left, stays] = [addPicture(at("gone")), addPicture(at("left")), addPicture(at("stays"))];
  start();
  for (const picture of [gone, left, stays]) await see(picture);
  const frames = heldFrames();
  await background.release();
  gone.remove();
  load(left, at("next"));
  await settled();
  await frames.come();
  expect(badges()).toEqual([`real ${at("stays")}`]);
});

test("a badge hangs on its picture's name, and moves with it at once", async () => {
  const picture = addPicture(at("a"));
  start();
  await see(picture);
  const badge = document.querySelector("candid-badge") as HTMLElement;
  const name = picture.style.getPropertyValue("anchor-name");
  expect(name).toMatch(/^--candid-/);
  expect(badge.style.getPropertyValue("position-anchor")).toBe(name);
  heldFrames(); // none comes
  const post = document.body.appendChild(document.createElement("article"));
  post.append(picture);
  await settled();
  expect(badge.parentElement).toBe(post);
});

test("a name that the page wiped off the picture's style is put back at once", async () => {
  const picture = addPicture(at("a"));
  start();
  await see(picture);
  const name = picture.style.getPropertyValue("anchor-name");
  heldFrames(); // none comes
  picture.style.removeProperty("anchor-name");
  picture.setAttribute("style", "opacity: 1");
  await settled();
  expect(picture.style.getPropertyValue("anchor-name")).toBe(name);
});

test("a picture that was added later is found", async () => {
  start();
  const post = document.createElement("article");
  const picture = addPicture(at("late"), post);
  document.body.append(post);
  await see(picture);
  expect(badges()).toEqual([`real ${at("late")}`]);
});

test("a recycled element loses the old badge before the new picture is judged", async () => {
  background.answers = { [at("old")]: judged("fake"), [at("new")]: judged("real") };
  const picture = addPicture(at("old"));
  start();
  await see(picture);
  background.hold = true;
  load(picture, at("new"));
  await settled();
  expect(badges()).toEqual([]);
  await background.release();
  expect(badges()).toEqual([`real ${at("new")}`]);
});

test("the old badge goes when the address is set, not when the new picture has come", async () => {
  const picture = addPicture(at("old"));
  start();
  await see(picture);
  Object.defineProperty(picture, "complete", { value: false });
  picture.src = at("new"); // the browser's currentSrc is the old one until it has chosen
  await settled();
  expect(badges()).toEqual([]);
});

test("an answer about the old picture does not reach the new one", async () => {
  background.answers = { [at("old")]: judged("fake"), [at("new")]: judged("real") };
  background.hold = true;
  const picture = addPicture(at("old"));
  start();
  await see(picture);
  load(picture, at("new"));
  await settled();
  await background.release();
  expect(badges()).toEqual([`real ${at("new")}`]);
  expect(background.cancelled).toContain(at("old"));
});

test("a picture that is back before the cancelled question has its answer gets its badge", async () => {
  background.hold = true;
  const picture = addPicture(at("a"));
  start();
  await see(picture);
  cross(picture, false);
  cross(picture, true);
  await settled();
  await background.release();
  await background.release(); // the second question
  expect(badges()).toEqual([`real ${at("a")}`]);
});

test("a picture scrolled far away is cancelled, without a badge; back in view, it is asked again", async () => {
  background.hold = true;
  const picture = addPicture(at("a"));
  start();
  await see(picture);
  cross(picture, false);
  await background.release();
  expect(background.cancelled).toEqual([at("a")]);
  expect(badges()).toEqual([]);
  background.hold = false;
  await see(picture);
  expect(badges()).toEqual([`real ${at("a")}`]);
});

test.each([
  ["browser", 1],
  ["backend", 3],
] as const)("the judge in the %s is asked for %i of three pictures at once", async (by, atOnce) => {
  const first = judged("real");
  background.answers = { [at("first")]: first.kind === "judged" ? { ...first, by } : first };
  const pictures = ["first", "a", "b", "c"].map((name) => addPicture(at(name)));
  start();
  await see(pictures[0] as HTMLImageElement);
  background.hold = true;
  for (const picture of pictures.slice(1)) await see(picture);
  expect(background.asked.slice(1)).toHaveLength(atOnce);
});

test("a picture that waits for its verdict says so after half a second, not before", async () => {
  vi.useFakeTimers();
  background.hold = true;
  const picture = addPicture(at("a"));
  start();
  await vi.advanceTimersByTimeAsync(10);
  cross(picture, true);
  await vi.advanceTimersByTimeAsync(490);
  expect(badges()).toEqual([]);
  await vi.advanceTimersByTimeAsync(20);
  expect(badges()).toEqual([`pending ${at("a")}`]);
  cross(picture, false);
  expect(badges()).toEqual([]);
});

test("verdicts that come together: everything is read of the page before anything is written", async () => {
  background.hold = true;
  const pictures = [addPicture(at("a")), addPicture(at("b"))];
  start();
  for (const picture of pictures) await see(picture);
  const log: string[] = [];
  const { getComputedStyle: read } = globalThis;
  const { appendChild: write } = Node.prototype;
  vi.spyOn(globalThis, "getComputedStyle").mockImplementation((...rest) => {
    log.push("read");
    return read(...rest);
  });
  vi.spyOn(document.body, "appendChild").mockImplementation((node) => {
    log.push("write");
    return write.call(document.body, node) as typeof node;
  });
  await background.release();
  expect(badges().sort()).toEqual([`real ${at("a")}`, `real ${at("b")}`]);
  expect(log.join(" ")).toMatch(/^(read )+write write$/);
});

test("a picture that leaves takes its badge along", async () => {
  const picture = addPicture(at("a"));
  start();
  await see(picture);
  picture.remove();
  await settled();
  expect(badges()).toEqual([]);
});

test("a badge that the page clears comes back", async () => {
  const picture = addPicture(at("a"));
  start();
  await see(picture);
  document.querySelector("candid-badge")?.remove();
  await settled();
  expect(badges()).toEqual([`real ${at("a")}`]);
});

test("a copy of a badge, made by the page, is taken out", async () => {
  const post = document.createElement("article");
  document.body.append(post);
  const picture = addPicture(at("a"), post);
  start();
  await see(picture);
  document.body.append(post.cloneNode(true));
  await settled();
  expect(badges()).toEqual([`real ${at("a")}`]);
});

test("a failure of the picture itself is a mark, no verdict, and is not retried", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  background.answers = { [at("a")]: failed("truncated") };
  const picture = addPicture(at("a"));
  start();
  await see(picture);
  expect(badges()).toEqual([`failed ${at("a")}`]);
  await vi.advanceTimersByTimeAsync(120_000);
  expect(background.asked).toHaveLength(1);
});

test("a passing failure is tried again and becomes the verdict", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  background.answers = { [at("a")]: failed("download_failed") };
  const picture = addPicture(at("a"));
  start();
  await see(picture);
  expect(badges()).toEqual([`failed ${at("a")}`]);
  background.answers = { [at("a")]: judged("fake") };
  await vi.advanceTimersByTimeAsync(3_000);
  expect(badges()).toEqual([`fake ${at("a")}`]);
});

test("without a judge there is no badge, and all are judged when one comes", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  background.answers = { [at("a")]: failed("unreachable"), [at("b")]: failed("unreachable") };
  const pictures = [addPicture(at("a")), addPicture(at("b"))];
  start();
  for (const picture of pictures) await see(picture);
  expect(badges()).toEqual([]);
  const before = background.asked.length;
  await vi.advanceTimersByTimeAsync(20_000);
  expect(background.asked).toHaveLength(before); // not one picture was tried in vain
  background.answers = {};
  background.judgeIsThere = true;
  await vi.advanceTimersByTimeAsync(12_000);
  expect(badges().sort()).toEqual([`real ${at("a")}`, `real ${at("b")}`]);
});

test("switched off, nothing of ours is left in the page", async () => {
  const picture = addPicture(at("a"));
  start();
  await see(picture);
  stop.abort();
  expect(badges()).toEqual([]);
  expect(picture.style.getPropertyValue("anchor-name")).toBe("");
});

test("a click on a badge opens its card and reaches no handler of the page", async () => {
  const clicks = vi.fn();
  document.body.addEventListener("click", clicks, { once: true });
  const picture = addPicture(at("a"));
  start();
  await see(picture);
  opened.length = 0;
  document.querySelector<HTMLElement>("candid-badge")?.click();
  expect(opened.map(({ kind }) => kind)).toEqual(["judged"]);
  expect(clicks).not.toHaveBeenCalled();
});

test.each(["the picture", "what it stands in"])(
  "in full screen by %s, its badge is in the top layer",
  async (which) => {
    const post = document.body.appendChild(document.createElement("article"));
    const picture = addPicture(at("a"), post);
    addPicture(at("b"));
    start();
    await see(picture);
    const badge = document.querySelector("candid-badge") as HTMLElement;
    const showPopover = vi.fn();
    badge.showPopover = showPopover; // jsdom has none
    const fill = (fullscreenElement: Element | null) => {
      Object.defineProperty(document, "fullscreenElement", { value: fullscreenElement, configurable: true });
      document.dispatchEvent(new Event("fullscreenchange"));
    };
    const alone = which === "the picture";
    fill(alone ? picture : post);
    expect([showPopover.mock.calls.length, badge.popover]).toEqual(alone ? [1, "manual"] : [0, undefined]);
    fill(null);
    expect(badge.popover ?? null).toBeNull();
  },
);

test("the counts tell each picture once", async () => {
  background.answers = { [at("a")]: judged("fake"), [at("b")]: failed("truncated") };
  const pictures = ["a", "a", "b", "c"].map((name) => addPicture(at(name)));
  start();
  for (const picture of pictures) await see(picture);
  await new Promise((resolve) => setTimeout(resolve, 250));
  expect(background.counts.at(-1)).toEqual({ fake: 1, real: 1, unsure: 0, failed: 1 });
});

test("a poster's badge goes when the video plays, and comes back with the poster", async () => {
  const video = document.createElement("video");
  const state = { paused: true, played: { length: 0 } };
  const now = (change: Partial<typeof state>) => {
    Object.assign(state, change);
    for (const [name, value] of Object.entries(state))
      Object.defineProperty(video, name, { value, configurable: true });
  };
  now({});
  video.poster = at("poster");
  video.getBoundingClientRect = () => ({ width: 640, height: 480, top: 0, bottom: 480 }) as DOMRect;
  document.body.append(video);
  start();
  await settled();
  cross(video, true);
  await settled();
  expect(badges()).toEqual([`real ${at("poster")}`]);
  now({ paused: false });
  video.dispatchEvent(new Event("play"));
  await settled();
  expect(badges()).toEqual([]);
  now({ paused: true });
  video.dispatchEvent(new Event("emptied"));
  await settled();
  expect(badges()).toEqual([`real ${at("poster")}`]);
});

const CHANGED: Site = {
  name: "Feed",
  hosts: ["feed.example"],
  content: ".photo-of-last-year",
  not: ".media img",
};

function inDoubt(): HTMLImageElement {
  const media = document.body.appendChild(document.createElement("div"));
  media.className = "media";
  return addPicture(at("a"), media);
}

test("on a site that has changed, what its entry leaves out is judged by the general rules after a while", async () => {
  vi.useFakeTimers();
  const picture = inDoubt();
  new Feed(background, say, DEFAULTS, () => {}, stop.signal, CHANGED);
  await vi.advanceTimersByTimeAsync(10);
  cross(picture, true);
  await vi.advanceTimersByTimeAsync(100);
  expect([background.asked, badges()]).toEqual([[], []]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(badges()).toEqual([`real ${at("a")}`]);
});

test("where the entry finds a content picture in time, what it leaves out gets no badge", async () => {
  vi.useFakeTimers();
  const left = inDoubt();
  new Feed(background, say, DEFAULTS, () => {}, stop.signal, CHANGED);
  await vi.advanceTimersByTimeAsync(10);
  cross(left, true);
  const content = addPicture(at("b"));
  content.className = "photo-of-last-year";
  await vi.advanceTimersByTimeAsync(100);
  cross(content, true);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(badges()).toEqual([`real ${at("b")}`]);
});
