// @vitest-environment jsdom
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Picture } from "../shown";
import { Adapter } from "./adapter";
import { labelOf } from "./label";
import type { Site } from "./site";
import { betterVariant, SITES, siteOf } from "./table";

let stop: AbortController;
beforeEach(() => {
  stop = new AbortController();
  vi.useFakeTimers();
});
afterEach(() => {
  stop.abort();
  vi.useRealTimers();
});

/** Pages with the structure of the site, written by us; each picture says what is expected of it. */
function open({ name }: Site): Picture[] {
  const file = join(import.meta.dirname, "pages", `${name.toLowerCase()}.html`);
  document.body.innerHTML = readFileSync(file, "utf8");
  return [...document.querySelectorAll<Picture>("[data-expect]")];
}

const named = (pictures: readonly Picture[], tell: (picture: Picture) => unknown) =>
  pictures.map((picture) => [nameOf(picture), tell(picture) ?? null]);
const nameOf = (picture: Picture) =>
  ["src", "href", "poster"].map((each) => picture.getAttribute(each)).join("");

test.each(SITES.map((site) => [site.name, site] as const))("%s: content and what is none", (_, site) => {
  const pictures = open(site);
  const adapter = new Adapter(site, () => {}, stop.signal);
  for (const picture of pictures) adapter.opinionOf(picture); // the order in which they come does not matter
  expect(named(pictures, (picture) => adapter.opinionOf(picture))).toEqual(
    named(pictures, (picture) => picture.dataset["expect"]),
  );
  expect(pictures.some((picture) => picture.dataset["expect"] === "content")).toBe(true);
});

test.each(SITES.map((site) => [site.name, site] as const))(
  "%s: its AI label reaches its pictures alone",
  (_, site) => {
    const pictures = open(site).filter((picture) => picture.dataset["expect"] === "content");
    expect(named(pictures, (picture) => labelOf(site, picture))).toEqual(
      named(pictures, (picture) => picture.dataset["label"]),
    );
  },
);

const LABELLED = SITES.flatMap(({ label, ...site }) => (label ? [{ ...site, label }] : []));
const PARTS = LABELLED.flatMap((site) =>
  (["post", "at", "written"] as const).flatMap((which) =>
    (site.label[which]?.split(", ") ?? []).map((part) => [site.name, which, part, site] as const),
  ),
);

test.each(PARTS)(
  "%s: without a part of its label's selectors (%s: %s) its page is read otherwise",
  (...row) => {
    const [, which, part, site] = row;
    const left = site.label[which]?.split(", ").filter((each) => each !== part);
    const label = { ...site.label, [which]: left?.join(", ") || ":not(*)" };
    const pictures = open(site).filter((picture) => picture.dataset["expect"] === "content");
    expect(named(pictures, (picture) => labelOf({ ...site, label }, picture))).not.toEqual(
      named(pictures, (picture) => picture.dataset["label"]),
    );
  },
);

test("an adapter whose selectors find nothing hides nothing for long", () => {
  const [site] = SITES as [Site];
  document.body.innerHTML = `<div data-testid="UserAvatar-renamed"><img id="it"></div>`;
  const it = document.querySelector("#it") as HTMLElement;
  const changed = vi.fn();
  const adapter = new Adapter(site, changed, stop.signal);
  expect(adapter.opinionOf(it)).toBe("doubtful");
  vi.advanceTimersByTime(10_000);
  expect(changed).toHaveBeenCalledOnce();
  expect(adapter.opinionOf(it)).toBe("none");
});

test("doubts are resolved when content comes in time", () => {
  const [site] = SITES as [Site];
  const pictures = open(site);
  const avatar = pictures.find((each) => each.dataset["expect"] === "ornament") as Picture;
  const changed = vi.fn();
  const adapter = new Adapter(site, changed, stop.signal);
  expect(adapter.opinionOf(avatar)).toBe("doubtful");
  for (const picture of pictures) adapter.opinionOf(picture);
  vi.advanceTimersByTime(10_000);
  expect(changed).toHaveBeenCalledOnce();
  expect(adapter.opinionOf(avatar)).toBe("ornament");
});

test.each([
  ["x.com", "X"],
  ["mobile.twitter.com", "X"],
  ["www.reddit.com", "Reddit"],
  ["de.pinterest.com", "Pinterest"],
  ["netflix.com", undefined],
  ["x.com.evil.example", undefined],
])("the site of %s is %s", (host, name) => {
  document.body.innerHTML = "";
  expect(siteOf(host, document)?.name).toBe(name);
});

test("Mastodon is known by its page on any host", () => {
  document.body.innerHTML = `<div class="app-holder" id="mastodon"></div>`;
  expect(siteOf("social.example", document)?.name).toBe("Mastodon");
});

test.each<[string, string | null]>([
  [
    "https://pbs.twimg.com/media/AbC?format=jpg&name=small",
    "https://pbs.twimg.com/media/AbC?format=jpg&name=orig",
  ],
  ["https://pbs.twimg.com/media/AbC.jpg:large", "https://pbs.twimg.com/media/AbC.jpg:orig"],
  ["https://pbs.twimg.com/media/AbC?format=jpg&name=orig", null],
  ["https://pbs.twimg.com/profile_images/1/a_normal.jpg", null],
  ["https://i.pinimg.com/236x/aa/bb/cc/x.jpg", "https://i.pinimg.com/originals/aa/bb/cc/x.jpg"],
  ["https://i.pinimg.com/originals/aa/bb/cc/x.jpg", null],
  [
    "https://cdn.bsky.app/img/feed_thumbnail/plain/did:plc:a/c@jpeg",
    "https://cdn.bsky.app/img/feed_fullsize/plain/did:plc:a/c@jpeg",
  ],
  ["https://cdn.bsky.app/img/avatar/plain/did:plc:a/c@jpeg", null],
  ["https://preview.redd.it/abc123.jpg?width=640&crop=smart&s=1f", "https://i.redd.it/abc123.jpg"],
  ["https://preview.redd.it/a-title-v0-abc123.jpeg?width=640&s=1f", "https://i.redd.it/abc123.jpeg"],
  ["https://external-preview.redd.it/abc.jpg?width=640&s=1f", null],
  [
    "https://files.example/media_attachments/files/1/2/small/a.png",
    "https://files.example/media_attachments/files/1/2/original/a.png",
  ],
  [
    "https://i.pximg.net/c/250x250_80_a2/custom-thumb/img/2026/01/01/1_p0_custom1200.jpg",
    "https://i.pximg.net/img-master/img/2026/01/01/1_p0_master1200.jpg",
  ],
  ["https://yt3.ggpht.com/AbC=s640-c-fcrop64=1,0000-rw-nd-v1", "https://yt3.ggpht.com/AbC=s0"],
  // Signed for one size: another one is refused.
  ["https://scontent.xx.fbcdn.net/v/t39/1_n.jpg?stp=dst-jpg_s600x600&oh=00_Af&oe=67", null],
  ["https://scontent.cdninstagram.com/v/t51/1_n.jpg?oh=00_Af&oe=67", null],
  ["https://media.licdn.com/dms/image/v2/D4/feedshare-shrink_800/1?e=1&v=beta&t=x", null],
  ["https://p16-sign.tiktokcdn.com/obj/1.jpeg?x-expires=1&x-signature=a", null],
  ["https://images-wixmp-ed30a86b.wixmp.com/f/1/a.jpg/v1/fill/w_894/a.jpg?token=ey", null],
  ["https://64.media.tumblr.com/1/1-2/s640x960/f.jpg", null],
  ["data:image/png;base64,AAAA", null],
  ["not an address", null],
])("the best variant of %s is %s", (address, better) => {
  expect(betterVariant(address)).toBe(better);
});
