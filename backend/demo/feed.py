"""The feed's own small site: a page that asks for more posts as one scrolls, pictures in two widths.

Not part of the judging service: another port, and it sees the pictures only to show them.
"""

import io
import logging
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont, ImageOps, UnidentifiedImageError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from backend.demo.posts import Post

log = logging.getLogger("candid.demo")
PAGE = Path(__file__).parent / "page"
NARROW = 320  # px; the variant for small windows, so that the pictures have a srcset
MOST_AT_ONCE = 10  # posts
QUALITY = 92  # of JPEG; what the better feeds use
MEDIA_TYPES = {
    "JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif",
    "AVIF": "image/avif", "BMP": "image/bmp",
}  # fmt: skip
Encoded = tuple[bytes, str]  # a file and its media type


def create_feed(posts: Sequence[Post]) -> Starlette:
    """The site that shows these posts."""
    site = Feed(posts)
    return Starlette(
        routes=[
            Route("/posts", site.posts),
            Route("/pictures/{name}", site.picture),
            Route("/avatars/{author}.png", site.avatar),
            Mount("/", StaticFiles(directory=PAGE, html=True)),
        ],
        # A page on a name that was rebound to this machine must not read the reader's pictures.
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])],
    )


class Feed:
    """Its routes. None is a coroutine: they work with files and pixels, in Starlette's threads."""

    def __init__(self, posts: Sequence[Post]) -> None:
        self._posts = posts
        self._by_name = {post.name: post for post in posts}
        self._sizes = lru_cache(maxsize=None)(_size)
        self._encoded = lru_cache(maxsize=64)(encode)

    def posts(self, request: Request) -> JSONResponse:
        start = _whole(request, "from", 0)
        count = min(_whole(request, "count", 4), MOST_AT_ONCE)
        here = self._posts[start : start + count]
        shown = [entry for post in here if (entry := self._entry(post)) is not None]
        return JSONResponse({"posts": shown, "next": start + len(here), "of": len(self._posts)})

    def picture(self, request: Request) -> Response:
        post = self._by_name.get(request.path_params["name"])
        if post is None:
            raise HTTPException(404)
        data, media_type = self._encoded(post, _whole(request, "width", 0))
        return Response(data, media_type=media_type, headers={"Cache-Control": "max-age=3600"})

    def avatar(self, request: Request) -> Response:
        return Response(paint_avatar(request.path_params["author"]), media_type="image/png")

    def _entry(self, post: Post) -> dict[str, Any] | None:
        try:
            width, height = self._sizes(post)
        except (OSError, UnidentifiedImageError, Image.DecompressionBombError) as error:
            log.warning("%s is not shown: %s", post.file or post.name, error)
            return None
        words = {"name": post.name, "author": post.author, "text": post.text}
        return words | {"truth": post.truth, "origin": post.origin, "width": width, "height": height}


def encode(post: Post, width: int) -> Encoded:
    """The file as it is, where there is one (width 0); else a JPEG, not wider than the picture."""
    if width == 0 and post.file is not None:
        with Image.open(post.file) as stored:
            media_type = MEDIA_TYPES.get(stored.format or "")
        if media_type is not None:
            return post.file.read_bytes(), media_type
    with post.open() as opened:
        picture = ImageOps.exif_transpose(opened).convert("RGB")
    if 0 < width < picture.width:
        height = max(1, round(picture.height * width / picture.width))
        picture = picture.resize((width, height), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=QUALITY)
    return buffer.getvalue(), MEDIA_TYPES["JPEG"]


def paint_avatar(author: str, side: int = 128) -> bytes:
    """An initial on a colour that goes with the name. Its file is large enough to be judged: badges must
    stay away because of how it is shown."""
    hue = sum(map(ord, author)) * 37 % 256
    picture = Image.new("HSV", (side, side), (hue, 120, 190)).convert("RGB")
    font = ImageFont.load_default(side / 2)
    ImageDraw.Draw(picture).text((side / 2, side / 2), author[:1], "white", font, anchor="mm")
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def _size(post: Post) -> tuple[int, int]:
    """As a browser shows it: turned by its EXIF orientation."""
    with post.open() as picture:
        turned = picture.getexif().get(0x0112, 1) >= 5
        return (picture.height, picture.width) if turned else (picture.width, picture.height)


def _whole(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name, "")
    return int(text) if text.isdecimal() else default
