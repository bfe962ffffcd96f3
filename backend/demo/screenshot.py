"""A picture of the demo feed with its badges, for the README: taken in a headless browser."""

import io
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from backend.demo.browsers import flags
from backend.demo.errors import NoBrowser

if TYPE_CHECKING:
    from playwright.sync_api import Page

WIDTH, HEIGHT = 680, 1280  # CSS px
COLOURS = 256  # of the PNG's palette: keeps it below 300 kB
PATIENCE = 60_000  # ms for all the badges in sight

# Every picture in the window has a badge that has come to a word.
SETTLED = """() => {
  const badges = new Map([...document.querySelectorAll("candid-badge")].map((b) => [b.dataset.for, b]));
  const inSight = [...document.querySelectorAll(".picture")].filter((picture) => {
    const { top, bottom } = picture.getBoundingClientRect();
    return bottom > 0 && top < innerHeight;
  });
  const done = (picture) => (badges.get(picture.currentSrc)?.dataset.verdict ?? "pending") !== "pending";
  return inSight.length > 0 && inSight.every((picture) => picture.complete && done(picture));
}"""


def take_screenshot(address: str, browser: Path, extension: Path, file: Path) -> None:
    """Writes a PNG. Raises NoBrowser."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError as error:
        raise NoBrowser("Screenshots need the package playwright: `make setup` installs it.") from error
    with tempfile.TemporaryDirectory(prefix="candid-") as profile, sync_playwright() as playwright:
        try:
            context = playwright.chromium.launch_persistent_context(
                profile,
                executable_path=browser,
                headless=False,  # playwright's own headless mode has no extensions
                ignore_default_args=["--disable-extensions"],
                args=["--headless=new", *flags(extension)],
                viewport={"width": WIDTH, "height": HEIGHT},
                color_scheme="light",
            )
            page = context.new_page()
            page.goto(address)
            page.wait_for_function(SETTLED, timeout=PATIENCE)
            save(page, file)
            context.close()
        except Error as error:
            raise NoBrowser(f"The screenshot failed: {error.message.splitlines()[0]}") from error


def save(page: "Page", file: Path) -> None:
    """With a palette: a third of the size, and hardly a difference to the eye."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    file.parent.mkdir(parents=True, exist_ok=True)
    picture.quantize(COLOURS).save(file, optimize=True)
