"""What the reader does with verdicts: corrects, reads of the model, goes to fakes, keeps a history and
clears it, gives a picture, changes settings, walks by keyboard. Real Chromium, the real backend.
"""

import base64
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from backend.demo.feed import encode
from backend.demo.posts import Post
from tests.browser.check import check_feed, check_picture
from tests.browser.conftest import ServeFeed, worker_of
from tests.browser.feeds import flat, level_posts
from tests.browser.inside import inside
from tests.browser.test_feed import open_popup
from tests.pictures import encoded, pixels

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("backend", "default_settings")]
DEADLINE = 15.0
FAKE = {"name": "a.png", "mimeType": "image/png", "buffer": encoded(pixels(300, 200, level=205), "PNG")}
# Gives the picture to the panel as the browser does when it is dropped there or pasted.
GIVE = """([kind, file]) => {
  const bytes = Uint8Array.from(atob(file), (letter) => letter.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], "a.png", { type: "image/png" }));
  const options = { bubbles: true, cancelable: true, composed: true };
  const event = kind === "drop"
    ? new DragEvent("drop", { ...options, dataTransfer: data })
    : new ClipboardEvent("paste", { ...options, clipboardData: data });
  (kind === "drop" ? document.getElementById("drop") : document).dispatchEvent(event);
}"""
FOCUSED = "() => document.activeElement.dataset.for?.split('/').at(-1).split('?')[0]"


@pytest.fixture
def default_settings(browser: BrowserContext) -> Iterator[None]:
    yield
    worker_of(browser).evaluate("() => chrome.storage.local.remove('settings')")


@pytest.fixture
def feed(page: Page, serve_feed: ServeFeed) -> Page:
    """A fake, a real and an unsure picture, judged, and then nine more."""
    posts, expected = level_posts(12)
    page.goto(serve_feed(posts))
    for name in ("picture-0", "picture-1", "picture-2"):
        check_picture(page, name, expected[name], DEADLINE)
    page.evaluate("scrollTo(0, 0)")
    return page


def test_wrong_keeps_the_picture_under_what_the_reader_says(feed: Page, data_folder: Path) -> None:
    kept = data_folder / "corrections" / "fake"
    assert not list(kept.glob("*.jpg"))
    feed.locator("candid-badge[data-verdict=real]").first.click()
    feed.locator("candid-card[data-verdict=real]").wait_for(timeout=5_000)
    card = inside(feed, "candid-card")
    card.press("[data-act=wrong]")
    card.press("fieldset [data-act=fake]")
    card.wait_for("[role=status]")
    until = time.monotonic() + DEADLINE
    while not (files := list(kept.glob("*.jpg"))):
        assert time.monotonic() < until, "no correction was kept"
        time.sleep(0.1)
    posts, _ = level_posts(2)
    assert [file.read_bytes() for file in files] == [encode(posts[1], 0)[0]]
    files[0].unlink()


def test_card_leads_to_what_is_known_of_the_model(feed: Page) -> None:
    feed.locator("candid-badge[data-verdict=fake]").first.click()
    feed.locator("candid-card[data-verdict=fake]").wait_for(timeout=5_000)
    with feed.context.expect_page() as opened:
        inside(feed, "candid-card").press("[data-act=about]")
    about = opened.value
    about.locator("#model dd").first.wait_for(timeout=5_000)
    assert about.url.endswith("/options.html#model")
    about.wait_for_function("document.getElementById('model').getBoundingClientRect().top < innerHeight")
    about.close()


def test_list_of_fakes_leads_to_the_picture_and_its_badge(feed: Page) -> None:
    popup = open_popup(feed)
    press = popup.locator("#fakes-list li button").last  # the newest stands first
    press.wait_for(timeout=5_000)
    feed.evaluate("scrollTo(0, 1_500)")
    assert feed.locator(".picture").first.evaluate("(picture) => picture.getBoundingClientRect().bottom") < 0
    press.click()
    feed.bring_to_front()
    feed.wait_for_function(
        """() => {
          const { top, bottom } = document.querySelector(".picture").getBoundingClientRect();
          return top > 0 && bottom < innerHeight;
        }""",
        timeout=5_000,
    )
    assert feed.evaluate(FOCUSED) == "picture-0"
    popup.close()


def test_history_is_kept_where_it_is_wanted_and_cleared(browser: BrowserContext) -> None:
    panel = own_page(browser, "sidepanel.html")
    lines = panel.locator("#history-list li")
    check_by_file(panel)
    panel.locator("#keep-history").wait_for()
    panel.wait_for_timeout(2_000)  # it looks again every 1.5 s
    assert lines.count() == 0, "it was kept unasked"
    panel.locator("#keep-history").click()
    panel.locator("#keep-history").wait_for(state="detached", timeout=5_000)
    check_by_file(panel)
    lines.first.wait_for(timeout=5_000)
    assert [line.get_attribute("data-verdict") for line in lines.all()] == ["fake"]
    panel.locator("#clear-history").click()
    lines.first.wait_for(state="detached", timeout=5_000)
    panel.reload()
    panel.locator("#history").wait_for()
    panel.wait_for_timeout(500)
    assert lines.count() == 0
    panel.close()


def check_by_file(panel: Page) -> None:
    panel.evaluate("document.getElementById('result').shadowRoot.replaceChildren()")
    panel.locator("#file").set_input_files(FAKE)  # type: ignore[arg-type]
    panel.locator("#checked[data-verdict=fake]").wait_for(timeout=1000 * DEADLINE)


@pytest.mark.parametrize("kind", ["drop", "paste"])
def test_picture_given_to_the_panel_is_judged(browser: BrowserContext, kind: str) -> None:
    panel = own_page(browser, "sidepanel.html")
    panel.locator("#drop").wait_for()
    panel.evaluate(GIVE, [kind, base64.b64encode(FAKE["buffer"]).decode()])  # type: ignore[arg-type]
    panel.locator("#checked[data-verdict=fake]").wait_for(timeout=1000 * DEADLINE)
    panel.close()


def test_exported_settings_come_back_by_import(browser: BrowserContext, tmp_path: Path) -> None:
    options = own_page(browser, "options.html")
    options.locator("#cautious").check()
    options.locator("#mode").select_option("blur")
    options.wait_for_function("chrome.storage.local.get('settings').then(({ settings }) => settings?.mode)")
    with options.expect_download() as saving:
        options.locator("#export").click()
    file = tmp_path / "settings.json"
    saving.value.save_as(file)
    assert json.loads(file.read_text())["sensitivity"] == "cautious"
    options.evaluate("chrome.storage.local.remove('settings')")
    options.locator("#measured:checked").wait_for()
    options.locator("#import").set_input_files(file)
    options.locator("#cautious:checked").wait_for()
    stored = options.evaluate("chrome.storage.local.get('settings').then(({ settings }) => settings)")
    assert stored == json.loads(file.read_text())
    options.close()


def test_minimum_size_takes_the_badges_of_smaller_pictures_away(feed: Page) -> None:
    options = own_page(feed.context, "options.html")
    options.locator("#minimum").fill("512")
    feed.bring_to_front()
    feed.wait_for_function("!document.querySelector('candid-badge')", timeout=5_000)
    options.locator("#minimum").fill("96")
    options.close()
    check_picture(feed, "picture-0", "fake", DEADLINE)


def test_eager_calls_fake_what_was_unsure(page: Page, serve_feed: ServeFeed) -> None:
    nearly = Post("picture-0", "Hana", "Nearly", None, "", flat(140, (640, 480)))  # 0.82, below 0.9
    page.goto(serve_feed([nearly]))
    check_picture(page, "picture-0", "unsure", DEADLINE)
    options = own_page(page.context, "options.html")
    options.locator("#eager").check()
    page.bring_to_front()
    page.locator("candid-badge[data-verdict=fake]").wait_for(timeout=5_000)
    options.close()
    check_feed(page, {"picture-0": "fake"}, DEADLINE)


def test_keyboard_walks_over_the_badges_and_opens_a_card(feed: Page) -> None:
    command(feed, "walk-badges")
    feed.wait_for_function("document.activeElement.localName === 'candid-badge'", timeout=5_000)
    first = int(feed.evaluate(FOCUSED).removeprefix("picture-"))
    feed.keyboard.press("ArrowDown")
    assert feed.evaluate(FOCUSED) == f"picture-{first + 1}"
    feed.keyboard.press("ArrowUp")
    assert feed.evaluate(FOCUSED) == f"picture-{first}"
    feed.keyboard.press("Enter")
    feed.locator("candid-card").wait_for(timeout=5_000)
    assert (feed.locator("candid-card").get_attribute("data-for") or "").split("?")[0].endswith(f"-{first}")
    feed.keyboard.press("Escape")
    feed.locator("candid-card").wait_for(state="detached", timeout=5_000)
    assert feed.evaluate(FOCUSED) == f"picture-{first}", "the focus did not come back"


def command(page: Page, name: str) -> None:
    """As by its keys, which the browser itself takes: its event is sent."""
    page.bring_to_front()
    worker_of(page.context).evaluate(
        """async (name) => {
          const [tab] = await chrome.tabs.query({ active: true, lastFocusedWindow: true });
          chrome.commands.onCommand.dispatch(name, tab);
        }""",
        name,
    )


def own_page(browser: BrowserContext, name: str) -> Page:
    page = browser.new_page()
    page.goto(worker_of(browser).evaluate("(name) => chrome.runtime.getURL(name)", name))
    return page
