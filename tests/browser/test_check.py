"""The test of the test: the check of a feed fails when the backend's verdict is wrong, late or missing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.check import check_feed
from tests.browser.conftest import ServeFeed
from tests.browser.feeds import level_posts
from tests.browser.stand_in import LATE, standing_in

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("free_port")]


@pytest.fixture
def stand_in(request: pytest.FixtureRequest, free_port: None, model_folder: Path) -> Iterator[None]:
    """Requested before the browser, so that the extension finds it when it starts."""
    with standing_in(request.param, model_folder):
        yield


@pytest.mark.parametrize(
    ("stand_in", "deadline", "complaint"),
    [
        ("wrong", 15, "badge says"),
        ("late", LATE / 2, r"no verdict after .* \['pending'\]"),
        ("silent", 4, r"no verdict after .* \['pending'\]"),
        ("failing", 15, "badge says failed"),
        ("gibberish", 15, "badge says failed"),
    ],
    indirect=["stand_in"],
)
def test_check_fails_when_the_backend_spoils_its_answers(
    stand_in: None, deadline: float, complaint: str, fresh_browser: BrowserContext, serve_feed: ServeFeed
) -> None:
    posts, expected = level_posts(3)
    page = fresh_browser.new_page()
    page.goto(serve_feed(posts))
    with pytest.raises(AssertionError, match=complaint):
        check_feed(page, expected, deadline)


@pytest.mark.parametrize("stand_in", ["honest"], indirect=True)
def test_check_passes_on_the_same_stand_in_when_it_is_honest(
    stand_in: None, fresh_browser: BrowserContext, serve_feed: ServeFeed
) -> None:
    posts, expected = level_posts(3)
    page = fresh_browser.new_page()
    page.goto(serve_feed(posts))
    check_feed(page, expected, deadline=15)


def test_check_fails_when_nothing_judges(
    browser_without_model: BrowserContext, serve_feed: ServeFeed
) -> None:
    posts, expected = level_posts(3)
    page = browser_without_model.new_page()
    page.goto(serve_feed(posts))
    with pytest.raises(AssertionError, match=r"no verdict after .* badges: \[\]"):
        check_feed(page, expected, deadline=4)
