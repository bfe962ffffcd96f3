"""What stands on the pictures of a made-up feed: every content picture in sight has exactly its own badge.

Looks through open shadow roots and frames. A badge belongs to the picture whose top left corner it stands at.
"""

import time
from typing import Any

from tests.browser.check import Page

# The pictures in sight with the badges on them, and the badges that stand on none.
LOOK = """() => {
  const deep = (root) => [...root.querySelectorAll("*")].flatMap((each) => [
    each,
    ...(each.shadowRoot ? deep(each.shadowRoot) : []),
    ...(each.localName === "iframe" && each.contentDocument ? deep(each.contentDocument) : []),
  ]);
  const boxOf = (element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    const frame = element.ownerDocument.defaultView.frameElement?.getBoundingClientRect();
    const [x, y] = [left + (frame?.left ?? 0), top + (frame?.top ?? 0)];
    return { left: x, top: y, right: x + width, bottom: y + height, width };
  };
  const all = deep(document);
  const dialog = document.querySelector("dialog[open]");
  const counts = (each) => !dialog || dialog.contains(each);
  const badges = all.filter((each) => each.localName === "candid-badge" && counts(each));
  const seen = badges.map((badge) => ({ badge, ...boxOf(badge), on: 0 })).filter(({ width }) => width > 0);
  const pictures = all
    .filter((each) => each.hasAttribute("data-expect") && counts(each))
    .map((each) => ({ each, box: boxOf(each) }))
    .filter(({ box }) => box.width > 0 && box.bottom > 40 && box.top < innerHeight);
  const shown = pictures.map(({ each, box }) => {
    const { transform } = getComputedStyle(each);
    const tilted = transform !== "none" && new DOMMatrix(transform).b !== 0; // its corner is not its box's
    const near = (one, other) => Math.abs(one - other - 8) < (tilted ? 30 : 3);
    const at = seen.filter(({ left, top }) => near(left, box.left) && near(top, box.top));
    if (each.dataset.expect) for (const one of at) one.on += 1;
    return {
      expect: each.dataset.expect,
      shows: each.currentSrc ?? each.localName,
      said: at.map(({ badge }) => badge.dataset.verdict),
    };
  });
  const strays = seen.filter(({ on, top, bottom }) => on !== 1 && bottom > 40 && top < innerHeight);
  return { shown, strays: strays.map(({ badge }) => badge.dataset.for.slice(0, 80)) };
}"""

# Notes, frame by frame, a badge that tells of another picture than the one that its place shows.
WATCH = """() => {
  window.wrong = [];
  const look = () => {
    for (const img of document.querySelectorAll("img[data-expect]:not([data-expect=''])")) {
      const box = img.getBoundingClientRect();
      for (const badge of img.parentElement.querySelectorAll("candid-badge")) {
        const { top, width } = badge.getBoundingClientRect();
        if (width > 0 && top > box.top && top < box.bottom && badge.dataset.for !== img.currentSrc)
          if (!img.src.endsWith(badge.dataset.for)) window.wrong.push(`${badge.dataset.for} on ${img.src}`);
      }
    }
    requestAnimationFrame(look);
  };
  look();
}"""


def check_in_sight(page: Page, deadline: float, at_least: int = 1) -> None:
    """Raises AssertionError with what stands there when the deadline is over."""
    until = time.monotonic() + deadline
    while complaint := _complaint(page.evaluate(LOOK), at_least):
        assert time.monotonic() < until, complaint
        time.sleep(0.1)


def _complaint(look: dict[str, Any], at_least: int) -> str:
    content = [each for each in look["shown"] if each["expect"]]
    wrong = [each for each in look["shown"] if each["said"] != [each["expect"]] and each["expect"]]
    if len(content) < at_least:
        return f"{len(content)} pictures are in sight, not {at_least}"
    return f"wrong: {wrong}, strays: {look['strays']}" if wrong or look["strays"] else ""
