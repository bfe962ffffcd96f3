"""Without any judge no picture gets a verdict; when the backend starts, the badges come by themselves."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from backend.demo.servers import running_backend
from tests.browser.check import check_feed
from tests.browser.conftest import ServeFeed
from tests.browser.feeds import level_posts
from tests.browser.test_feed import open_popup

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("free_port")]
AGAIN = 30.0  # s; the extension asks for the service every ten seconds at most

WORDS = """() => [...document.querySelectorAll("candid-badge")]
  .map((badge) => badge.dataset.verdict).filter((verdict) => verdict !== "pending")"""


def test_badges_come_when_the_backend_starts_and_not_before(
    browser_without_model: BrowserContext, serve_feed: ServeFeed, model_folder: Path
) -> None:
    posts, expected = level_posts(6)
    page = browser_without_model.new_page()
    page.goto(serve_feed(posts))
    popup = open_popup(page)
    popup.locator("#popup[data-state=unreachable]").wait_for(timeout=15_000)
    for _ in range(20):
        assert page.evaluate(WORDS) == []
        page.wait_for_timeout(100)
    with running_backend(model_folder):
        check_feed(page, expected, AGAIN)
        popup.locator("#popup[data-state=ready]").wait_for(timeout=20_000)
