"""A page with a picture for each state of a badge and each rung of the evidence, and its small site.

Real files: credentials signed with keys of our own, a generator's text in a PNG, a JPEG that ends too early.
The page is laid out as Mastodon's, whose hashtags are its AI label; `?dir=rtl` turns it round.
"""

import asyncio
import io
from contextlib import suppress
from dataclasses import dataclass

from PIL import Image
from PIL.PngImagePlugin import PngInfo
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from backend.contract import Verdict
from backend.demo.feed import encode
from backend.demo.posts import Post, bundled_posts
from backend.judge import Judge
from backend.picture import decode
from backend.settings import Settings
from tests.credentials import Signer, created, new_signer, signed
from tests.pictures import encoded

LONG = 60.0  # s; the extension waits for this one while the pictures are taken
PARAMETERS = "a harbour at dawn\nSteps: 28, Sampler: Euler a, CFG scale: 7, Seed: 1, Model: example"
STYLE = """
body { margin: 0; padding: 20px; font: 15px/1.4 system-ui, sans-serif; color-scheme: light dark; }
main { display: grid; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); gap: 20px; }
article { min-width: 0; }
img { display: block; width: 100%; height: 230px; object-fit: cover; border-radius: 10px; }
p, a { margin: 6px 0 0; color: GrayText; }
"""


@dataclass(frozen=True)
class Shown:
    """`name` is the last part of the picture's address."""

    name: str
    data: bytes
    words: str
    tag: str = ""  # the site's own label


def gallery() -> tuple[list[Shown], Signer, Signer]:
    """The pictures, and the two signers that a trust list must hold for them."""
    camera, lab = new_signer("Example Cameras"), new_signer("Example Lab")
    posts = {post.name: post for post in bundled_posts()}
    photo = _jpeg(posts["astronaut"])
    made = [created("trainedAlgorithmicMedia")]
    drawn = signed(_jpeg(posts["flower"]), lab, made, program="Example Image Model")
    told = _image(posts["nebula"])
    text = PngInfo()
    text.add_text("parameters", PARAMETERS)
    shown = [
        Shown("camera", signed(photo, camera, [created("digitalCapture")]), "Signed by a camera"),
        Shown("lab", drawn, "Signed by a generator"),
        Shown("labelled", _jpeg(posts["coffee"]), "Labelled by the site", "#AIGenerated"),
        Shown("metadata", encoded(told, "PNG", pnginfo=text), "A generator's text in the file"),
        *(Shown(word, data, "Nothing but pixels") for word, data in _said_of(posts).items()),
        Shown("failed", _jpeg(posts["rocket"])[:20_000], "The file ends too early"),
        Shown("pending", _jpeg(posts["brick"]), "Still on its way"),
    ]
    return shown, camera, lab


def _said_of(posts: dict[str, Post]) -> dict[Verdict, bytes]:
    """A picture for each word that the shipped model says, which changes with its version."""
    judge = Judge.from_folder(Settings().model)
    found: dict[Verdict, bytes] = {}
    for name in ("towers", "sea", "grass", "planet", *posts):
        data = encode(posts[name], 0)[0]
        found.setdefault(judge.score(decode(data)).verdict, data)
    words: tuple[Verdict, ...] = ("fake", "real", "unsure")
    return {word: found[word] for word in words}


def gallery_site(shown: list[Shown]) -> Starlette:
    by_name = {each.name: each for each in shown}

    def page(request: Request) -> HTMLResponse:
        chosen = (
            request.query_params.get("only", "").split(",") if "only" in request.query_params else by_name
        )
        articles = "".join(_article(by_name[name]) for name in chosen)
        direction = request.query_params.get("dir", "ltr")
        return HTMLResponse(
            f'<!doctype html><html lang="en" dir="{direction}"><meta charset="utf-8">'
            f'<meta name="viewport" content="width=device-width"><title>Gallery</title><style>{STYLE}</style>'
            f'<body id="mastodon"><main>{articles}</main></body></html>'
        )

    async def picture(request: Request) -> Response:
        name = request.path_params["name"]
        if name == "pending" and request.headers.get("sec-fetch-dest") == "empty":
            with suppress(asyncio.CancelledError):  # the site ends first
                await asyncio.sleep(LONG)
        data = by_name[name].data
        kind = "png" if data.startswith(b"\x89PNG") else "jpeg"
        # Else the extension would have it from the page at once.
        kept = {"Cache-Control": "no-store"} if name == "pending" else {}
        return Response(data, media_type=f"image/{kind}", headers=kept)

    return Starlette(routes=[Route("/", page), Route("/pictures/{name}", picture)])


def _article(each: Shown) -> str:
    tag = f'<div class="hashtag-bar"><a href="#">{each.tag}</a></div>' if each.tag else ""
    picture = f'<img class="picture" alt="" data-name="{each.name}" src="pictures/{each.name}">'
    inside = f'<div class="media-gallery__item">{picture}</div><p>{each.words}</p>{tag}'
    return f'<article class="status">{inside}</article>'


def _image(post: Post) -> Image.Image:
    image = post.open().convert("RGB")
    image.thumbnail((900, 900))
    return image


def _jpeg(post: Post) -> bytes:
    if post.file is not None and post.file.suffix in (".jpg", ".jpeg"):
        return post.file.read_bytes()
    out = io.BytesIO()
    _image(post).save(out, "JPEG", quality=92)
    return out.getvalue()
