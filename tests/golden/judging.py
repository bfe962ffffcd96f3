"""What the service's code says of made-up pictures, sizes and files, for the extension's port of it:
`python -m tests.golden.judging` writes judging.json (and files that are not there yet), which pytest compares
with the code and Vitest with the port in extension/src/judge/tfjs.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from backend import calibration
from backend.contract import ModelInput, ModelJson, NativeCrops, ResizedWhole
from backend.errors import PictureError
from backend.evidence.model import State, describe
from backend.picture import Picture, decode
from backend.views import aggregate, views
from tests.model_folders import model_json
from tests.pictures import encoded, pixels

FOLDER = Path(__file__).parent
JSON = FOLDER / "judging.json"
FILES = FOLDER / "files"
SIDE = 96
SIZES = (
    (96, 96), (70, 80), (64, 300), (100, 100), (143, 97), (144, 96), (170, 250), (191, 193), (192, 192),
    (500, 96), (500, 300), (333, 777), (1000, 960), (1080, 607),
)  # fmt: skip
FEW, MANY = NativeCrops(first=3, more=2), NativeCrops(first=5, more=60)
SEEN_WHOLE = NativeCrops(first=1, overviews=[1.0, 0.7], overview_weight=0.25)


def drawn(width: int, height: int) -> NDArray[np.uint8]:
    """Whole numbers only, so that the port draws the same; its texture differs from place to place."""
    y, x = np.mgrid[0:height, 0:width]
    waves = np.stack([x * x * 3 + y * y * 5 + x * y * (channel + 7) for channel in range(3)], -1)
    return ((waves % 256) >> ((x // 90 + 2 * (y // 70)) % 5)[..., np.newaxis]).astype(np.uint8)


def judging() -> dict[str, Any]:
    return {
        "side": SIDE,
        "views": list(_views()),
        "overviews": list(_overviews()),
        "resized": list(_resized()),
        "aggregate": list(_aggregate()),
        "model": _model().model_dump(mode="json"),
        "words": list(_words()),
        "files": {path.name: _file(path) for path in sorted(FILES.iterdir())},
    }


def _views() -> Iterator[dict[str, Any]]:
    size = ModelInput(height=SIDE, width=SIDE)
    for width, height in SIZES:
        for policy in (FEW, MANY):
            found = views(drawn(width, height), policy, size)
            yield {
                "picture": [width, height],
                "policy": policy.model_dump(),
                "places": [[view.left, view.top, view.width, view.height] for view in found],
                "pixels": _hash(np.concatenate([view.pixels for view in found])),
            }


def _overviews() -> Iterator[dict[str, Any]]:
    size = ModelInput(height=SIDE, width=SIDE)
    for width, height in ((70, 80), (97, 40), (135, 137), (333, 777)):
        found = views(drawn(width, height), SEEN_WHOLE, size)[:-1]
        yield {
            "picture": [width, height],
            "policy": SEEN_WHOLE.model_dump(),
            "places": [[view.left, view.top, view.width, view.height] for view in found],
            "means": [float(view.pixels.mean()) for view in found],
        }


def _resized() -> Iterator[dict[str, Any]]:
    for width, height in ((96, 96), (70, 80), (200, 31), (501, 333), (97, 640), (640, 480)):
        (view,) = views(drawn(width, height), ResizedWhole(), ModelInput(height=16, width=20))
        pixels = view.pixels.tobytes().hex()
        yield {"picture": [width, height], "size": [20, 16], "pixels": pixels}


def _aggregate() -> Iterator[dict[str, Any]]:
    logits = [3.0, -2.0, 1.0, 2.5, 0.25]
    for share in (1.0, 0.5, 0.25, 0.01):
        for above in (0, 2):
            policy = NativeCrops(first=3, top_share=share, overviews=[1.0, 0.7], overview_weight=0.25)
            logit = aggregate(np.array(logits, np.float32), policy, above)
            yield {"logits": logits, "policy": policy.model_dump(), "above": above, "logit": logit}


def _model() -> ModelJson:
    return model_json(
        files=[],
        regimes=[
            {"regime": "thumbnail", "max_long_side": 256},
            {"regime": "hard", "max_jpeg_quality": 62},
            {"regime": "web", "max_jpeg_quality": 92},
            {"regime": "clean"},
        ],
        calibration=[
            {"regime": "thumbnail", "temperature": 1.1, "bias": -0.2},
            {"regime": "hard", "temperature": 0.9},
            {"regime": "web", "temperature": 0.7, "bias": -0.3},
            {"regime": "clean", "temperature": 0.8, "bias": 0.1},
        ],
    )


def _words() -> Iterator[dict[str, Any]]:
    model = _model()
    for side, quality in ((256, None), (257, None), (900, 62), (900, 63), (900, 93), (900, 100), (200, 30)):
        picture = Picture(np.zeros((side, 64, 3), np.uint8), "", "JPEG", 1, quality)
        regime = calibration.regime(picture, model)
        for logit in (-800.0, -3.0, 0.1, 2.2, 800.0):
            probability = calibration.probability(logit, regime, model)
            verdict = calibration.word(probability, model)
            poor = regime == "hard" or (quality is not None and quality <= 62)
            state = State(regime, side, 64, quality, poor)
            said = describe(verdict, probability, state, {})
            yield {
                "long_side": side, "quality": quality, "logit": logit, "regime": regime,
                "probability": probability, "verdict": verdict, "strength": said.strength,
                "summary": said.summary,
            }  # fmt: skip


def _file(path: Path) -> dict[str, Any]:
    try:
        found = decode(path.read_bytes())
    except PictureError as error:
        return {"reason": error.reason}
    shown = {"width": found.width, "height": found.height}
    return {"format": found.format, **shown, "quality": found.jpeg_quality}


def _hash(values: NDArray[np.uint8]) -> str:
    return hashlib.sha256(np.ascontiguousarray(values).tobytes()).hexdigest()


def _oriented(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded(pixels(80, 64), "JPEG", exif=exif)


def _moving(kind: str) -> bytes:
    frames = [Image.fromarray(pixels(80, 64, seed)) for seed in range(2)]
    return encoded(frames[0], kind, save_all=True, append_images=frames[1:])


MADE: dict[str, Callable[[], bytes]] = {
    **{f"quality-{q}.jpg": lambda q=q: encoded(pixels(80, 64), quality=q) for q in (1, 30, 62, 75, 93, 100)},
    **{f"turned-{o}.jpg": lambda o=o: _oriented(o) for o in range(1, 9)},
    "progressive.jpg": lambda: encoded(pixels(80, 64), "JPEG", progressive=True, quality=70),
    "grey.jpg": lambda: encoded(Image.fromarray(pixels(80, 64)).convert("L"), "JPEG", quality=80),
    "tables.jpg": lambda: encoded(pixels(80, 64), "JPEG", qtables=[[9] * 64, [20] * 64]),
    "alpha.png": lambda: encoded(Image.fromarray(pixels(80, 64)).convert("RGBA"), "PNG"),
    "palette.png": lambda: encoded(Image.fromarray(pixels(80, 64)).convert("P"), "PNG"),
    "lossy.webp": lambda: encoded(pixels(80, 64), "WEBP"),
    "lossless.webp": lambda: encoded(pixels(81, 65), "WEBP", lossless=True),
    "moving.webp": lambda: _moving("WEBP"),
    "moving.gif": lambda: _moving("GIF"),
    "still.avif": lambda: encoded(pixels(80, 66), "AVIF"),
    "colours.bmp": lambda: encoded(pixels(80, 64), "BMP"),
    "narrow.png": lambda: encoded(pixels(63, 200), "PNG"),
    "half.jpg": lambda: encoded(pixels(80, 64))[:700],
    "header.jpg": lambda: b"\xff\xd8\xff\xe0",
    "half.png": lambda: encoded(pixels(80, 64), "PNG")[:3000],
    "half.webp": lambda: encoded(pixels(80, 64), "WEBP")[:300],
    "half.gif": lambda: encoded(pixels(80, 64), "GIF")[:1500],
    "half.bmp": lambda: encoded(pixels(80, 64), "BMP")[:9000],
    "half.avif": lambda: encoded(pixels(80, 66), "AVIF")[:-200],
    "other.tiff": lambda: encoded(pixels(80, 64), "TIFF")[:600],
    "drawing.svg": lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "words.txt": lambda: b"hello, no picture here",
    "nothing": lambda: b"",
}


def write() -> None:
    FILES.mkdir(exist_ok=True)
    for name, make in MADE.items():
        if not (FILES / name).exists():  # encoders change with their versions; the files stay
            (FILES / name).write_bytes(make())
    JSON.write_text(text())


def text() -> str:
    return json.dumps(judging(), indent=1) + "\n"


if __name__ == "__main__":
    write()
