"""The Firefox build in real Firefox."""

from pathlib import Path

import pytest

from tests.browser.check import check_feed
from tests.browser.conftest import ServeFeed
from tests.browser.feeds import level_posts
from tests.browser.firefox import firefox_with_extension

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("backend")]


def test_firefox_build_badges_a_feed(
    firefox: Path, firefox_extension: Path, serve_feed: ServeFeed, tmp_path: Path
) -> None:
    posts, expected = level_posts(9)
    with firefox_with_extension(firefox, firefox_extension, tmp_path / "geckodriver.log") as page:
        page.driver.get(serve_feed(posts))
        check_feed(page, expected, deadline=20)
