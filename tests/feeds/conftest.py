"""The browsers and the backend of tests/browser, and the made-up feeds."""

from collections.abc import Iterator

import pytest

from tests.browser.conftest import (  # noqa: F401
    backend,
    browser,
    browser_without_model,
    chromium,
    extension,
    firefox,
    firefox_extension,
    firefox_without_model,
    free_port,
    fresh_browser,
    open_tab,
    page,
    playwright,
    without_model,
)
from tests.feeds.site import Feeds, serving_feeds


@pytest.fixture
def feeds() -> Iterator[Feeds]:
    with serving_feeds() as running:
        yield running
