"""What the extension costs a page: the same feed of 1,000 posts scrolled without it and with it, in one run.

`make bench-page` prints the tables of docs/performance.md. The shipped model judges. Numbers of one
machine, for comparing the columns; tests never assert them. Work of the main thread is in seconds of the
processor, all else in time as it passes. Then 30 posts are read whose pictures are all unlike and as large as
feeds have them: judged by the service, and by TF.js in the browser.
"""

import os
import time
from typing import Any

import numpy as np
from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright

from backend.bench.pictures import feed_like
from backend.demo.browsers import BUILT, find_browser, require_extension
from backend.demo.servers import BACKEND_PORT, backend_state, running_backend
from tests.browser.conftest import launched, launched_as_it_is, worker_of
from tests.feeds.site import serving_feeds

POSTS = 1000
READ = 30  # posts at a reading scroll
AFTER = 10  # more of them: the last one that counts is in sight, and has others after it, as all have
PAUSE = 0.8  # s for each of them
SLOWLY = 2.0

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

# Of each picture that came into sight: when, when it went, and when a verdict stood on its badge, in ms.
SIGHTS = """(posts) => {
  window.sights = {};
  const look = () => {
    const now = performance.now();
    const shown = new Set();
    for (const img of document.querySelectorAll("img[data-expect]:not([data-expect=''])")) {
      const number = Number(/(\\d+)\\.jpg$/.exec(img.src)?.[1]);
      const { top, bottom } = img.getBoundingClientRect();
      const inSight = bottom >= 0 && top <= innerHeight;
      if (!(number < posts) || (!inSight && !sights[number])) continue;
      const sight = (sights[number] ??= { came: now });
      if (inSight) shown.add(sight);
      const badge = img.parentElement.querySelector("candid-badge");
      if (!badge || badge.dataset.for !== img.currentSrc) continue;
      if (["fake", "real", "unsure"].includes(badge.dataset.verdict)) sight.judged ??= now;
    }
    for (const sight of Object.values(sights)) if (!shown.has(sight)) sight.went ??= now;
    requestAnimationFrame(look);
  };
  look();
}"""


def main() -> None:
    if backend_state() != "absent":
        raise SystemExit(
            f"Stop what runs on port {BACKEND_PORT}: this starts a service of its own, and needs none after."
        )
    print(f"Load average of the last minute, before: {os.getloadavg()[0]:.1f}\n", flush=True)
    rows: dict[str, list[str]] = {}
    readings: dict[str, dict[str, str]] = {}
    with sync_playwright() as playwright:
        for with_it in (False, True):
            for name, value in _scrolled(playwright, with_it).items():
                rows.setdefault(name, []).append(value)
        _print_table("", ["without", "with Candid"], rows)
        with running_backend():
            readings["the service"] = _reading(playwright, PAUSE)
        for pause in (PAUSE, SLOWLY):
            readings[f"TF.js, {pause} s a post"] = _reading(playwright, pause)
    reading = {name: [told[name] for told in readings.values()] for name in readings["the service"]}
    _print_table(f"{READ} posts read", list(readings), reading)


def _print_table(corner: str, columns: list[str], rows: dict[str, list[str]]) -> None:
    print(f"| {corner} | {' | '.join(columns)} |\n|{' --- |' * (1 + len(columns))}")
    for name, values in rows.items():
        missing = ["-"] * (len(columns) - len(values))
        print(f"| {name} | {' | '.join(missing + values)} |")
    print(flush=True)


def _scrolled(playwright: Playwright, with_it: bool) -> dict[str, str]:
    launch = launched if with_it else launched_as_it_is
    with (
        running_backend(),
        serving_feeds() as feeds,
        launch(playwright, find_browser(), require_extension(BUILT)) as context,
    ):
        page = _page(context, with_it)
        page.goto(feeds.page("virtual"))
        time.sleep(2)
        told = _cost(page)
        if with_it:
            left = page.evaluate("document.querySelectorAll('candid-badge').length")
            told["badges in the page, whose list has 8 nodes"] = str(left)
        return told


def _page(context: BrowserContext, with_it: bool) -> Page:
    if not with_it:  # not even a content script: the extension is switched off
        worker_of(context).evaluate(
            "() => chrome.storage.local.set({settings: {version: 2, everywhere: false}})"
        )
    return context.new_page()


def _cost(page: Page) -> dict[str, str]:
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


def _reading(playwright: Playwright, pause: float) -> dict[str, str]:
    """In a browser that has seen no picture, so that it starts as it does for a reader."""
    unseen = time.time_ns()  # the service remembers the pictures of the last run
    pictures = list(feed_like(READ + AFTER, seed=unseen))
    with (
        serving_feeds(lambda _, name: pictures[int(name)]) as feeds,
        launched(playwright, find_browser(), require_extension(BUILT)) as context,
    ):
        page = context.new_page()
        page.goto(feeds.page("virtual"))
        page.evaluate(SIGHTS, READ)
        for post in range(READ + AFTER // 2):
            page.evaluate("(top) => scrollTo({ top, behavior: 'smooth' })", post * 400)
            time.sleep(pause)
        sights = page.evaluate("Object.values(sights)")
    in_time = [each for each in sights if each.get("judged", each["went"]) < each["went"]]
    waits = [each["judged"] - each["came"] for each in in_time]
    middle, late = np.percentile(waits, [50, 95]) if waits else (np.nan, np.nan)
    return {
        "pictures that came into sight": str(len(sights)),
        "without a verdict when they left it": str(len(sights) - len(in_time)),
        "and never got one": str(sum("judged" not in each for each in sights)),
        "the others: in sight to badge, median / p95": f"{middle:.0f} / {late:.0f} ms",
    }


if __name__ == "__main__":
    main()
