"""What a page does to its pictures: changes, lightboxes, full screen. Real browsers, real service."""

import io
import time
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.browser.check import Page as AnyPage
from tests.browser.check import wait_until
from tests.browser.firefox import firefox_with_extension
from tests.feeds.look import check_in_sight
from tests.feeds.site import Feeds

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("backend")]
DEADLINE = 20.0

# The badges that are hit where they stand: nothing lies over them.
HIT = """(within) => [...document.querySelectorAll(`${within} candid-badge`)].filter((badge) => {
  const { left, top, width, height } = badge.getBoundingClientRect();
  const [x, y] = [left + width / 2, top + height / 2];
  return width > 0 && y > 0 && y < innerHeight && document.elementFromPoint(x, y) === badge;
})"""
SHINING = f"(count) => ({HIT})('article').length === count"
SEEN_IN_THE_OVERLAY = (
    f"(words) => ({HIT})('.opened-now').map((badge) => badge.dataset.verdict).join() === words"
)
OVERLAYS = {
    "a level": {"zIndex": "6"},
    "no level": {},
    "level 0": {"zIndex": "0"},
    "placed in the page": {"position": "absolute", "height": "900px"},
}


def test_what_cannot_be_judged_gives_way_to_the_shown_variant(page: Page, feeds: Feeds) -> None:
    page.set_viewport_size({"width": 900, "height": 1900})
    page.goto(feeds.page("fallback"))
    check_in_sight(page, DEADLINE, 4)
    assert [feeds.asked[f"/unreadable/{kind}.jpg"] for kind in ("page", "huge", "torn", "flash")] == [1] * 4


def test_pictures_that_change_in_place(page: Page, feeds: Feeds) -> None:
    page.set_viewport_size({"width": 900, "height": 2100})
    page.goto(feeds.page("changes"))
    check_in_sight(page, DEADLINE, 3)
    page.evaluate("window.change()")
    check_in_sight(page, DEADLINE, 4)


def test_pictures_that_change_in_place_in_firefox(
    firefox: Path, firefox_extension: Path, feeds: Feeds, tmp_path: Path
) -> None:
    with firefox_with_extension(firefox, firefox_extension, tmp_path / "log") as opened:
        opened.driver.set_window_size(900, 2300)
        opened.driver.get(feeds.page("changes"))
        check_in_sight(opened, DEADLINE, 3)
        opened.evaluate("() => void window.change()")
        check_in_sight(opened, DEADLINE, 4)


@pytest.mark.parametrize("more", OVERLAYS.values(), ids=OVERLAYS)
def test_no_badge_shines_through_a_lightbox_of_plain_elements(
    page: Page, feeds: Feeds, more: dict[str, str]
) -> None:
    page.goto(feeds.page("overlay"))
    check_overlays(page, more)


def test_no_badge_shines_through_a_lightbox_in_firefox(
    firefox: Path, firefox_extension: Path, feeds: Feeds, tmp_path: Path
) -> None:
    with firefox_with_extension(firefox, firefox_extension, tmp_path / "log") as opened:
        opened.driver.get(feeds.page("overlay"))
        check_overlays(opened, OVERLAYS["no level"])


def check_overlays(page: AnyPage, more: dict[str, str]) -> None:
    check_in_sight(page, DEADLINE, 2)
    wait_until(page, SHINING, DEADLINE, 2)
    page.evaluate("(args) => void window.openOverlay(args)", [4, more])
    wait_until(page, SEEN_IN_THE_OVERLAY, DEADLINE, "real")
    wait_until(page, SHINING, DEADLINE, 0)
    page.evaluate("() => document.querySelector('.opened-now').remove()")
    wait_until(page, SHINING, DEADLINE, 2)
    page.evaluate("() => void window.showWall(true)")
    wait_until(page, SHINING, DEADLINE, 0)
    page.evaluate("() => void window.showWall(false)")
    wait_until(page, SHINING, DEADLINE, 2)


def test_picture_that_fills_the_screen_by_itself_keeps_its_badge(page: Page, feeds: Feeds) -> None:
    page.goto(feeds.page("lightbox"))
    check_in_sight(page, DEADLINE, 2)
    page.evaluate("document.querySelector('.picture').requestFullscreen()")
    # Chromium lets nothing outside of what fills the screen be hit, so it is looked for by its colour.
    until = time.monotonic() + DEADLINE
    while not _is_red(page, 20, 20):
        assert time.monotonic() < until, "no red badge is seen in the picture's corner"
        page.wait_for_timeout(100)
    assert page.evaluate("document.fullscreenElement.className") == "picture"
    page.evaluate("document.exitFullscreen()")
    check_in_sight(page, DEADLINE, 2)
    assert not page.locator("candid-badge[popover]").count()


def test_closed_tab_asks_for_nothing_more(page: Page, feeds: Feeds) -> None:
    page.goto(feeds.page("lightbox?folder=lazy"))
    opened = page.context.new_page()
    opened.goto(feeds.page("virtual?folder=slow"))
    _until_asked(feeds, "/slow/")
    opened.close()
    _no_more(page, feeds, "/slow/")


def test_page_that_is_left_asks_for_nothing_more(page: Page, feeds: Feeds) -> None:
    page.set_viewport_size({"width": 900, "height": 2400})
    page.goto(feeds.page("lightbox?folder=slow"))
    _until_asked(feeds, "/slow/")
    page.goto(feeds.page("variants"))
    _no_more(page, feeds, "/slow/")


def _is_red(page: Page, x: int, y: int) -> bool:
    """Whether something red of a badge's size is seen there; the pictures are grey."""
    shot = page.screenshot(clip={"x": x - 10, "y": y - 10, "width": 20, "height": 20})
    red, green, _ = Image.open(io.BytesIO(shot)).convert("RGB").resize((1, 1)).getpixel((0, 0))
    return bool(red > green + 40)


def _until_asked(feeds: Feeds, folder: str) -> None:
    until = time.monotonic() + DEADLINE
    while not _asked(feeds, folder):
        assert time.monotonic() < until, f"nothing of {folder} was asked for"
        time.sleep(0.05)


def _no_more(page: Page, feeds: Feeds, folder: str) -> None:
    page.wait_for_timeout(300)  # what was on its way
    before = _asked(feeds, folder)
    page.wait_for_timeout(5_000)  # enough for two more rounds
    assert _asked(feeds, folder) == before, "pictures of a page that is gone were fetched"


def _asked(feeds: Feeds, folder: str) -> int:
    return sum(count for path, count in feeds.asked.items() if path.startswith(folder))
