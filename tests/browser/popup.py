"""The popup in either browser: its page in a tab behind the one that it speaks of."""

from collections.abc import Iterator
from contextlib import contextmanager

import playwright.sync_api as playwright

from tests.browser.check import Page, wait_until
from tests.browser.firefox import FirefoxPage
from tests.browser.test_feed import open_popup

SHOWS = "(selector) => document.querySelector(selector) !== null"
CLICK = "(selector) => void document.querySelector(selector).click()"


@contextmanager
def popup_of(page: Page) -> Iterator[Page]:
    if isinstance(page, FirefoxPage):
        with page.popup() as popup:
            yield popup
        return
    assert isinstance(page, playwright.Page)
    opened = open_popup(page)
    yield opened
    opened.close()


def wait_for_state(popup: Page, state: str, timeout: float = 15.0) -> None:
    wait_until(popup, SHOWS, timeout, f"#popup[data-state={state}]")


def click(popup: Page, selector: str) -> None:
    wait_until(popup, SHOWS, 5, selector)
    popup.evaluate(CLICK, selector)
