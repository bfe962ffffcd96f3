"""What the extension costs a page: the same feed of 1,000 posts scrolled without it and with it, in one run.

`make bench-page` prints the table of docs/performance.md. The shipped model judges. Numbers of one
machine, for comparing the two columns; tests never assert them. Work of the main thread is in seconds of the
processor, all else in time as it passes.
"""

import statistics
import time
from contextlib import ExitStack
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright

from backend.demo.browsers import BUILT, find_browser, require_extension
from backend.demo.servers import running_backend
from tests.browser.conftest import launched, launched_as_it_is, worker_of
from tests.feeds.site import serving_feeds

POSTS = 1000
READ = 30  # posts at a reading scroll
PAUSE = 0.8  # s for each of them

# Long tasks, frames and shifts of the main thread, content script included.
OBSERVE = """() => {
  window.cost = { long: 0, longest: 0, slow: 0, frames: 0, shift: 0 };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) {
      cost.long += 1;
      cost.longest = Math.max(cost.longest, duration);
    }
  }).observe({ type: "longtask" });
  new PerformanceObserver((list) => {
    for (const { value } of list.getEntries()) cost.shift += value;
  }).observe({ type: "layout-shift" });
  let last = performance.now();
  const tick = (now) => {
    cost.frames += 1;
    if (now - last > 50) cost.slow += 1;
    last = now;
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
}"""

SCROLL = """async (posts) => {
  for (let top = 0; top <= posts * 400; top += 100) {
    scrollTo(0, top);
    await new Promise(requestAnimationFrame);
  }
}"""

# Milliseconds from a picture's coming into sight to the verdict on its badge.
TIMES = """() => {
  const since = new Map();
  window.times = [];
  const look = () => {
    for (const img of document.querySelectorAll("img[data-expect]:not([data-expect=''])")) {
      const { top, bottom } = img.getBoundingClientRect();
      if (bottom < 0 || top > innerHeight || since.get(img.src) === "done") continue;
      if (!since.has(img.src)) since.set(img.src, performance.now());
      const badge = img.parentElement.querySelector("candid-badge");
      if (!badge || badge.dataset.for !== img.currentSrc) continue;
      if (!["fake", "real", "unsure"].includes(badge.dataset.verdict)) continue;
      window.times.push(performance.now() - since.get(img.src));
      since.set(img.src, "done");
    }
    requestAnimationFrame(look);
  };
  look();
}"""


def main() -> None:
    rows: dict[str, list[str]] = {}
    with sync_playwright() as playwright:
        for with_it in (False, True):
            for name, value in _measure(playwright, with_it).items():
                rows.setdefault(name, []).append(value)
    print("| | without | with Candid |\n| --- | --- | --- |")
    for name, values in rows.items():
        print(f"| {name} | {' | '.join(values) if len(values) == 2 else f'- | {values[0]}'} |")


def _measure(playwright: Playwright, with_it: bool) -> dict[str, str]:
    with ExitStack() as stack:
        stack.enter_context(running_backend())
        feeds = stack.enter_context(serving_feeds())
        launch = launched if with_it else launched_as_it_is
        context = stack.enter_context(launch(playwright, find_browser(), require_extension(BUILT)))
        page = _page(context, with_it)
        page.goto(feeds.page("virtual"))
        time.sleep(2)
        told = _scrolled(page)
        if not with_it:
            return told
        left = page.evaluate("document.querySelectorAll('candid-badge').length")
        told["badges in the page, whose list has 8 nodes"] = str(left)
        return told | _reading(context, feeds.page("virtual?folder=read"))


def _page(context: BrowserContext, with_it: bool) -> Page:
    if not with_it:  # not even a content script: the extension is switched off
        worker_of(context).evaluate(
            "() => chrome.storage.local.set({settings: {version: 2, everywhere: false}})"
        )
    return context.new_page()


def _scrolled(page: Page) -> dict[str, str]:
    session = page.context.new_cdp_session(page)
    # Of the processor: what the clock shows is the machine's other work, too.
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.evaluate(OBSERVE)
    before = _metrics(session)
    page.evaluate(SCROLL, POSTS)
    after = _metrics(session)
    cost = page.evaluate("cost")
    spent = {name: after[name] - before[name] for name in before}
    return {
        "scripting, s of the processor": f"{spent['ScriptDuration']:.2f}",
        "style and layout": f"{spent['RecalcStyleDuration'] + spent['LayoutDuration']:.2f}",
        "all work of the main thread": f"{spent['TaskDuration']:.2f}",
        "long tasks (over 50 ms)": f"{cost['long']} (longest {cost['longest']:.0f} ms)",
        "frames over 50 ms": f"{cost['slow']} of {cost['frames']}",
        "layout shift": f"{cost['shift']:.4f}",
        "heap after, MB": f"{after['JSHeapUsedSize'] / 1e6:.1f}",
    }


def _metrics(session: Any) -> dict[str, float]:
    session.send("HeapProfiler.collectGarbage")
    wanted = ("ScriptDuration", "RecalcStyleDuration", "LayoutDuration", "TaskDuration", "JSHeapUsedSize")
    found = {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}
    return {name: found[name] for name in wanted}


def _reading(context: BrowserContext, address: str) -> dict[str, str]:
    page = context.new_page()
    page.goto(address)
    page.evaluate(TIMES)
    for post in range(READ):
        page.evaluate("(top) => scrollTo({ top, behavior: 'smooth' })", post * 400)
        time.sleep(PAUSE)
    times = sorted(page.evaluate("times"))
    middle, late = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    return {"in sight to badge, median / p95": f"{middle:.0f} / {late:.0f} ms ({len(times)} pictures)"}


if __name__ == "__main__":
    main()
