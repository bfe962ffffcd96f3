"""No backend: the model in the browser judges, and says what the service says."""

import base64
import json
import re
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Playwright
from skimage.data import astronaut

from backend.contract import Judged
from backend.demo.feed import encode
from backend.demo.posts import Post
from backend.demo.servers import running_backend
from backend.errors import PictureError
from backend.judge import Judge
from backend.model_folder import DEFAULT
from tests.browser.check import Page, check_feed
from tests.browser.conftest import ServeFeed, launched, worker_of
from tests.browser.feeds import level_posts
from tests.browser.firefox import extension_page, firefox_with_extension
from tests.browser.test_feed import open_popup
from tests.pictures import encoded, pixels

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("free_port")]
TOLERANCE = 0.01  # of the probability; decoders round JPEG and WebP in their own ways
IDLE = 30.0  # s; extension/src/judge/tfjs/host.ts
LOADING = 30.0  # s; a busy machine loads the network, proves it and judges

# Judges files (base64) in a worker of the page; gives probabilities, or the reasons why there are none.
JUDGE = """files => new Promise((resolve) => {
  const worker = new Worker("/judge-worker.js");
  const outcomes = [];
  worker.onmessage = ({ data: { id, outcome } }) => {
    outcomes[id] = outcome.kind === "failed" ? { reason: outcome.reason, message: outcome.message } : {
      probability: outcome.judged.probability,
      details: outcome.judged.evidence[0].details,
      picture: outcome.judged.picture,
      summary: outcome.judged.evidence[0].summary,
    };
    if (Object.keys(outcomes).length < files.length) return;
    worker.terminate();
    resolve(outcomes);
  };
  for (const [id, file] of files.entries()) {
    const bytes = Uint8Array.from(atob(file), (letter) => letter.charCodeAt(0));
    worker.postMessage({ kind: "judge", id, picture: new Blob([bytes]) });
  }
})"""


def _turned() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return encoded(pixels(500, 300), "JPEG", exif=exif, quality=90)


def _half_clear() -> bytes:
    alpha = Image.linear_gradient("L").resize((300, 260))
    image = Image.fromarray(pixels(300, 260))
    image.putalpha(alpha)
    return encoded(image, "PNG")


FILES: dict[str, bytes] = {
    "jpeg, web": encoded(pixels(700, 500), "JPEG", quality=80),
    "jpeg, hard": encoded(pixels(480, 470, 3), "JPEG", quality=40),
    "jpeg, turned": _turned(),
    "png, many views": encoded(pixels(900, 700, 4), "PNG"),
    "png, thumbnail": encoded(pixels(150, 100, 5), "PNG"),
    "png, half clear": _half_clear(),
    "webp": encoded(pixels(400, 400, 6), "WEBP", quality=80),
    "gif": encoded(pixels(300, 240, 7), "GIF"),
    # A photograph: Firefox rounds AVIF's colours otherwise than Pillow, which drawn grain multiplies to 0.03.
    "avif": encoded(astronaut()[:320, :320], "AVIF"),
    "bmp": encoded(pixels(260, 230, 9), "BMP"),
    "ends too early": encoded(pixels(300, 300), "JPEG")[:4000],
    "too small": encoded(pixels(63, 300), "PNG"),
    "no picture": b"hello, no picture here",
    "empty": b"",
}


@pytest.fixture(scope="module")
def expected() -> dict[str, Judged | str]:
    """The service's verdict, or the reason of its refusal, by name of the file."""
    judge = Judge.from_folder(DEFAULT)
    found: dict[str, Judged | str] = {}
    for name, data in FILES.items():
        try:
            found[name] = judge.judge(data)
        except PictureError as error:
            found[name] = error.reason
    return found


def check_outcomes(outcomes: list[Mapping[str, Any]], expected: Mapping[str, Judged | str]) -> None:
    for name, outcome in zip(FILES, outcomes, strict=True):
        wanted = expected[name]
        if isinstance(wanted, str):
            assert outcome.get("reason") == wanted, f"{name}: {outcome}"
            continue
        assert "probability" in outcome, f"{name}: {outcome}"
        assert outcome["probability"] == pytest.approx(wanted.probability, abs=TOLERANCE), name
        assert outcome["picture"] == wanted.picture.model_dump(), name
        assert outcome["details"]["regime"] == wanted.evidence[-1].details["regime"], name


def encoded_files() -> list[str]:
    return [base64.b64encode(data).decode() for data in FILES.values()]


def test_judge_in_chromium_says_what_the_same_network_says_in_the_service(
    fresh_browser: BrowserContext, expected: dict[str, Judged | str]
) -> None:
    page = fresh_browser.new_page()
    page.goto(worker_of(fresh_browser).evaluate("chrome.runtime.getURL('popup.html')"))
    check_outcomes(page.evaluate(JUDGE, encoded_files()), expected)


def test_judge_in_firefox_says_what_the_same_network_says_in_the_service(
    firefox: Path, firefox_extension: Path, tmp_path: Path, expected: dict[str, Judged | str]
) -> None:
    # Against canvas fingerprinting Firefox changes what pages read, but not what extensions read.
    with firefox_with_extension(
        firefox, firefox_extension, tmp_path / "log", **{"privacy.resistFingerprinting": True}
    ) as page:
        page.driver.get(extension_page("popup.html"))
        check_outcomes(page.evaluate(JUDGE, encoded_files()), expected)


def feed() -> tuple[list[Post], dict[str, str], dict[str, float]]:
    """Posts, and the word and the probability that each gets by the service's own judge."""
    made = {f"picture-{seed}": _photo(seed) for seed in range(5)}
    posts = [Post(name, "Hana", name, None, "", lambda image=image: image) for name, image in made.items()]
    judge = Judge.from_folder(DEFAULT)
    found = {post.name: judge.judge(encode(post, 0)[0]) for post in posts}
    words = {name: judged.verdict for name, judged in found.items()}
    return posts, words, {name: judged.probability for name, judged in found.items()}


def _photo(seed: int) -> Image.Image:
    return Image.fromarray(pixels(640, 400 + 40 * seed, seed))


PERCENTS = """() => Object.fromEntries([...document.querySelectorAll("candid-badge")].map((badge) =>
  [badge.dataset.for.split("/").at(-1).split("?")[0], badge.getAttribute("aria-label")]))"""


def check_percents(page: Page, probability: Mapping[str, float]) -> None:
    """The badge's name for screen readers tells the probability, in whole percent."""
    said = page.evaluate(PERCENTS)
    assert said
    for name, label in said.items():
        (percent,) = re.findall(r"(\d+)%", label)
        wanted = 100 * probability[name]
        bound = 100 * TOLERANCE + 0.5  # rounded
        assert abs(int(percent) - min(99.0, max(1.0, wanted))) <= bound, f"{name}: {label}, not {wanted:.1f}"


def test_feed_is_badged_in_chromium_without_a_backend_and_the_judge_is_freed(
    fresh_browser: BrowserContext, serve_feed: ServeFeed
) -> None:
    posts, words, probability = feed()
    page = fresh_browser.new_page()
    page.goto(serve_feed(posts))
    check_feed(page, words, LOADING)
    check_percents(page, probability)
    popup = open_popup(page)
    popup.locator("#popup[data-state=ready]").wait_for(timeout=10_000)
    assert "TF.js" in popup.locator("#status-detail").inner_text()
    popup.close()
    offscreen = "() => chrome.offscreen.hasDocument()"
    worker = worker_of(fresh_browser)
    assert worker.evaluate(offscreen), "the judge does not run in the offscreen document"
    until = time.monotonic() + IDLE + 15
    while worker.evaluate(offscreen):
        assert time.monotonic() < until, "the idle judge was not freed"
        time.sleep(0.5)


def test_feed_is_badged_in_firefox_without_a_backend(
    firefox: Path, firefox_extension: Path, serve_feed: ServeFeed, tmp_path: Path
) -> None:
    posts, words, probability = feed()
    with firefox_with_extension(firefox, firefox_extension, tmp_path / "log") as page:
        page.driver.get(serve_feed(posts))
        check_feed(page, words, LOADING)
        check_percents(page, probability)


def test_backend_takes_over_when_it_starts(
    fresh_browser: BrowserContext, serve_feed: ServeFeed, model_folder: Path
) -> None:
    posts, expected = level_posts(3)
    page = fresh_browser.new_page()
    page.goto(serve_feed(posts))
    popup = open_popup(page)
    popup.locator("#status-detail", has_text="TF.js").wait_for(timeout=15_000)
    with running_backend(model_folder):
        popup.locator("#status-detail", has_text="brightness 1").wait_for(timeout=20_000)
        page.reload()
        check_feed(page, expected, LOADING)


def test_judge_that_fails_its_self_test_says_so_and_judges_nothing(
    playwright: Playwright, chromium: Path, extension: Path, tmp_path: Path, serve_feed: ServeFeed
) -> None:
    posts, _ = level_posts(2)
    with launched(playwright, chromium, with_other_golden(extension, tmp_path)) as context:
        page = context.new_page()
        page.goto(serve_feed(posts))
        popup = open_popup(page)
        popup.locator("#popup[data-state=refused]").wait_for(timeout=1000 * LOADING)
        assert "its figures are off by 0.02" in popup.locator("#status-detail").inner_text()
        verdicts = "[...document.querySelectorAll('candid-badge')].map((badge) => badge.dataset.verdict)"
        assert not {"fake", "real", "unsure"} & set(page.evaluate(verdicts))


def with_other_golden(extension: Path, folder: Path) -> Path:
    """A copy whose self-test expects what the model does not say."""
    other = folder / "extension"
    shutil.copytree(extension, other)
    golden = json.loads((other / "model" / "golden" / "golden.json").read_text())
    golden["pictures"][-1]["probability"] += 0.02 * (-1 if golden["pictures"][-1]["probability"] > 0.5 else 1)
    (other / "model" / "golden" / "golden.json").write_text(json.dumps(golden))
    return other
