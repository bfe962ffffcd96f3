"""Badges on a feed that loads lazily: the real extension in real Chromium asks the real backend."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.check import LOOK_AT, check_feed, check_no_strays, check_picture
from tests.browser.conftest import ServeFeed, worker_of
from tests.browser.feeds import level_posts

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("backend")]
DEADLINE = 15.0  # s for a badge; a machine that trains at the same time is slow

# Notes, frame by frame, badges that are about another picture than the one they stand on.
WATCH = """() => {
  window.wrong = [];
  const look = () => {
    for (const picture of document.querySelectorAll(".picture")) {
      const box = picture.getBoundingClientRect();
      for (const badge of document.querySelectorAll("candid-badge")) {
        const { left, top, width } = badge.getBoundingClientRect();
        const on = width > 0 && left > box.left && left < box.right && top > box.top && top < box.bottom;
        if (on && badge.dataset.for !== picture.currentSrc)
          window.wrong.push(`${badge.dataset.for} on ${picture.currentSrc}`);
      }
    }
    requestAnimationFrame(look);
  };
  look();
}"""


@pytest.fixture
def feed(browser: BrowserContext, serve_feed: ServeFeed) -> Iterator[tuple[Page, dict[str, str]]]:
    """An open feed of twelve pictures, and the verdict that each must get."""
    posts, expected = level_posts(12)
    page = browser.new_page()
    page.goto(serve_feed(posts))
    yield page, expected
    page.close()


def test_every_picture_gets_its_verdict_as_the_feed_grows(feed: tuple[Page, dict[str, str]]) -> None:
    page, expected = feed
    assert page.locator(".picture").count() < len(expected), "the feed does not load lazily"
    check_feed(page, expected, DEADLINE)
    assert page.locator(".picture").count() == len(expected)


def test_avatars_get_no_badge(feed: tuple[Page, dict[str, str]]) -> None:
    page, expected = feed
    check_feed(page, expected, DEADLINE)
    assert page.locator(".avatar").first.evaluate("avatar => avatar.naturalWidth") >= 64
    badged = page.evaluate("[...document.querySelectorAll('candid-badge')].map((b) => b.dataset.for)")
    assert not [address for address in badged if "/avatars/" in address]


def test_right_click_check_answers_with_a_card(feed: tuple[Page, dict[str, str]]) -> None:
    page, expected = feed
    check_picture(page, "picture-0", expected["picture-0"], DEADLINE)
    address = page.locator(".picture").first.evaluate("picture => picture.currentSrc")
    click_menu(page, address)
    card = page.locator("candid-card")
    card.and_(page.locator("[data-verdict=fake]")).wait_for(timeout=1000 * DEADLINE)
    assert card.get_attribute("data-for") == address
    said = spoken(page)
    for words in ("Likely fake", "Model says fake", "brightness 1"):
        assert any(words in line for line in said), f"the card does not say {words!r}: {said}"
    page.keyboard.press("Escape")
    card.wait_for(state="detached", timeout=5_000)


def test_popup_shows_status_and_counts(feed: tuple[Page, dict[str, str]]) -> None:
    page, expected = feed
    check_feed(page, expected, DEADLINE)
    popup = open_popup(page)
    popup.locator("#popup[data-state=ready]").wait_for(timeout=10_000)
    assert "brightness 1" in popup.locator("#status-detail").inner_text()
    for verdict in ("fake", "real", "unsure"):
        popup.locator(f"#count-{verdict}", has_text="4").wait_for(timeout=5_000)
    assert popup.locator("#count-failed").inner_text() == "0"
    popup.close()


def test_switching_the_site_off_takes_its_badges_away(feed: tuple[Page, dict[str, str]]) -> None:
    page, expected = feed
    check_picture(page, "picture-0", expected["picture-0"], DEADLINE)
    popup = open_popup(page)
    popup.locator("#switch-site").click()
    page.locator("candid-badge").first.wait_for(state="detached", timeout=5_000)
    assert page.locator("candid-badge").count() == 0
    popup.locator("#switch-site").click()
    popup.close()
    check_picture(page, "picture-0", expected["picture-0"], DEADLINE)


def test_recycled_node_gets_the_badge_of_its_new_picture(feed: tuple[Page, dict[str, str]]) -> None:
    page, expected = feed
    check_picture(page, "picture-0", "fake", DEADLINE)
    page.evaluate(WATCH)
    page.locator(".picture").first.evaluate(
        "(picture, to) => { picture.removeAttribute('srcset'); picture.src = to; }", "pictures/picture-10"
    )
    page.wait_for_function("document.querySelector('.picture').currentSrc.endsWith('picture-10')")
    check_picture(page, "picture-0", expected["picture-10"], DEADLINE)
    assert page.evaluate("window.wrong") == []


def test_content_inserted_above_moves_no_badge_to_another_picture(
    feed: tuple[Page, dict[str, str]],
) -> None:
    page, expected = feed
    check_feed(page, expected, DEADLINE)
    page.evaluate(WATCH)
    for height in (90, 333, 700):
        page.evaluate(
            "height => { const note = document.createElement('div'); note.style.height = `${height}px`;"
            " document.getElementById('feed').prepend(note); }",
            height,
        )
        page.wait_for_timeout(200)
    check_feed(page, expected, DEADLINE)
    assert page.evaluate("window.wrong") == []


def test_post_that_leaves_takes_its_badge_along(feed: tuple[Page, dict[str, str]]) -> None:
    page, expected = feed
    check_picture(page, "picture-0", expected["picture-0"], DEADLINE)
    page.locator("article").first.evaluate("article => article.remove()")
    page.wait_for_timeout(300)
    check_no_strays(page)
    assert not page.evaluate(LOOK_AT, "picture-0")["there"]


def click_menu(page: Page, address: str, kind: str = "image") -> None:
    """Chooses "Check this image". The native menu cannot be clicked without a screen: its event is sent."""
    page.bring_to_front()
    worker_of(page.context).evaluate(
        """async ([address, kind]) => {
          const [tab] = await chrome.tabs.query({ active: true, lastFocusedWindow: true });
          const hit = kind === "image" ? { srcUrl: address, mediaType: kind } : {};
          const info = { menuItemId: "check-image", frameId: 0, ...hit };
          chrome.contextMenus.onClicked.dispatch(info, tab);
        }""",
        [address, kind],
    )


def open_popup(page: Page) -> Page:
    """The popup's page in a tab behind the feed's: it speaks of the tab in front."""
    page.bring_to_front()
    with page.context.expect_page() as opened:
        worker_of(page.context).evaluate(
            "() => void chrome.tabs.create({ url: chrome.runtime.getURL('popup.html'), active: false })"
        )
    return opened.value


def spoken(page: Page) -> list[str]:
    """What a screen reader finds in the page, closed shadow roots included."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    return [node["name"]["value"] for node in nodes if node.get("name", {}).get("value")]
