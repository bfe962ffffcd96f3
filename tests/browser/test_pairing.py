"""Pairing as a reader does it: the popup asks, the service shows a code, the code opens the door."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Playwright

from backend.data_folder import PAIRED
from backend.demo.servers import BACKEND_PORT
from backend.settings import Settings
from backend.tokens import Tokens
from tests.browser.check import check_feed
from tests.browser.conftest import ServeFeed, launched_as_it_is
from tests.browser.feeds import level_posts
from tests.browser.test_feed import open_popup
from tests.conftest import RunningService, running_service

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("free_port")]


@pytest.fixture
def own_service(model_folder: Path, tmp_path: Path) -> Iterator[RunningService]:
    """With a data folder in which nothing is paired."""
    with running_service(Settings(model=model_folder, data=tmp_path), port=BACKEND_PORT) as running:
        yield running


@pytest.fixture
def unpaired_browser(playwright: Playwright, chromium: Path, without_model: Path) -> Iterator[BrowserContext]:
    """Without its own model, so that every verdict is the service's."""
    with launched_as_it_is(playwright, chromium, without_model) as context:
        yield context


def test_reader_pairs_with_the_code_and_a_revoked_browser_is_out(
    own_service: RunningService,
    unpaired_browser: BrowserContext,
    serve_feed: ServeFeed,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    posts, expected = level_posts(3)
    page = unpaired_browser.new_page()
    page.goto(serve_feed(posts))
    popup = open_popup(page)
    popup.locator("#popup[data-state=unpaired]").wait_for(timeout=15_000)
    popup.locator("#pair").click()
    popup.locator("#pair-code").wait_for(timeout=5_000)
    popup.reload()  # as when the reader looks at the terminal, which closes a popup
    field = popup.locator("#pair-code")
    [code] = re.findall(r"(\d{3} \d{3})", " ".join(caplog.messages))
    field.fill(code[:-1] + str((int(code[-1]) + 1) % 10))
    popup.locator("#pair-send").click()
    popup.locator("#pair-trouble").wait_for(timeout=5_000)
    field.fill(code)
    field.press("Enter")
    popup.locator("#popup[data-state=ready]").wait_for(timeout=10_000)
    assert popup.locator("#pairing").count() == 0
    check_feed(page, expected, deadline=30)

    tokens = Tokens(tmp_path)
    [entry] = tokens.paired()
    assert entry.name == "Chrome" and (tmp_path / PAIRED).exists()
    tokens.revoke(entry.id)
    popup.locator("#popup[data-state=unpaired]").wait_for(timeout=30_000)
    popup.locator("#pair").wait_for()


def test_popup_offers_pairing_while_the_browsers_own_model_judges(
    own_service: RunningService,
    playwright: Playwright,
    chromium: Path,
    extension: Path,
    serve_feed: ServeFeed,
) -> None:
    posts, _ = level_posts(1)
    with launched_as_it_is(playwright, chromium, extension) as context:
        page = context.new_page()
        page.goto(serve_feed(posts))
        popup = open_popup(page)
        popup.locator("#popup[data-state=ready] #status[data-judge=browser]").wait_for(timeout=15_000)
        popup.locator("#pair").wait_for(timeout=5_000)
