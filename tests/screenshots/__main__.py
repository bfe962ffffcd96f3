"""`python -m tests.screenshots OUT`: a picture of every state that a reader meets. `make screenshots`.

With the real backend and the shipped model. All go to docs/pictures/, too; docs/states.md shows them
(tests.screenshots.states).
"""

import os
import shutil
import sys
import tempfile
from datetime import date
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, Playwright, sync_playwright
from starlette.applications import Starlette

from backend.data_folder import TRUST
from backend.demo.browsers import BUILT, require_extension
from backend.demo.pairing import paired
from backend.demo.servers import BACKEND_PORT, running_backend, serving
from backend.evidence.trust_list import install, parse
from backend.model_folder import DEFAULT
from backend.settings import Settings
from tests.browser.stand_in import standing_in
from tests.browser.test_browser_judge import with_other_golden
from tests.pictures import encoded, pixels
from tests.screenshots import states
from tests.screenshots.gallery import gallery, gallery_site
from tests.screenshots.studio import PATIENCE, PHONE, Studio, speaking, studio

DOCS = Path(__file__).parents[2] / "docs" / "pictures"
LANGUAGES = ("de", "fr", "es")
RUNGS = ("camera", "lab", "labelled", "metadata", "fake", "real", "unsure", "failed")
QUALITY = 82  # of WebP
SETTLED = """() => {
  const said = new Map([...document.querySelectorAll("candid-badge")]
    .map((badge) => [badge.dataset.for.split("/").at(-1), badge.dataset.verdict]));
  const inSight = [...document.querySelectorAll(".picture")].filter((picture) => {
    const { top, bottom } = picture.getBoundingClientRect();
    return bottom > 0 && top < innerHeight;
  });
  return inSight.every(({ dataset: { name } }) =>
    name === "pending" || !["pending", undefined].includes(said.get(name)));
}"""


def settled(page: Page) -> Page:
    page.wait_for_function(SETTLED, timeout=PATIENCE)
    page.wait_for_timeout(700)  # the badge of what is pending appears late
    return page


def without_a_service(playwright: Playwright, folder: Path, feed: str) -> None:
    with studio(playwright, BUILT, folder) as taken:
        page = taken.page(f"{feed}?only=real,fake")
        popup = taken.own("popup.html", page)
        popup.locator("#status[data-judge=browser]").wait_for(timeout=PATIENCE)
        popup.bring_to_front()
        taken.take(popup, "popup-in-browser", "body")
    with tempfile.TemporaryDirectory() as empty:
        copy = Path(empty) / "extension"
        shutil.copytree(BUILT, copy)
        shutil.rmtree(copy / "model")
        nothing_judges(playwright, copy, folder, feed, "unreachable", "popup-no-judge")
        with serving(Starlette(), BACKEND_PORT):  # another program on the service's port
            nothing_judges(playwright, copy, folder, feed, "incompatible", "popup-incompatible")
        with standing_in("starting", DEFAULT):
            nothing_judges(playwright, copy, folder, feed, "starting", "popup-starting")
        off = with_other_golden(BUILT, Path(empty) / "off")
        nothing_judges(playwright, off, folder, feed, "refused", "popup-refused")


def nothing_judges(
    playwright: Playwright, extension: Path, folder: Path, feed: str, state: str, name: str
) -> None:
    """The popup over a page whose pictures all say that they could not be checked."""
    with studio(playwright, extension, folder, viewport={"width": 1040, "height": 620}) as taken:
        page = taken.page(f"{feed}?only=real,fake,unsure")
        popup = taken.own("popup.html", page)
        popup.locator(f"#popup[data-state={state}]").wait_for(timeout=PATIENCE)
        popup.bring_to_front()
        taken.take(popup, name, "body")
        if state == "refused":
            panel = taken.own("sidepanel.html")
            panel.set_viewport_size({"width": 360, "height": 900})
            picture = encoded(pixels(320, 240))
            panel.locator("#file").set_input_files(
                {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture}
            )
            panel.locator("#checked[data-verdict=failed]").wait_for(timeout=PATIENCE)
            taken.take(panel, "panel-refused")


def unpaired(playwright: Playwright, folder: Path, feed: str) -> None:
    with studio(playwright, BUILT, folder) as taken:
        popup = taken.own("popup.html", taken.page(feed))
        popup.locator("#pair").wait_for(timeout=PATIENCE)
        popup.bring_to_front()
        taken.take(popup, "popup-unpaired", "body")
        popup.locator("#pair").click()
        popup.locator("#pair-code").wait_for(timeout=10_000)
        taken.take(popup, "popup-code", "body")


def badges_and_cards(taken: Studio, feed: str) -> None:
    page = settled(taken.page(feed))
    taken.take(page, "badges", full_page=True)
    for name in RUNGS:
        taken.card(page, name)
        taken.take(page, f"card-{name}", "candid-card")
        page.keyboard.press("Escape")
    card = taken.card(page, "fake")
    card.press("[data-act=heat]")
    card.wait_for("[data-act=heat][aria-pressed=true]")
    taken.take(page, "heat")
    card.press("[data-act=wrong]")
    card.wait_for("fieldset")
    taken.take(page, "card-wrong", "candid-card")
    page.close()


def looks(taken: Studio, feed: str) -> None:
    """Dark, in forced colours, enlarged, from right to left, and the modes."""
    page = settled(taken.page(feed, color_scheme="dark"))
    taken.card(page, "fake")
    taken.take(page, "dark")
    page.close()
    page = settled(taken.page(feed, forced_colors="active"))
    taken.card(page, "fake")
    taken.take(page, "forced-colours")
    page.close()
    page = settled(taken.page(feed))
    page.set_viewport_size({"width": 520, "height": 450})  # what 200% leaves of the window
    taken.card(page, "fake")
    taken.take(page, "enlarged")
    page.close()
    page = settled(taken.page(f"{feed}?dir=rtl"))
    taken.card(page, "labelled")
    taken.take(page, "right-to-left")
    page.close()
    for mode in ("dim", "blur", "flags"):
        taken.settings(mode=mode)
        page = settled(taken.page(feed))
        taken.take(page, mode)
        page.close()
    taken.settings(mode="badges")


def own_pages(taken: Studio, feed: str, picture: bytes) -> None:
    page = settled(taken.page(feed))
    for scheme, name in (("light", "popup"), ("dark", "popup-dark")):
        popup = taken.own("popup.html", page, color_scheme=scheme)
        popup.locator("#fakes-list img").first.wait_for(timeout=PATIENCE)
        popup.bring_to_front()
        taken.take(popup, name, "body")
        popup.close()
    taken.settings(everywhere=False)
    popup = taken.own("popup.html", page)
    popup.locator("#page .note").wait_for(timeout=PATIENCE)
    popup.bring_to_front()
    taken.take(popup, "popup-off", "body")
    popup.close()
    taken.settings(everywhere=True)
    page = settled(taken.page(feed))
    taken.settings(history=True, sites={"photos.example": {"on": True, "mode": "blur"}})
    for scheme, name in (("light", "options"), ("dark", "options-dark")):
        options = taken.own("options.html", color_scheme=scheme)
        options.locator("#model dd").first.wait_for()
        taken.take(options, name, full_page=True)
        options.close()
    panel = taken.own("sidepanel.html", page)
    panel.set_viewport_size({"width": 360, "height": 900})
    panel.locator("#file").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture})
    panel.locator("#checked[data-verdict=fake]").wait_for(timeout=PATIENCE)
    panel.locator("#fakes-list img").first.wait_for(timeout=PATIENCE)
    panel.locator("#history-list li").first.wait_for(timeout=PATIENCE)
    taken.take(panel, "panel", full_page=True)
    panel.close()
    page.close()


def language(taken: Studio, feed: str, name: str) -> None:
    page = settled(taken.page(f"{feed}?only=camera,fake,real,failed"))
    taken.card(page, "fake").press("[data-act=wrong]")
    taken.take(page, f"card-{name}", "candid-card")
    popup = taken.own("popup.html", page)
    popup.locator("#fakes-list li").first.wait_for(timeout=PATIENCE)
    popup.bring_to_front()
    taken.take(popup, f"popup-{name}", "body")
    check_fits(popup, f"popup-{name}", 340)
    options = taken.own("options.html")
    options.locator("#model dd").first.wait_for()
    taken.take(options, f"options-{name}", full_page=True)


def check_fits(page: Page, name: str, width: int) -> None:
    right = page.evaluate(
        """() => Math.max(
          ...[...document.querySelectorAll("main *")].map((each) => each.getBoundingClientRect().right)
        )"""
    )
    assert right <= width, f"{name} is {right} px wide, not {width}"


def phone(taken: Studio, feed: str) -> None:
    page = settled(taken.page(feed))
    taken.take(page, "phone-feed")
    taken.card(page, "fake")
    taken.take(page, "phone-card")
    page.keyboard.press("Escape")
    popup = taken.own("popup.html", page)
    popup.locator("#fakes-list li").first.wait_for(timeout=PATIENCE)
    popup.bring_to_front()
    taken.take(popup, "phone-popup", full_page=True)
    check_fits(popup, "popup", 360)
    popup.close()
    for name in ("options", "sidepanel"):
        own = taken.own(f"{name}.html")
        own.wait_for_timeout(1_000)
        taken.take(own, f"phone-{name}", full_page=True)
        check_fits(own, name, 360)


def take_all(folder: Path) -> None:
    require_extension(BUILT)
    shown, camera, lab = gallery()
    install(Settings().data / TRUST, parse(camera.root + lab.root, "screenshots", date(2026, 11, 1)))
    fake = next(each for each in shown if each.name == "fake").data
    with sync_playwright() as playwright, serving(gallery_site(shown), 0) as feed:
        without_a_service(playwright, folder, feed)
        with running_backend():
            unpaired(playwright, folder, feed)
            with paired(BUILT) as extension:
                with studio(playwright, extension, folder, viewport={"width": 1040, "height": 900}) as taken:
                    badges_and_cards(taken, feed)
                    looks(taken, feed)
                    own_pages(taken, feed, fake)
                for each in LANGUAGES:
                    with speaking(extension, each) as copy, studio(playwright, copy, folder) as taken:
                        language(taken, feed, each)
                with studio(playwright, extension, folder, **PHONE) as taken:
                    phone(taken, feed)
    keep(folder)


def keep(folder: Path) -> None:
    """All into docs/, and the page that shows them."""
    shutil.rmtree(DOCS, ignore_errors=True)
    DOCS.mkdir(parents=True)
    for path in folder.glob("*.png"):
        Image.open(path).save(DOCS / f"{path.stem}.webp", quality=QUALITY, method=6)
    states.write(DOCS)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as own:  # the user's tokens and trust list stay as they are
        os.environ["CANDID_DATA"] = own
        take_all(Path(sys.argv[1]))
