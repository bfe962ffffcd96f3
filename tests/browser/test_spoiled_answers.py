"""The backend is slow or lies: no verdict before there is a good one, then the right one. Both browsers."""

from pathlib import Path

import pytest

from tests.browser.check import check_feed, wait_until
from tests.browser.conftest import OpenTab, ServeFeed
from tests.browser.feeds import level_posts
from tests.browser.stand_in import standing_in

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("free_port")]
AGAIN = 30.0  # s; a picture is tried again after 2, 4 and 8

# All of the badges in the page say the word.
ALL_SAY = """([word, least]) => {
  const badges = [...document.querySelectorAll("candid-badge")];
  return badges.length >= least && badges.every(({ dataset }) => dataset.verdict === word);
}"""
NONE_SAYS = "(word) => !document.querySelector(`candid-badge[data-verdict=${word}]`)"


def test_late_verdict_comes_in_the_end_and_is_right(
    open_tab: OpenTab, serve_feed: ServeFeed, model_folder: Path
) -> None:
    posts, expected = level_posts(3)
    with standing_in("late", model_folder), open_tab() as page:
        page.goto(serve_feed(posts))
        wait_until(page, ALL_SAY, 15, ["pending", 2])
        check_feed(page, expected, AGAIN)


def test_lie_gets_no_verdict_and_the_truth_after_it_does(
    open_tab: OpenTab, serve_feed: ServeFeed, model_folder: Path
) -> None:
    posts, expected = level_posts(3)
    with open_tab() as page:
        with standing_in("cut", model_folder):
            page.goto(serve_feed(posts))
            wait_until(page, ALL_SAY, 15, ["failed", 2])
        with standing_in("honest", model_folder):
            wait_until(page, NONE_SAYS, AGAIN, "failed")
            check_feed(page, expected, AGAIN)
