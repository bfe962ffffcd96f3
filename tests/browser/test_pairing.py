"""Pairing as a reader does it: the popup asks, the service shows a code, the code opens the door."""

import re
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from backend.data_folder import PAIRED
from backend.demo.servers import BACKEND_PORT
from backend.settings import Settings
from backend.tokens import Tokens
from tests.browser.check import LOOK_AT, Page, check_feed, scroll_to, wait_until
from tests.browser.conftest import OpenTab, ServeFeed, launched_as_it_is
from tests.browser.feeds import level_posts
from tests.browser.popup import SHOWS, click, popup_of, wait_for_state
from tests.browser.test_feed import open_popup
from tests.conftest import RunningService, running_service

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("free_port")]
TYPE = """(code) => {
  const field = document.getElementById("pair-code");
  field.value = code;
  field.form.requestSubmit();
}"""


@pytest.fixture
def own_service(model_folder: Path, tmp_path: Path) -> Iterator[RunningService]:
    """With a data folder in which nothing is paired."""
    with running_service(Settings(model=model_folder, data=tmp_path), port=BACKEND_PORT) as running:
        yield running


def test_reader_pairs_with_the_code_and_a_revoked_browser_is_out_until_paired_again(
    own_service: RunningService,
    open_tab: OpenTab,
    serve_feed: ServeFeed,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    posts, expected = level_posts(9)
    early, late = dict(list(expected.items())[:3]), dict(list(expected.items())[6:])
    with open_tab(model=False, known=False) as page:  # every verdict is the service's
        page.goto(serve_feed(posts))
        pair(page, caplog, slip=True)
        check_feed(page, early, deadline=30)

        tokens = Tokens(tmp_path)
        [entry] = tokens.paired()
        assert entry.name in ("Chrome", "Firefox") and (tmp_path / PAIRED).exists()
        tokens.revoke(entry.id)
        for name in late:
            scroll_to(page, name)
            for _ in range(10):
                assert not words_on(page, late) & {"fake", "real", "unsure"}, "a verdict without a token"
                time.sleep(0.1)
        pair(page, caplog)
        check_feed(page, expected, deadline=30)


def pair(page: Page, caplog: pytest.LogCaptureFixture, slip: bool = False) -> None:
    """As a reader does, whose popup closes when he looks at the terminal. `slip`: mistypes the code first."""
    caplog.clear()
    with popup_of(page) as popup:
        wait_for_state(popup, "unpaired", timeout=30)
        click(popup, "#pair")
        wait_until(popup, SHOWS, 5, "#pair-code")
    [code] = re.findall(r"(\d{3} \d{3})", " ".join(caplog.messages))
    with popup_of(page) as popup:
        wait_until(popup, SHOWS, 5, "#pair-code")
        if slip:
            popup.evaluate(TYPE, code[:-1] + str((int(code[-1]) + 1) % 10))
            wait_until(popup, SHOWS, 5, "#pair-trouble")
        popup.evaluate(TYPE, code)
        wait_for_state(popup, "ready")
        assert not popup.evaluate(SHOWS, "#pairing")


def words_on(page: Page, names: Iterable[str]) -> set[str]:
    looks = [page.evaluate(LOOK_AT, name) for name in names]
    return {badge["verdict"] for look in looks if look["there"] for badge in look["badges"]}


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
