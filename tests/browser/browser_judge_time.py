"""`python -m tests.browser.browser_judge_time`: what a picture costs the judge in the browser, in Chromium
and Firefox, with the shipped model; docs/performance.md has the table. Needs the built extension.
"""

import base64
import shutil
import tempfile
from pathlib import Path

import numpy as np
from playwright.sync_api import sync_playwright

from backend.demo.browsers import BUILT, find_browser
from tests.browser.check import Page
from tests.browser.conftest import launched, worker_of
from tests.browser.firefox import extension_page, firefox_with_extension
from tests.pictures import encoded, pixels

COUNT = 12
# One after another, as the extension asks; the first one waits for the network and its self-test.
TIMES = """files => new Promise((resolve) => {
  const worker = new Worker("/judge-worker.js");
  const times = [];
  let since = 0;
  const ask = () => {
    since = performance.now();
    const bytes = Uint8Array.from(atob(files[times.length]), (letter) => letter.charCodeAt(0));
    worker.postMessage({ kind: "judge", id: times.length, picture: new Blob([bytes]) });
  };
  worker.onmessage = ({ data: { outcome } }) => {
    times.push([performance.now() - since, outcome.judged.evidence[0].details.views]);
    if (times.length < files.length) return ask();
    worker.terminate();
    resolve(times);
  };
  ask();
})"""


def measure(page: Page) -> str:
    made = [encoded(pixels(1080, 1080, seed), "JPEG", quality=85) for seed in range(COUNT)]
    found = page.evaluate(TIMES, [base64.b64encode(data).decode() for data in made])
    first, *others = [(float(time), int(views)) for time, views in found]
    times = np.array([time for time, _ in others])
    views = np.mean([views for _, views in others])
    per_view = times.sum() / sum(views for _, views in others)
    return (
        f"first {first[0]:.0f} ms; then median {np.median(times):.0f} ms, slowest {times.max():.0f} ms, "
        f"{views:.1f} views each, {per_view:.0f} ms a view"
    )


def main() -> None:
    with sync_playwright() as playwright, launched(playwright, find_browser(), BUILT) as context:
        page = context.new_page()
        page.goto(worker_of(context).evaluate("chrome.runtime.getURL('popup.html')"))
        print("Chromium:", measure(page))
    built = BUILT.with_name("firefox-mv3")
    browser = Path(shutil.which("firefox-esr") or "firefox")
    with (
        tempfile.TemporaryDirectory() as folder,
        firefox_with_extension(browser, built, Path(folder) / "log") as firefox,
    ):
        firefox.driver.get(extension_page("popup.html"))
        print("Firefox:", measure(firefox))


if __name__ == "__main__":
    main()
