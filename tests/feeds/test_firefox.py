"""A chosen few of the made-up feeds in real Firefox."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.check import wait_until
from tests.browser.firefox import FirefoxPage, firefox_with_extension
from tests.browser.popup import SHOWS, click
from tests.feeds.look import check_in_sight
from tests.feeds.site import Feeds
from tests.feeds.test_feeds import SHOW_A_SLOW_ONE

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("backend")]
DEADLINE = 20.0


@pytest.fixture(scope="module")
def page(
    firefox: Path, firefox_extension: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FirefoxPage]:
    log = tmp_path_factory.mktemp("firefox") / "geckodriver.log"
    with firefox_with_extension(firefox, firefox_extension, log) as opened:
        yield opened


@pytest.mark.parametrize(
    ("name", "height", "pictures"),
    [
        ("strict", 2700, 5),
        ("shadow", 900, 2),
        ("backgrounds", 2700, 4),
        ("variants?host=cdn.localhost", 2600, 6),
        # Firefox (153) starts no extension's script in a frame that stays at its first about:blank.
        ("frames?of=written,srcdoc,blob", 1800, 3),
    ],
)
def test_every_picture_gets_its_badge(
    page: FirefoxPage, feeds: Feeds, name: str, height: int, pictures: int
) -> None:
    page.driver.set_window_size(900, height)
    page.driver.get(feeds.page(name))
    check_in_sight(page, DEADLINE, pictures)


def test_recycled_nodes(page: FirefoxPage, feeds: Feeds) -> None:
    page.driver.set_window_size(900, 900)
    page.driver.get(feeds.page("virtual"))
    for top in (0, 5_000, 90_000, 399_000):
        page.evaluate("(top) => scrollTo(0, top)", top)
        check_in_sight(page, DEADLINE, 2)


@pytest.mark.parametrize("state", ["moved", "opened", "zoomed"])
def test_badge_follows_its_picture(page: FirefoxPage, feeds: Feeds, state: str) -> None:
    page.driver.set_window_size(900, 900)
    page.driver.get(feeds.page("lightbox"))
    check_in_sight(page, DEADLINE, 2)
    page.evaluate("(state) => void document.querySelector('.picture').classList.add(state)", state)
    page.evaluate("() => void (document.querySelector('.picture').style.outline = '1px solid')")
    check_in_sight(page, DEADLINE)


def test_right_click_finds_the_picture_under_a_link(page: FirefoxPage, feeds: Feeds) -> None:
    page.driver.set_window_size(900, 900)
    page.goto(feeds.page("lightbox"))
    page.check_by_menu("article:nth-of-type(2) .cover")
    wait_until(page, SHOWS, DEADLINE, "candid-card[data-verdict=real]")
    about = page.evaluate("() => document.querySelector('candid-card').dataset.for")
    assert about == page.evaluate("() => document.querySelectorAll('.picture')[1].currentSrc")


def test_nothing_is_lost_when_the_background_is_killed(page: FirefoxPage, feeds: Feeds) -> None:
    page.driver.set_window_size(900, 900)
    page.goto(feeds.page("lightbox"))
    check_in_sight(page, DEADLINE, 2)
    page.evaluate(SHOW_A_SLOW_ONE)
    until = time.monotonic() + DEADLINE
    while not feeds.asked["/slow/real/1.jpg"]:
        assert time.monotonic() < until, "the picture was not asked for"
        time.sleep(0.05)
    page.kill_background()
    check_in_sight(page, DEADLINE, 2)
    assert feeds.asked["/slow/real/1.jpg"] == 2, "the background was not killed in its work"


def test_switching_the_site_off_takes_its_badges_away(page: FirefoxPage, feeds: Feeds) -> None:
    page.driver.set_window_size(900, 900)
    page.goto(feeds.page("lightbox"))
    check_in_sight(page, DEADLINE, 2)
    with page.popup() as popup:
        click(popup, "#switch-site")
        wait_until(popup, "() => !document.getElementById('mode')", 5)  # it is stored
    wait_until(page, "() => !document.querySelector('candid-badge')", 5)
    with page.popup() as popup:
        click(popup, "#switch-site")
        wait_until(popup, SHOWS, 5, "#mode")
    check_in_sight(page, DEADLINE, 2)
