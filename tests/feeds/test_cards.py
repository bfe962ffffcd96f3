"""What a card at a picture of a feed tells and does: real Chromium and Firefox, the real backend."""

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page

from tests.browser.firefox import firefox_with_extension
from tests.browser.inside import inside
from tests.browser.test_feed import click_menu
from tests.feeds.look import check_in_sight
from tests.feeds.site import Feeds

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("backend")]
DEADLINE = 20.0


def test_sites_own_label_decides_against_the_model(page: Page, feeds: Feeds) -> None:
    page.goto(feeds.page("labelled"))
    check_in_sight(page, DEADLINE, 2)
    badge = page.locator("candid-badge").first
    assert "The site itself labels this picture" in (badge.get_attribute("aria-label") or "")
    badge.click()
    page.locator("candid-card[data-verdict=fake]").wait_for(timeout=5_000)
    card = inside(page, "candid-card")
    assert card.text("h2") == "Labelled as AI"
    decided = card.text("li:has(em)")
    assert decided.startswith("The site's label says fake") and "#AIGenerated" in decided
    assert "Model says real" in card.text("ul")


def test_sites_own_label_decides_in_firefox(
    firefox: Path, firefox_extension: Path, feeds: Feeds, tmp_path: Path
) -> None:
    with firefox_with_extension(firefox, firefox_extension, tmp_path / "log") as opened:
        opened.driver.get(feeds.page("labelled"))
        check_in_sight(opened, DEADLINE, 2)
        said = opened.evaluate("() => document.querySelector('candid-badge').getAttribute('aria-label')")
        assert said.startswith("Labelled as AI")


def test_right_click_judges_the_frame_that_a_video_shows(page: Page, feeds: Feeds) -> None:
    page.goto(feeds.page("video"))
    page.locator("body[data-played]").wait_for(timeout=1000 * DEADLINE)
    box = page.locator("video").bounding_box()
    assert box
    page.mouse.click(box["x"] + 200, box["y"] + 100, button="right")
    click_menu(page, "", kind="video")
    page.locator("candid-card[data-verdict=fake]").wait_for(timeout=1000 * DEADLINE)
    page.keyboard.press("Escape")
    page.locator("candid-card").wait_for(state="detached", timeout=5_000)
    page.evaluate(  # back to the dark half
        """() => new Promise((resolve) => {
          const video = document.querySelector("video");
          video.onseeked = resolve;
          video.currentTime = 0.1;
        })"""
    )
    click_menu(page, "", kind="video")
    page.locator("candid-card[data-verdict=real]").wait_for(timeout=1000 * DEADLINE)


def test_heat_lies_over_the_picture_and_under_its_badge(page: Page, feeds: Feeds) -> None:
    page.goto(feeds.page("lightbox"))
    check_in_sight(page, DEADLINE, 2)
    page.locator("candid-badge[data-verdict=fake]").first.click()
    page.locator("candid-card[data-verdict=fake]").wait_for(timeout=5_000)
    card = inside(page, "candid-card")
    picture, badge = _below_the_badge(page), _middle_of_the_badge(page)
    card.press("[data-act=heat]")
    card.wait_for("[data-act=heat][aria-pressed=true]")
    assert _below_the_badge(page) != picture, "no heat is seen on the picture"
    assert _middle_of_the_badge(page) == badge, "the heat lies over the badge"
    card.press("[data-act=heat]")
    page.locator("candid-heat").wait_for(state="detached", timeout=5_000)
    assert _below_the_badge(page) == picture


def _below_the_badge(page: Page) -> bytes:
    left, top, width, height = _box(page.locator(".picture").first)
    return _seen(page, left, top + 50, width, height - 50)


def _middle_of_the_badge(page: Page) -> bytes:
    """Where it is opaque."""
    left, top, width, height = _box(page.locator("candid-badge").first)
    return _seen(page, left + width / 2 - 10, top + height / 2 - 4, 20, 8)


def _box(element: Locator) -> tuple[float, float, float, float]:
    box = element.bounding_box()
    assert box
    return box["x"], box["y"], box["width"], box["height"]


def _seen(page: Page, left: float, top: float, width: float, height: float) -> bytes:
    shot = page.screenshot(clip={"x": left, "y": top, "width": width, "height": height})
    return Image.open(io.BytesIO(shot)).convert("RGB").tobytes()
