"""The check of a feed: every picture gets the right badge in time, on itself, and nothing else gets one.

In: a page of the demo feed's kind in any browser, the verdict expected of each picture. Raises
AssertionError; tests/browser/test_check.py shows that it does.
"""

import time
from collections import Counter
from collections.abc import Mapping
from typing import Any, Protocol

SCROLL_TIMEOUT = 20.0  # s; until a post comes that the feed loads lazily
LOOK = 0.1  # s between two looks

# What stands on a picture: the badges whose middle lies within its box, whatever they say of themselves.
LOOK_AT = """name => {
  const picture = document.querySelector(`.picture[data-name="${name}"]`);
  const end = document.getElementById("end");
  if (!picture) {
    scrollTo(0, document.documentElement.scrollHeight);
    return { there: false, ended: end.textContent === "That is all." };
  }
  const box = picture.getBoundingClientRect();
  const within = (badge) => {
    const { left, right, top, bottom, width } = badge.getBoundingClientRect();
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    return width > 0 && x > box.left && x < box.right && y > box.top && y < box.bottom;
  };
  const badges = [...document.querySelectorAll("candid-badge")].filter(within);
  return {
    there: true,
    shows: picture.currentSrc,
    badges: badges.map((badge) => ({
      verdict: badge.dataset.verdict,
      of: badge.dataset.for,
      label: badge.getAttribute("aria-label"),
    })),
  };
}"""

SCROLL_TO = """name => document.querySelector(`.picture[data-name="${name}"]`)
  .scrollIntoView({ block: "center", behavior: "instant" })"""

# Badges that belong to no picture of a post: on avatars, left behind by nodes that went.
STRAYS = """() => {
  const shown = new Set([...document.querySelectorAll(".picture")].map((picture) => picture.currentSrc));
  const badged = [...document.querySelectorAll("candid-badge")].map((badge) => badge.dataset.for);
  return badged.filter((address) => !shown.has(address));
}"""


class Page(Protocol):
    """A page of Chromium (playwright) or Firefox (tests/browser/firefox.py)."""

    def evaluate(self, expression: str, arg: Any = None) -> Any: ...
    def goto(self, address: str, /) -> object: ...


def check_feed(page: Page, expected: Mapping[str, str], deadline: float) -> None:
    """Scrolls from picture to picture; each has `deadline` seconds to get its badge once it is in sight."""
    for name, verdict in expected.items():
        check_picture(page, name, verdict, deadline)
    check_no_strays(page)


def scroll_to(page: Page, name: str) -> None:
    until = time.monotonic() + SCROLL_TIMEOUT
    while not (seen := page.evaluate(LOOK_AT, name))["there"]:
        assert not seen["ended"], f"the feed ended before {name} came"
        assert time.monotonic() < until, f"{name} did not come within {SCROLL_TIMEOUT:.0f} s of scrolling"
        time.sleep(LOOK)
    page.evaluate(SCROLL_TO, name)


def check_picture(page: Page, name: str, verdict: str, deadline: float) -> None:
    scroll_to(page, name)
    until = time.monotonic() + deadline
    while (seen := page.evaluate(LOOK_AT, name)) and not _settled(seen):
        waited = f"after {deadline:.0f} s"
        said = [badge["verdict"] for badge in seen["badges"]]
        assert time.monotonic() < until, f"{name}: no verdict {waited}, badges: {said}"
        time.sleep(LOOK)
    [badge] = seen["badges"]
    assert badge["verdict"] == verdict, f"{name}: badge says {badge['verdict']}, not {verdict}"
    assert badge["of"] == seen["shows"], f"{name}: the badge is about another picture"
    assert badge["label"], f"{name}: the badge has no name for screen readers"


def wait_until(page: Page, expression: str, timeout: float, arg: Any = None) -> None:
    """`expression` is a function of the page."""
    until = time.monotonic() + timeout
    while not page.evaluate(expression, arg):
        assert time.monotonic() < until, f"not within {timeout:.0f} s: {expression} of {arg}"
        time.sleep(LOOK)


def check_no_strays(page: Page) -> None:
    strays = Counter(page.evaluate(STRAYS))
    assert not strays, f"badges on what is no post's picture: {dict(strays)}"


def _settled(seen: Mapping[str, Any]) -> bool:
    """One badge, with a word. Two on one picture never settle: one of them is another's."""
    badges = seen["badges"]
    return len(badges) == 1 and badges[0]["verdict"] not in (None, "pending")
