"""axe-core finds nothing wrong with what the extension shows, light and dark: real Chromium, real backend.

The closed roots of badge, veil and card are shown to axe-core by the debugger: it looks at what is shipped.
"""

from collections.abc import Iterator
from typing import Any, Literal

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.accessibility import check_accessible
from tests.browser.check import check_picture
from tests.browser.conftest import ServeFeed, worker_of
from tests.browser.feeds import level_posts
from tests.browser.inside import inside
from tests.browser.test_feed import open_popup
from tests.pictures import encoded, pixels

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("backend")]
DEADLINE = 20.0
Scheme = Literal["light", "dark"]


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> Scheme:
    chosen: Scheme = request.param
    return chosen


@pytest.fixture
def feed(browser: BrowserContext, serve_feed: ServeFeed, scheme: Scheme) -> Iterator[Page]:
    """With a fake, a real and an unsure picture, judged."""
    posts, expected = level_posts(3)
    page = browser.new_page()
    page.emulate_media(color_scheme=scheme)
    page.goto(serve_feed(posts))
    for name, verdict in expected.items():
        check_picture(page, name, verdict, DEADLINE)
    page.evaluate("scrollTo(0, 0)")
    yield page
    page.close()


@pytest.fixture
def settings(browser: BrowserContext) -> Iterator[Any]:
    """Changes settings until the test ends."""
    change = """async (some) => {
      const { settings = {} } = await chrome.storage.local.get("settings");
      await chrome.storage.local.set({ settings: { version: 2, ...settings, ...some } });
    }"""
    yield lambda **some: worker_of(browser).evaluate(change, some)
    worker_of(browser).evaluate("() => chrome.storage.local.remove('settings')")


def test_badges(feed: Page) -> None:
    for verdict in ("fake", "real", "unsure"):
        inside(feed, f"candid-badge[data-verdict={verdict}]").show_to_the_page()
    check_accessible(feed, ["candid-badge"], least=("aria-command-name",))


def test_card_with_its_heat_and_its_question(feed: Page) -> None:
    feed.locator("candid-badge[data-verdict=fake]").click()
    feed.locator("candid-card[data-verdict=fake]").wait_for(timeout=5_000)
    card = inside(feed, "candid-card")
    card.show_to_the_page()
    check_accessible(
        feed, ["candid-card"], least=("button-name", "color-contrast", "aria-dialog-name", "list")
    )
    card.press("[data-act=heat]")
    card.wait_for("[data-act=heat][aria-pressed=true]")
    card.press("[data-act=wrong]")
    card.wait_for("fieldset")
    check_accessible(feed, ["candid-card"], least=("button-name", "color-contrast"))


def test_card_of_a_check_that_failed(feed: Page) -> None:
    worker_of(feed.context).evaluate(
        """async () => {
          const [tab] = await chrome.tabs.query({ active: true, lastFocusedWindow: true });
          const broken = { mediaType: "image", srcUrl: "data:image/png;base64,AAAA" };
          const info = { menuItemId: "check-image", frameId: 0, ...broken };
          chrome.contextMenus.onClicked.dispatch(info, tab);
        }"""
    )
    feed.locator("candid-card[data-verdict=failed]").wait_for(timeout=5_000)
    inside(feed, "candid-card").show_to_the_page()
    check_accessible(feed, ["candid-card"], least=("button-name", "empty-heading"))


@pytest.mark.parametrize("mode", ["dim", "blur"])
def test_veil(feed: Page, settings: Any, mode: str) -> None:
    settings(mode=mode)
    feed.locator("candid-veil").wait_for(timeout=10_000)
    inside(feed, "candid-veil").show_to_the_page()
    check_accessible(feed, ["candid-veil"], least=("aria-command-name",))


def test_popup(feed: Page, scheme: Scheme) -> None:
    popup = open_popup(feed)
    popup.emulate_media(color_scheme=scheme)
    popup.locator("#popup[data-state=ready]").wait_for(timeout=10_000)
    popup.locator("#fakes-list li").first.wait_for(timeout=5_000)
    check_accessible(popup, least=("button-name", "label", "color-contrast", "heading-order"))
    wide = (
        "[...document.querySelectorAll('main *')].filter((each) => each.getBoundingClientRect().right > 340)"
    )
    assert popup.evaluate(f"{wide}.map((each) => each.outerHTML)") == []
    popup.close()


def test_options(browser: BrowserContext, settings: Any, scheme: Scheme) -> None:
    settings(
        sites={"feed.example": {"on": True, "mode": "dim"}, "other.example": {"on": False, "mode": None}}
    )
    page = _own_page(browser, "options.html", scheme)
    page.locator("#model dd").first.wait_for()
    check_accessible(page, least=("button-name", "label", "color-contrast", "select-name"))
    page.close()


def test_side_panel_with_a_picture(browser: BrowserContext, scheme: Scheme) -> None:
    page = _own_page(browser, "sidepanel.html", scheme)
    picture = {
        "name": "a.png",
        "mimeType": "image/png",
        "buffer": encoded(pixels(300, 200, level=205), "PNG"),
    }
    page.locator("#file").set_input_files(picture)
    page.locator("#checked[data-verdict=fake]").wait_for(timeout=1000 * DEADLINE)
    page.locator("#keep-history").wait_for()
    check_accessible(page, least=("button-name", "label", "color-contrast", "image-alt"))
    page.close()


def _own_page(browser: BrowserContext, name: str, scheme: Scheme) -> Page:
    page = browser.new_page()
    page.emulate_media(color_scheme=scheme)
    page.goto(worker_of(browser).evaluate("(name) => chrome.runtime.getURL(name)", name))
    return page
