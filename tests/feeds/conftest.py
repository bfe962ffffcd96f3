"""The browsers and the backend of tests/browser, and the made-up feeds."""

from collections.abc import Iterator

import pytest

from tests.browser.conftest import (  # noqa: F401
    backend,
    browser,
    chromium,
    extension,
    firefox,
    firefox_extension,
    free_port,
    fresh_browser,
    playwright,
)
from tests.feeds.site import Feeds, serving_feeds


@pytest.fixture
def feeds() -> Iterator[Feeds]:
    with serving_feeds() as running:
        yield running
