"""Every picture of six made-up feeds gets its own badge: real Chromium, the real backend."""

import io
import math
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import CDPSession, Page

from tests.browser.test_doings import command
from tests.browser.test_feed import click_menu
from tests.feeds.look import WATCH, check_in_sight
from tests.feeds.site import Feeds, flat

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("backend")]
DEADLINE = 20.0  # s for the badges in sight; a machine that trains at the same time is slow
POSTS = 1000
STOPS = 12  # of a fast scroll through them

# In forty frames, whatever the distance.
SCROLL = """async (to) => {
  const from = scrollY;
  for (let step = 1; step <= 40; step += 1) {
    scrollTo(0, from + ((to - from) * step) / 40);
    await new Promise(requestAnimationFrame);
  }
}"""

# The word of the badge at each picture and the figure in its title, by the picture's address, as the page is
# read from end to end. A wait ends when every picture in sight has its badge, or after `patience` ms.
READ = r"""async ([posts, patience]) => {
  const words = new Map();
  const note = (img) => {
    const at = img.getBoundingClientRect();
    if (at.bottom < 40 || at.top > innerHeight) return true;
    const badge = img.parentElement.querySelector("candid-badge");
    if (!badge || badge.dataset.for !== img.currentSrc || badge.dataset.verdict === "pending") return false;
    const box = badge.getBoundingClientRect();
    if (Math.abs(box.left - at.left - 8) > 3 || Math.abs(box.top - at.top - 8) > 3) return false;
    const [before, now] = [words.get(img.src), `${badge.dataset.verdict}, ${/\d+%/.exec(badge.title)}`];
    words.set(img.src, before && before !== now ? `${before}, then ${now}` : now);
    return true;
  };
  const isRead = () => [...document.querySelectorAll("article img")].map(note).every(Boolean);
  for (let n = 0; n < posts; n += 2) {
    scrollTo(0, n * 400);
    const until = performance.now() + patience;
    do await new Promise(requestAnimationFrame);
    while (!isRead() && performance.now() < until);
  }
  return Object.fromEntries(words);
}"""
SHIFTS = """() => {
  window.shift = 0;
  new PerformanceObserver((list) => {
    for (const { value } of list.getEntries()) window.shift += value;
  }).observe({ type: "layout-shift", buffered: true });
}"""
HEAP = 60e6  # bytes that a thousand pictures may leave behind

# Whose fetch takes two seconds.
SHOW_A_SLOW_ONE = """() => {
  const made = document.querySelector(".picture");
  made.src = `${document.documentElement.dataset.cdn}/slow/real/1.jpg`;
  made.dataset.expect = "real";
}"""


def test_a_thousand_posts_in_recycled_nodes(page: Page, feeds: Feeds) -> None:
    page.goto(feeds.page("virtual"))
    check_in_sight(page, DEADLINE, 2)
    page.evaluate(WATCH)
    for stop in range(1, STOPS + 1):
        page.evaluate(SCROLL, stop * (POSTS * 400 - 900) / STOPS)
        check_in_sight(page, DEADLINE, 2)
    assert page.evaluate("window.wrong") == []
    assert max(feeds.asked.values()) == 1, "a picture was fetched twice"
    page.evaluate("window.clearFeed()")
    page.wait_for_function("!document.querySelector('candid-badge, candid-veil')", timeout=5_000)


def test_each_of_a_thousand_pictures_gets_its_own_badge_and_the_page_stays_as_it_is(
    page: Page, feeds: Feeds
) -> None:
    page.goto(feeds.page("virtual?folder=read"))
    check_in_sight(page, DEADLINE, 2)
    session = page.context.new_cdp_session(page)
    page.evaluate(SHIFTS)
    before = _heap(session)
    words = page.evaluate(READ, [POSTS, 1000 * DEADLINE])
    assert _heap(session) - before < HEAP
    assert page.evaluate("window.shift") == 0
    shown = {int(Path(address).stem): (said, expected(address)) for address, said in words.items()}
    assert [number for number in range(POSTS) if number not in shown] == [], "without a badge of their own"
    assert {number: both for number, both in shown.items() if both[0] != both[1]} == {}
    assert len({said for said, _ in shown.values()}) > 20, (
        "the pictures are too alike to tell a swapped badge"
    )


def expected(address: str) -> str:
    """What the model of tests/model_folders.py says of the flat picture there."""
    word, name = Path(address).parent.name, Path(address).stem
    level = np.asarray(Image.open(io.BytesIO(flat(word, name)))).mean()
    return f"{word}, {round(100 / (1 + math.exp((128 - level) / 8)))}%"


def _heap(session: CDPSession) -> float:
    """Bytes in use by the page and the scripts in it."""
    session.send("HeapProfiler.collectGarbage")
    return float(session.send("Runtime.getHeapUsage")["usedSize"])


def test_pictures_of_another_host(page: Page, feeds: Feeds) -> None:
    page.set_viewport_size({"width": 900, "height": 2600})
    page.goto(feeds.page("variants?host=cdn.localhost"))
    assert page.evaluate("() => new URL(document.querySelector('.picture').src).hostname") == "cdn.localhost"
    check_in_sight(page, DEADLINE, 6)
    assert feeds.asked["/media_attachments/files/0/original/fake.jpg"] == 1


def test_what_is_scrolled_past_is_not_fetched(page: Page, feeds: Feeds) -> None:
    page.goto(feeds.page("lightbox?folder=lazy"))
    page.evaluate("window.fill()")
    page.evaluate(SCROLL, 15_000)
    page.wait_for_timeout(500)
    passing = set(feeds.asked)
    check_in_sight(page, DEADLINE, 2)
    page.wait_for_timeout(3_000)  # enough to fetch fifteen more
    late = [int(Path(path).stem) for path in set(feeds.asked) - passing]
    assert not [number for number in late if number < 33], "what was scrolled past was fetched afterwards"


def test_dialog_in_the_top_layer_and_links_over_the_pictures(page: Page, feeds: Feeds) -> None:
    page.goto(feeds.page("lightbox"))
    check_in_sight(page, DEADLINE, 2)
    for _ in range(4):
        page.mouse.wheel(0, 1100)
        page.wait_for_timeout(150)
        check_in_sight(page, DEADLINE, 2)
    page.evaluate("window.openDialog(2)")
    check_in_sight(page, DEADLINE)
    assert feeds.most_in_flight <= 3, "more at once than a host should be asked for"


@pytest.mark.parametrize("state", ["zoomed", "moved", "grown", "opened"])
def test_badge_follows_its_picture(page: Page, feeds: Feeds, state: str) -> None:
    page.goto(feeds.page("lightbox"))
    check_in_sight(page, DEADLINE, 2)
    page.locator(".picture").first.evaluate("(picture, state) => picture.classList.add(state)", state)
    page.set_viewport_size({"width": 700, "height": 800})
    check_in_sight(page, DEADLINE, 1)


def test_full_screen(page: Page, feeds: Feeds) -> None:
    page.goto(feeds.page("lightbox"))
    check_in_sight(page, DEADLINE, 2)
    page.evaluate("document.querySelector('article').requestFullscreen()")
    check_in_sight(page, DEADLINE)


def test_shadow_roots_that_open_late(page: Page, feeds: Feeds) -> None:
    page.goto(feeds.page("shadow"))
    check_in_sight(page, DEADLINE, 2)


def test_backgrounds_and_what_is_none(page: Page, feeds: Feeds) -> None:
    page.goto(feeds.page("backgrounds"))
    check_in_sight(page, DEADLINE, 2)
    page.evaluate("window.turnFirst(7)")
    check_in_sight(page, DEADLINE, 2)
    page.evaluate("scrollTo(0, 1700)")
    check_in_sight(page, DEADLINE, 2)
    page.evaluate("document.querySelector('.scroller').scrollTop = 200")
    check_in_sight(page, DEADLINE, 1)
    assert not [path for path in feeds.asked if path.endswith(("/2.jpg", "/4.jpg"))], "no content was fetched"


def test_best_variant_counts_and_the_shown_one_where_it_fails(page: Page, feeds: Feeds) -> None:
    page.set_viewport_size({"width": 900, "height": 2600})
    page.goto(feeds.page("variants"))
    check_in_sight(page, DEADLINE, 6)
    assert feeds.asked["/media_attachments/files/0/original/fake.jpg"] == 1
    assert feeds.asked["/media_attachments/files/0/small/fake.jpg"] == 0
    assert feeds.asked["/media_attachments/files/4/small/fake.jpg"] == 1
    assert feeds.asked["/sized/1280/fake.jpg"] == 1


def test_strict_policy_and_every_kind_of_picture(page: Page, feeds: Feeds) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.set_viewport_size({"width": 900, "height": 2700})
    page.goto(feeds.page("strict"))
    check_in_sight(page, DEADLINE, 5)
    assert not [text for text in complaints if "Content Security Policy" in text or "TrustedHTML" in text]


def test_frames_that_the_page_writes_itself(page: Page, feeds: Feeds) -> None:
    page.set_viewport_size({"width": 900, "height": 1700})
    page.goto(feeds.page("frames"))
    check_in_sight(page, DEADLINE, 5)


def test_right_click_finds_the_picture_under_a_link(page: Page, feeds: Feeds) -> None:
    page.goto(feeds.page("lightbox"))
    box = page.locator(".picture").nth(1).bounding_box()
    assert box
    page.mouse.click(box["x"] + 200, box["y"] + 100, button="right")
    click_menu(page, "", kind="link")
    page.locator("candid-card[data-verdict=real]").wait_for(timeout=1000 * DEADLINE)
    assert page.locator("candid-card").get_attribute("data-for") == page.locator(".picture").nth(1).evaluate(
        "picture => picture.currentSrc"
    )


def test_keyboard_command_checks_the_canvas_under_the_pointer(page: Page, feeds: Feeds) -> None:
    page.goto(feeds.page("strict"))
    canvas = page.locator("canvas")
    canvas.wait_for(timeout=10_000)
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    command(page, "check-picture")
    page.locator("candid-card[data-verdict=fake]").wait_for(timeout=1000 * DEADLINE)


def test_keyboard_command_checks_the_picture_under_the_link_in_focus(page: Page, feeds: Feeds) -> None:
    page.goto(feeds.page("lightbox"))
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('article:nth-of-type(2) > .cover')")
    command(page, "check-picture")
    page.locator("candid-card[data-verdict=real]").wait_for(timeout=1000 * DEADLINE)


def test_nothing_is_fetched_on_saved_data(page: Page, feeds: Feeds) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setDataSaverOverride", {"dataSaverEnabled": True})
    page.goto(feeds.page("lightbox"))
    page.wait_for_timeout(1_500)
    assert not feeds.asked
    assert page.locator("candid-badge").count() == 0


def test_nothing_is_lost_when_the_service_worker_dies(page: Page, feeds: Feeds) -> None:
    page.goto(feeds.page("lightbox"))
    check_in_sight(page, DEADLINE, 2)
    kill_the_worker_in_its_work(page, feeds)
    check_in_sight(page, DEADLINE, 2)
    assert feeds.asked["/slow/real/1.jpg"] == 2, "the worker was not killed in its work"


def kill_the_worker_in_its_work(page: Page, feeds: Feeds) -> None:
    page.evaluate(SHOW_A_SLOW_ONE)
    page.locator("candid-badge[data-for*='/slow/']").wait_for(timeout=5_000)
    until = time.monotonic() + DEADLINE
    while not feeds.asked["/slow/real/1.jpg"]:
        assert time.monotonic() < until, "the picture was not asked for"
        page.wait_for_timeout(50)
    session = page.context.new_cdp_session(page)
    targets = session.send("Target.getTargets")["targetInfos"]
    [worker] = [target["targetId"] for target in targets if target["type"] == "service_worker"]
    session.send("Target.closeTarget", {"targetId": worker})
