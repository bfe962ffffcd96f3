"""The backend dies in the middle of a feed and comes back: no picture keeps a wrong badge or goes without."""

import time
from pathlib import Path

import pytest

from backend.demo.servers import running_backend
from tests.browser.conftest import OpenTab
from tests.feeds.look import check_in_sight
from tests.feeds.site import Feeds

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("free_port")]
AGAIN = 40.0  # s; the extension looks for the service every ten seconds at most, and its own view lasts 15
WORDS = "() => [...document.querySelectorAll('candid-badge')].map((badge) => badge.dataset.verdict)"


def test_feed_goes_on_when_the_backend_is_killed_and_restarted(
    open_tab: OpenTab, feeds: Feeds, model_folder: Path
) -> None:
    with open_tab() as page:
        with running_backend(model_folder) as backend:
            page.goto(feeds.page("virtual"))
            check_in_sight(page, AGAIN, 2)
            assert backend is not None
            backend.kill()
            backend.wait()
        page.evaluate("() => scrollTo(0, 20000)")
        time.sleep(1.5)
        assert not {"fake", "real", "unsure"} & set(page.evaluate(WORDS)), "a verdict without a judge"
        with running_backend(model_folder):
            check_in_sight(page, AGAIN, 2)
