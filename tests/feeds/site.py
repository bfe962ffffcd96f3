"""Made-up feeds with the structure of real sites: pages on one port, their pictures on another.

Pictures are flat, of a brightness that gets the verdict named in their address (tests/model_folders.py), or
those that a `Draw` gives. `?host=NAME` on a page takes them from that name of this machine.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from backend.demo.servers import serving
from tests.pictures import encoded, pixels

Draw = Callable[[str, str], bytes]  # a picture by the word and the name in its address
PAGES = Path(__file__).parent / "pages"
DARKEST = {"fake": 148, "real": 94, "unsure": 121}  # the verdict holds for all shades from there on
SHADES = 8  # 24 pictures in a row are all unlike, and 22 of their probabilities in whole percent
STEP = 2  # in brightness: a quarter of a logit
MISSING = 4  # number of the picture whose original is not there
DELAYS = {"slow": 2.0, "lazy": 0.6}  # s, by folder; only the extension has to wait
STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src * data: blob:; media-src *; "
    "connect-src 'self'; frame-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'"
)
HTML = """<!doctype html><html data-cdn="{cdn}"><meta charset="utf-8"><title>{name}</title>
<link rel="stylesheet" href="/pages/feed.css"><body><header></header>
<script src="/pages/common.js"></script><script src="/pages/{name}.js"></script></body></html>"""


@dataclass
class Feeds:
    """The running sites, and what the extension asked the picture server for."""

    address: str = ""
    asked: Counter[str] = field(default_factory=Counter)
    in_flight: int = 0
    most_in_flight: int = 0
    # The way to the pictures' server: connections are refused from the one on, until the other.
    cut: Callable[[], None] = lambda: None
    mend: Callable[[], object] = lambda: None

    def page(self, name: str) -> str:
        return f"{self.address}{name}"


@contextmanager
def serving_feeds(draw: Draw | None = None) -> Iterator[Feeds]:
    """`draw`: other pictures than the flat ones, whatever width is asked for."""

    def jpeg(word: str, name: str = "", width: int = 480) -> Response:
        content = draw(word, name) if draw else flat(word, name, width)
        return Response(content, media_type="image/jpeg", headers={"Cache-Control": "max-age=600"})

    feeds = Feeds()
    with ExitStack() as pictures:
        cdn = pictures.enter_context(serving(_cdn(feeds, jpeg), 0)).rstrip("/")
        port = int(cdn.rpartition(":")[2])
        feeds.cut = pictures.close
        feeds.mend = lambda: pictures.enter_context(serving(_cdn(feeds, jpeg), port))
        with serving(_site(cdn, jpeg), 0) as address:
            feeds.address = address
            yield feeds


def _site(cdn: str, jpeg: Callable[..., Response]) -> Starlette:
    def page(request: Request) -> HTMLResponse:
        name = request.path_params["name"]
        policy = {"Content-Security-Policy": STRICT} if name == "strict" else {}
        from_host = cdn.replace("127.0.0.1", request.query_params.get("host", "127.0.0.1"))
        return HTMLResponse(HTML.format(cdn=from_host, name=name), headers=policy)

    return Starlette(
        routes=[
            Mount("/pages", StaticFiles(directory=PAGES)),
            Route("/same/{word}/{name}.jpg", lambda request: jpeg(**request.path_params)),
            Route("/{name}", page),
        ]
    )


def _cdn(feeds: Feeds, jpeg: Callable[..., Response]) -> Starlette:
    async def picture(request: Request) -> Response:
        if request.headers.get("sec-fetch-dest") == "empty":  # not an element of a page
            feeds.asked[request.url.path] += 1
            feeds.in_flight += 1
            feeds.most_in_flight = max(feeds.most_in_flight, feeds.in_flight)
            await asyncio.sleep(DELAYS.get(request.path_params["folder"], 0.02))
            feeds.in_flight -= 1
        return jpeg(request.path_params["word"], request.path_params["name"])

    async def attachment(request: Request) -> Response:
        feeds.asked[request.url.path] += request.headers.get("sec-fetch-dest") == "empty"
        number, size, word = (request.path_params[key] for key in ("number", "size", "word"))
        if size == "original":
            return jpeg(word) if number != MISSING else Response(status_code=404)
        return jpeg(word if number == MISSING else "unsure")

    async def sized(request: Request) -> Response:
        feeds.asked[request.url.path] += request.headers.get("sec-fetch-dest") == "empty"
        width = request.path_params["width"]
        judged = width == 1280 or request.url.query == "kept"
        return jpeg(request.path_params["word"] if judged else "unsure", width=width)

    async def unreadable(request: Request) -> Response:
        feeds.asked[request.url.path] += request.headers.get("sec-fetch-dest") == "empty"
        return _unreadable(request.path_params["kind"])

    return Starlette(
        routes=[
            Route("/media_attachments/files/{number:int}/{size}/{word}.jpg", attachment),
            Route("/sized/{width:int}/{word}.jpg", sized),
            Route("/unreadable/{kind}.jpg", unreadable),
            Route("/{folder}/{word}/{name}.jpg", picture),
        ]
    )


def _unreadable(kind: str) -> Response:
    """With status 200, what cannot be judged."""
    whole = flat("real")
    size = whole.index(b"\xff\xc0") + 5  # height and width in the frame header
    match kind:
        case "page":
            return HTMLResponse("<p>Sign in")
        case "huge":
            return Response(whole[:size] + b"\xea\x60\xea\x60" + whole[size + 4 :], media_type="image/jpeg")
        case "torn":
            return Response(whole[: len(whole) // 2], media_type="image/jpeg")
    return Response(b"FWS\x05 no picture at all", media_type="image/jpeg")


def flat(word: str, name: str = "", width: int = 480) -> bytes:
    """Names that are numbers have shades in turn."""
    shade = int(name) // len(DARKEST) % SHADES if name.isdecimal() else 0
    return _encoded(DARKEST[word] + STEP * shade, width)


@lru_cache(maxsize=64)
def _encoded(level: int, width: int) -> bytes:
    return encoded(pixels(width, width * 2 // 3, level=level))
