"""A picture where no card can be is judged in the side panel: real Chromium, the real backend."""

import base64

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.conftest import worker_of
from tests.browser.feeds import LEVELS
from tests.pictures import encoded, pixels

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("backend")]
DEADLINE = 20.0

# The native menu cannot be clicked without a screen: its event is sent. And a panel opens within a real click
# only: its page stands in a tab.
CLICK = """async (address) => {
  const [tab] = await chrome.tabs.query({ active: true, lastFocusedWindow: true });
  const info = { menuItemId: "check-image", frameId: 0, srcUrl: address, mediaType: "image" };
  chrome.contextMenus.onClicked.dispatch(info, { ...tab, url: "chrome://new-tab-page/" });
}"""


@pytest.mark.parametrize("panel", ["open before", "open after"])
def test_picture_of_a_page_of_the_browser(browser: BrowserContext, panel: str) -> None:
    word = {"open before": "fake", "open after": "real"}[panel]
    picture = encoded(pixels(320, 240, level=LEVELS[word]))
    address = f"data:image/jpeg;base64,{base64.b64encode(picture).decode()}"
    worker = worker_of(browser)
    page = browser.new_page()
    own = worker.evaluate("chrome.runtime.getURL('/sidepanel.html')")
    if panel == "open before":
        page.goto(own)
        page.locator("#panel").wait_for()
    worker.evaluate(CLICK, address)
    if panel == "open after":
        page.goto(own)
    page.locator(f"#checked[data-verdict={word}]").wait_for(timeout=1000 * DEADLINE)
    page.reload()
    page.locator("#lists").wait_for()
    page.wait_for_timeout(500)
    assert page.locator("#checked").count() == 0, "it was handed over twice"
    page.close()
