"""Where screenshots are taken and put: a browser with the extension, a folder of PNGs."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright

from backend.demo.browsers import find_browser
from tests.browser.conftest import launched_as_it_is, worker_of
from tests.browser.inside import Inside, inside

PATIENCE = 90_000  # ms; the model loads, and a busy machine judges
PHONE = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}


@dataclass(frozen=True)
class Studio:
    """A running browser, and the folder for what is taken in it."""

    context: BrowserContext
    folder: Path

    def page(self, address: str, **media: Any) -> Page:
        page = self.context.new_page()
        page.emulate_media(reduced_motion="reduce", **media)
        page.goto(address)
        return page

    def own(self, name: str, behind: Page | None = None, **media: Any) -> Page:
        """A page of the extension; `behind` that page first, so that it speaks of it."""
        if behind is None:
            return self.page(
                worker_of(self.context).evaluate("(name) => chrome.runtime.getURL(name)", name), **media
            )
        behind.bring_to_front()
        with self.context.expect_page() as opened:
            worker_of(self.context).evaluate(
                "(name) => void chrome.tabs.create({ url: chrome.runtime.getURL(name), active: false })", name
            )
        page = opened.value
        page.emulate_media(reduced_motion="reduce", **media)
        return page

    def settings(self, **some: Any) -> None:
        worker_of(self.context).evaluate(
            """async (some) => {
              const { settings = {} } = await chrome.storage.local.get("settings");
              await chrome.storage.local.set({ settings: { version: 2, ...settings, ...some } });
            }""",
            some,
        )

    def card(self, page: Page, name: str) -> Inside:
        """Opens the card of the picture of that name."""
        badge = page.locator(f'candid-badge[data-for*="/{name}"]').first
        badge.scroll_into_view_if_needed()
        badge.click()
        page.locator("candid-card").wait_for(timeout=10_000)
        return inside(page, "candid-card")

    def take(self, page: Page, name: str, of: str | None = None, **options: Any) -> None:
        """`of`: the element that is taken, with a small margin; else the window."""
        if of is not None:
            box = page.locator(of).first.bounding_box()
            assert box, f"{name}: {of} is not to be seen"
            margin = 14
            left, top = max(0, box["x"] - margin), max(0, box["y"] - margin)
            right, bottom = box["x"] + box["width"] + margin, box["y"] + box["height"] + margin
            options["clip"] = {"x": left, "y": top, "width": right - left, "height": bottom - top}
        page.screenshot(path=self.folder / f"{name}.png", **options)
        print(f"{name}.png")


@contextmanager
def studio(playwright: Playwright, extension: Path, folder: Path, **options: Any) -> Iterator[Studio]:
    with launched_as_it_is(playwright, find_browser(), extension, **options) as context:
        yield Studio(context, folder)


@contextmanager
def speaking(extension: Path, language: str) -> Iterator[Path]:
    """A copy whose English is another language: Chromium itself may have been installed with one alone."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        copy = Path(folder) / extension.name
        shutil.copytree(extension, copy)
        shutil.copy(copy / "_locales" / language / "messages.json", copy / "_locales" / "en")
        yield copy
