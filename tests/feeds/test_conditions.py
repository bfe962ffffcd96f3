"""Badge and card under the reader's conditions: zoom, colours, motion, direction, a page that styles all."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright

from backend.demo.pairing import paired
from tests.browser.conftest import launched_as_it_is
from tests.browser.inside import inside
from tests.feeds.look import check_in_sight
from tests.feeds.site import Feeds

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("backend")]
DEADLINE = 20.0
# What a careless or hostile sheet says about everything in a post but its picture.
HOSTILE = """article > :not(.picture) { width: 100% !important; height: 300px !important;
  display: none !important; position: static !important; opacity: .1 !important;
  transform: scale(2) !important; }
* { border: 9px solid lime; letter-spacing: 9px !important; }"""
BADGE = """() => {
  const badge = document.querySelector("candid-badge[data-verdict=fake]");
  const { width, height } = badge.getBoundingClientRect();
  const { opacity, position } = getComputedStyle(badge);
  return { width, height, opacity, position };
}"""


@pytest.fixture
def zoomed(playwright: Playwright, chromium: Path, extension: Path) -> Iterator[Page]:
    """As at 200%: half as many CSS pixels, each of two by two of the screen."""
    with (
        paired(extension, "Test") as copy,
        launched_as_it_is(
            playwright, chromium, copy, viewport={"width": 450, "height": 450}, device_scale_factor=2
        ) as context,
    ):
        yield context.new_page()


def test_zoom_of_the_browser(zoomed: Page, feeds: Feeds) -> None:
    zoomed.goto(feeds.page("lightbox"))
    assert zoomed.evaluate("[innerWidth, devicePixelRatio]") == [450, 2]
    check_in_sight(zoomed, DEADLINE)
    zoomed.evaluate("scrollTo(0, 450)")
    check_in_sight(zoomed, DEADLINE)
    check_card_in_window(zoomed)


def test_zoom_by_two_fingers(page: Page, feeds: Feeds) -> None:
    page.goto(feeds.page("lightbox"))
    check_in_sight(page, DEADLINE, 2)
    page.context.new_cdp_session(page).send("Emulation.setPageScaleFactor", {"pageScaleFactor": 2})
    assert page.evaluate("visualViewport.scale") == 2
    page.evaluate("scrollTo(0, 300)")
    check_in_sight(page, DEADLINE, 2)


def test_page_from_right_to_left(page: Page, feeds: Feeds) -> None:
    page.goto(feeds.page("lightbox"))
    page.evaluate("document.documentElement.dir = 'rtl'")
    check_in_sight(page, DEADLINE, 2)
    check_card_in_window(page)


def test_forced_colours_tell_a_fake_by_its_edge(page: Page, feeds: Feeds) -> None:
    page.emulate_media(forced_colors="active")
    page.goto(feeds.page("lightbox"))
    check_in_sight(page, DEADLINE, 2)
    edges = {
        word: inside(page, f"candid-badge[data-verdict={word}]").style(".pill", "border-top-width")
        for word in ("fake", "real")
    }
    assert edges == {"fake": "3px", "real": "1px"}
    check_card_in_window(page)
    assert inside(page, "candid-card").style(".card", "border-top-width") == "1px"


@pytest.mark.parametrize(("motion", "animation"), [("reduce", "none"), ("no-preference", "wait")])
def test_reduced_motion_stills_the_waiting_badge(
    page: Page, feeds: Feeds, motion: str, animation: str
) -> None:
    page.emulate_media(reduced_motion=motion)  # type: ignore[arg-type]
    page.goto(feeds.page("lightbox"))
    page.evaluate(
        "document.querySelector('.picture').src = document.documentElement.dataset.cdn"
        f" + '/slow/real/still-{motion}.jpg'"
    )
    page.locator("candid-badge[data-verdict=pending]").first.wait_for(timeout=5_000)
    assert inside(page, "candid-badge[data-verdict=pending]").style("circle", "animation-name") == animation


def test_page_that_styles_everything_spoils_no_badge(page: Page, feeds: Feeds) -> None:
    page.goto(feeds.page("lightbox"))
    check_in_sight(page, DEADLINE, 2)
    before = page.evaluate(BADGE)
    page.add_style_tag(content=HOSTILE)
    check_in_sight(page, DEADLINE, 2)
    assert page.evaluate(BADGE) == before
    page.evaluate("scrollTo(0, 2_000)")  # badges that come after the style
    check_in_sight(page, DEADLINE, 2)
    assert page.evaluate(BADGE)["opacity"] == "1"
    check_card_in_window(page)


def check_card_in_window(page: Page) -> None:
    badge = page.locator("candid-badge:not([data-verdict=pending])").first
    badge.evaluate("(badge) => badge.click()")
    card = page.locator("candid-card")
    card.wait_for(timeout=5_000)
    left, top, right, bottom, width, height = card.evaluate(
        """(card) => {
          const { left, top, right, bottom } = card.getBoundingClientRect();
          return [left, top, right, bottom, innerWidth, innerHeight];
        }"""
    )
    assert 0 <= left < right <= width and 0 <= top < bottom <= height
