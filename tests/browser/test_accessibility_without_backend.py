"""axe-core on what is shown where the service does not judge: the popup's states, a card by TF.js."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Playwright

from tests.browser.accessibility import check_accessible
from tests.browser.conftest import ServeFeed, launched
from tests.browser.feeds import level_posts
from tests.browser.inside import inside
from tests.browser.stand_in import standing_in
from tests.browser.test_browser_judge import with_other_golden
from tests.browser.test_feed import open_popup

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("free_port")]
LOADING = 40.0  # s; a busy machine loads the network, proves it and judges


def test_popup_without_a_judge(browser_without_model: BrowserContext, serve_feed: ServeFeed) -> None:
    check_popup(browser_without_model, serve_feed, "unreachable")


def test_popup_while_the_service_starts(
    browser_without_model: BrowserContext, serve_feed: ServeFeed, model_folder: Path
) -> None:
    with standing_in("starting", model_folder):
        check_popup(browser_without_model, serve_feed, "starting")


def test_popup_when_the_judge_in_the_browser_refuses(
    playwright: Playwright, chromium: Path, extension: Path, tmp_path: Path, serve_feed: ServeFeed
) -> None:
    other = with_other_golden(extension, tmp_path)
    with launched(playwright, chromium, other) as context:
        check_popup(context, serve_feed, "refused")


def check_popup(context: BrowserContext, serve_feed: ServeFeed, state: str) -> None:
    posts, _ = level_posts(1)
    page = context.new_page()
    page.goto(serve_feed(posts))
    popup = open_popup(page)
    popup.locator(f"#popup[data-state={state}]").wait_for(timeout=1000 * LOADING)
    for scheme in ("light", "dark"):
        popup.emulate_media(color_scheme=scheme)
        check_accessible(popup, least=("button-name", "label", "color-contrast", "heading-order"))


def test_card_judged_in_the_browser(fresh_browser: BrowserContext, serve_feed: ServeFeed) -> None:
    posts, _ = level_posts(1)
    page = fresh_browser.new_page()
    page.goto(serve_feed(posts))
    page.locator("candid-badge[data-verdict=real]").click(timeout=1000 * LOADING)
    page.locator("candid-card[data-verdict=real]").wait_for(timeout=5_000)
    card = inside(page, "candid-card")
    assert "in this browser" in card.text("dl")
    card.show_to_the_page()
    check_accessible(
        page, ["candid-card"], least=("button-name", "color-contrast", "aria-dialog-name", "list")
    )
