"""What the page has already is not downloaded again: a site's own count of the requests for its pictures."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import BrowserContext, Page
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from backend.demo.servers import serving
from tests.browser.check import wait_until
from tests.browser.conftest import OpenTab, worker_of
from tests.browser.feeds import LEVELS
from tests.browser.test_doings import command
from tests.feeds.look import check_in_sight
from tests.pictures import encoded, pixels

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("backend")]
DEADLINE = 20.0
# Notes what the page would notice; asks its own server, as the pages of feeds do.
HTML = """<!doctype html><meta charset="utf-8"><script>
  window.breaches = [];
  addEventListener("securitypolicyviolation", ({ blockedURI }) => window.breaches.push(blockedURI));
</script>%s<script>fetch("/posts").catch(() => {});</script>"""
IMG = '<img class="picture" width="300" height="200" data-expect="%s" src="%s" %s>'
KEPT, UNKEPT = "max-age=600", "no-store"
# Answers whatever is asked for by a script with another picture.
WORKER = """addEventListener("fetch", (event) => {
  if (event.request.destination !== "" || !event.request.url.endsWith(".jpg")) return;
  event.respondWith(fetch("/kept/real.jpg"));
});
addEventListener("activate", (event) => event.waitUntil(clients.claim()));"""
SWITCH_OFF = "() => chrome.storage.local.set({ settings: { version: 2, everywhere: false } })"
TAKE_OVER = "() => void navigator.serviceWorker.register('/worker.js')"


@dataclass
class Site:
    """`asked`: how often for which picture, by the page and by the extension together."""

    body: str = ""
    policy: str = ""
    asked: Counter[str] = field(default_factory=Counter)
    address: str = ""


@contextmanager
def serving_site() -> Iterator[Site]:
    site = Site()

    def picture(request: Request) -> Response:
        site.asked[request.url.path] += 1
        caching = UNKEPT if request.path_params["kind"] == "unkept" else KEPT
        content = encoded(pixels(480, 320, level=LEVELS[request.path_params["word"]]))
        headers = {"Cache-Control": caching, "Access-Control-Allow-Origin": "*"}
        return Response(content, media_type="image/jpeg", headers=headers)

    def page(_: Request) -> HTMLResponse:
        return HTMLResponse(HTML % site.body, headers={"Content-Security-Policy": site.policy})

    def posts(_: Request) -> Response:
        return Response("[]", media_type="application/json")

    def worker(_: Request) -> Response:
        return Response(WORKER, media_type="text/javascript")

    routes = [
        Route("/", page),
        Route("/posts", posts),
        Route("/worker.js", worker),
        Route("/{kind}/{word}.jpg", picture),
    ]
    with serving(Starlette(routes=routes), 0) as site.address:
        yield site


@pytest.fixture
def site() -> Iterator[Site]:
    with serving_site() as running:
        yield running


@pytest.fixture
def cdn() -> Iterator[Site]:
    with serving_site() as running:
        yield running


def test_what_the_page_keeps_is_downloaded_once_and_what_it_may_not_keep_twice(
    open_tab: OpenTab, site: Site
) -> None:
    wide = 'srcset="/kept/unsure.jpg 300w, /best/fake.jpg 900w" sizes="300px"'
    site.body = "".join([
        IMG % ("fake", "/kept/fake.jpg", ""),
        IMG % ("real", "/unkept/real.jpg", ""),
        IMG % ("fake", "/kept/unsure.jpg", wide),
    ])  # fmt: skip
    with open_tab() as page:
        page.goto(site.address)
        assert page.evaluate("() => document.images[2].currentSrc").endswith("/kept/unsure.jpg")
        check_in_sight(page, DEADLINE, 3)
    assert site.asked == {
        "/kept/fake.jpg": 1,
        "/unkept/real.jpg": 2,
        "/kept/unsure.jpg": 1,  # by the page alone
        "/best/fake.jpg": 1,  # by the extension alone
    }


def test_page_that_may_ask_nobody_is_told_of_no_breach(open_tab: OpenTab, site: Site) -> None:
    site.body = IMG % ("fake", "/kept/fake.jpg", "")
    site.policy = "default-src 'none'; img-src 'self'; script-src 'unsafe-inline'; connect-src 'none'"
    with open_tab() as page:
        page.goto(site.address)
        check_in_sight(page, DEADLINE, 1)
        breaches = page.evaluate("() => window.breaches")
    assert breaches == [f"{site.address}posts"], "its own, and none of the extension's"


def test_service_worker_of_the_page_puts_no_other_picture_in_the_place_of_the_shown_one(
    open_tab: OpenTab, site: Site
) -> None:
    with open_tab() as page:
        page.goto(site.address)
        page.evaluate(TAKE_OVER)
        wait_until(page, "() => navigator.serviceWorker.controller !== null", DEADLINE)
        site.body = IMG % ("fake", "/kept/fake.jpg", "")
        page.goto(site.address)
        check_in_sight(page, DEADLINE, 1)
        assert page.evaluate("async () => (await fetch('/kept/fake.jpg')).url").endswith("/real.jpg")


def test_picture_of_another_server_that_the_page_may_read(page: Page, site: Site, cdn: Site) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    site.body = "".join([
        IMG % ("fake", f"{cdn.address}kept/fake.jpg", "crossorigin"),
        IMG % ("real", f"{cdn.address}kept/real.jpg", ""),
    ])  # fmt: skip
    page.goto(site.address)
    check_in_sight(page, DEADLINE, 2)
    assert cdn.asked == {"/kept/fake.jpg": 1, "/kept/real.jpg": 2}
    assert not [text for text in said if "CORS" in text]


def test_check_by_hand_where_the_site_is_switched_off(fresh_browser: BrowserContext, site: Site) -> None:
    worker_of(fresh_browser).evaluate(SWITCH_OFF)
    page = fresh_browser.new_page()
    site.body = IMG % ("", "/kept/fake.jpg", "")
    page.goto(site.address)
    page.hover(".picture")
    command(page, "check-picture")
    page.locator("candid-card[data-verdict=fake]").wait_for(timeout=1000 * DEADLINE)
    assert site.asked == {"/kept/fake.jpg": 1}
