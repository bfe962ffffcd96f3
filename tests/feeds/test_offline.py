"""The network goes away under an open page: what the cache holds is judged, the rest gets no verdict.

The pictures' server is stopped: connections are refused, as they are without a network; the backend is on
this machine, and stays.
"""

import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser import check
from tests.browser.check import wait_until
from tests.browser.conftest import worker_of
from tests.browser.firefox import firefox_with_extension
from tests.feeds.look import LOOK, check_in_sight
from tests.feeds.site import Feeds

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("backend")]
DEADLINE = 30.0
LOADED = "[...document.querySelectorAll('.picture')].every((each) => each.complete && each.naturalWidth > 0)"
TURN = "(everywhere) => chrome.storage.local.set({ settings: { version: 2, everywhere } })"


def test_offline(fresh_browser: BrowserContext, feeds: Feeds) -> None:
    page, own = fresh_browser.new_page(), fresh_browser.new_page()
    own.goto(worker_of(fresh_browser).evaluate("chrome.runtime.getURL('options.html')"))
    page.bring_to_front()
    page.goto(feeds.page("lightbox"))
    page.evaluate("window.fill()")
    page.wait_for_function(LOADED)
    check_in_sight(page, DEADLINE, 2)

    feeds.cut()
    asked = dict(feeds.asked)
    forget_verdicts(page, own)
    check_in_sight(page, DEADLINE, 2)  # the bytes came from the browser's cache
    assert feeds.asked == asked

    check_offline(page, feeds)


def test_offline_in_firefox(firefox: Path, firefox_extension: Path, feeds: Feeds, tmp_path: Path) -> None:
    with firefox_with_extension(firefox, firefox_extension, tmp_path / "log") as page:
        page.goto(feeds.page("lightbox"))
        page.evaluate("() => window.fill()")
        wait_until(page, f"() => {LOADED}", DEADLINE)
        check_in_sight(page, DEADLINE, 2)
        feeds.cut()
        check_offline(page, feeds)


def check_offline(page: check.Page, feeds: Feeds) -> None:
    """Of pictures that nothing has fetched for the extension, up to the network's return."""
    page.evaluate("() => scrollTo(0, 12_000)")
    until = time.monotonic() + DEADLINE
    while "failed" not in said(page):
        assert time.monotonic() < until, f"the badges say {said(page)}"
        time.sleep(0.1)
    for _ in range(10):
        assert said(page) <= {"failed", "pending"}, "a verdict about what could not be fetched"
        time.sleep(0.1)

    feeds.mend()
    check_in_sight(page, DEADLINE, 2)  # tried again by itself


def said(page: check.Page) -> set[str]:
    shown: list[dict[str, Any]] = page.evaluate(LOOK)["shown"]
    return {word for each in shown if each["expect"] for word in each["said"]}


def forget_verdicts(page: Page, own: Page) -> None:
    """In the session's store and in the worker's memory; then the page is looked at anew."""
    own.evaluate(TURN, False)
    page.wait_for_function("!document.querySelector('candid-badge')")
    own.evaluate("chrome.storage.session.clear()")
    session = page.context.new_cdp_session(page)
    targets = session.send("Target.getTargets")["targetInfos"]
    [worker] = [target["targetId"] for target in targets if target["type"] == "service_worker"]
    session.send("Target.closeTarget", {"targetId": worker})
    own.evaluate(TURN, True)
