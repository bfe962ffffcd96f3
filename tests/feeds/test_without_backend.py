"""No backend: the shipped model in the browser badges the made-up feeds, with the service's words."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from backend.contract import Judged
from backend.judge import Judge
from backend.model_folder import DEFAULT
from tests.browser.check import Page as AnyPage
from tests.browser.check import wait_until
from tests.browser.firefox import firefox_with_extension
from tests.browser.popup import SHOWS, popup_of
from tests.browser.test_feed import click_menu
from tests.feeds.look import check_in_sight
from tests.feeds.site import Feeds, serving_feeds
from tests.feeds.test_feeds import kill_the_worker_in_its_work
from tests.pictures import encoded, pixels

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("free_port")]
LOADING = 40.0  # s; a busy machine loads the network, proves it and judges
STOPS = (3_000, 90_000, 399_000)  # px


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """For each word a drawn picture of which the service's judge says it, far from the next word."""
    judge = Judge.from_folder(DEFAULT)
    drawn = [pixels(400, 260, level=128), *(pixels(400, 260, seed) for seed in range(6))]
    judged = [(judge.judge(data), data) for data in map(encoded, drawn)]
    goals = {"fake": 1.0, "real": 0.0, "unsure": 0.5}

    def nearest(goal: float) -> tuple[Judged, bytes]:
        return min(judged, key=lambda each: abs(each[0].probability - goal))

    found = {word: nearest(goal) for word, goal in goals.items()}
    assert [each.verdict for each, _ in found.values()] == list(goals), "draw other pictures"
    return {word: data for word, (_, data) in found.items()}


@pytest.fixture
def feeds(files: dict[str, bytes]) -> Iterator[Feeds]:
    with serving_feeds(lambda word, _: files[word]) as running:
        yield running


def test_recycled_nodes(page: Page, feeds: Feeds) -> None:
    page.goto(feeds.page("virtual"))
    check_stops(page)
    with popup_of(page) as popup:
        wait_until(popup, SHOWS, 10, "#status[data-judge=browser]")


def test_recycled_nodes_in_firefox(
    firefox: Path, firefox_extension: Path, feeds: Feeds, tmp_path: Path
) -> None:
    with firefox_with_extension(firefox, firefox_extension, tmp_path / "log") as page:
        page.goto(feeds.page("virtual"))
        check_stops(page)


def check_stops(page: AnyPage) -> None:
    check_in_sight(page, LOADING, 2)
    for top in STOPS:
        page.evaluate("(top) => scrollTo(0, top)", top)
        check_in_sight(page, LOADING, 2)


def test_dialog_in_the_top_layer(page: Page, feeds: Feeds) -> None:
    page.goto(feeds.page("lightbox"))
    check_in_sight(page, LOADING, 2)
    page.evaluate("window.openDialog(2)")
    check_in_sight(page, LOADING)


def test_strict_policy_and_every_kind_of_picture(page: Page, feeds: Feeds) -> None:
    page.set_viewport_size({"width": 900, "height": 2700})
    page.goto(feeds.page("strict"))
    check_in_sight(page, LOADING, 5)


def test_right_click_finds_the_picture_under_a_link(page: Page, feeds: Feeds) -> None:
    page.goto(feeds.page("lightbox"))
    box = page.locator(".picture").first.bounding_box()
    assert box
    page.mouse.click(box["x"] + 200, box["y"] + 100, button="right")
    click_menu(page, "", kind="link")
    page.locator("candid-card[data-verdict=fake]").wait_for(timeout=1000 * LOADING)


def test_nothing_is_lost_when_the_service_worker_dies(page: Page, feeds: Feeds) -> None:
    page.goto(feeds.page("lightbox"))
    check_in_sight(page, LOADING, 2)
    kill_the_worker_in_its_work(page, feeds)
    check_in_sight(page, LOADING, 2)
    assert feeds.asked["/slow/real/1.jpg"] == 2, "the worker was not killed in its work"
