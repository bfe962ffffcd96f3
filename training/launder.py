"""What happens to a picture between its maker and a feed: scaling, sharpening, re-encoding.

In: pixels (uint8 [h, w, 3], RGB) and a profile, a regime or ready steps. Out: the encoded bytes a
reader's browser would get. All of it is data (`PROFILES`, `REGIMES`), planned first (`plan`, from a
seeded generator) and carried out afterwards (`carry_out`), so that both halves of an aligned pair can
go through the same steps. Training, evaluation and tests share this module.

The numbers are rounded from what the platforms' own help pages and saved files show (2022 to 2026);
they are ranges because platforms change them without notice.
"""

import io
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Pixels = NDArray[np.uint8]  # [height, width, 3], RGB
Codec = Literal["JPEG", "WEBP", "AVIF"]
Subsampling = Literal["4:4:4", "4:2:2", "4:2:0"]
Filter = Literal["bilinear", "bicubic", "lanczos", "box"]

FILTERS = {
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
    "box": Image.Resampling.BOX,
}

LONGEST = 16383  # px: WebP has no longer sides (RFC 9649, 2.6); screenshots of whole pages do


@dataclass(frozen=True, slots=True)
class Profile:
    """What one platform does, as ranges to draw from."""

    long_side: tuple[int, int] | None  # px; None never scales; never scaled up
    codecs: dict[Codec, float]  # share of each
    quality: tuple[int, int]
    subsampling: tuple[Subsampling, ...] = ("4:2:0",)
    sharpen: tuple[float, float] = (0.0, 0.0)  # unsharp mask after down-scaling: share of the difference
    generations: tuple[int, int] = (1, 1)  # how often it is saved


PROFILES: dict[str, Profile] = {
    "x": Profile((900, 2048), {"JPEG": 1.0}, (80, 90)),
    "x-small": Profile((480, 680), {"JPEG": 0.7, "WEBP": 0.3}, (75, 85)),
    "facebook": Profile((720, 2048), {"JPEG": 0.8, "WEBP": 0.2}, (70, 85), sharpen=(0.0, 0.5)),
    "instagram": Profile((640, 1440), {"JPEG": 0.7, "WEBP": 0.2, "AVIF": 0.1}, (65, 85), sharpen=(0.0, 0.4)),
    "threads": Profile((640, 1440), {"JPEG": 0.6, "WEBP": 0.4}, (65, 85)),
    "reddit": Profile((640, 1080), {"JPEG": 0.5, "WEBP": 0.5}, (70, 90)),
    "bluesky": Profile((1000, 2000), {"JPEG": 0.6, "WEBP": 0.3, "AVIF": 0.1}, (70, 85)),
    "pinterest": Profile((564, 1200), {"JPEG": 0.9, "WEBP": 0.1}, (75, 90), sharpen=(0.0, 0.6)),
    "mastodon": Profile((1280, 1920), {"JPEG": 0.8, "WEBP": 0.2}, (80, 92), ("4:2:0", "4:4:4")),
    "tumblr": Profile((540, 1280), {"JPEG": 0.7, "WEBP": 0.3}, (75, 92)),
    "linkedin": Profile((800, 1600), {"JPEG": 1.0}, (75, 90)),
    "messenger": Profile((960, 1600), {"JPEG": 1.0}, (50, 75), generations=(1, 2)),
    "site": Profile(None, {"JPEG": 0.6, "WEBP": 0.35, "AVIF": 0.05}, (70, 95), ("4:2:0", "4:4:4", "4:2:2")),
}

# The four regimes of the evaluation. `as-is` leaves the file untouched.
REGIMES: dict[str, Profile | None] = {
    "as-is": None,
    "web": Profile((540, 1080), {"JPEG": 0.7, "WEBP": 0.3}, (70, 90), ("4:2:0", "4:4:4"), (0.0, 0.4)),
    "hard": Profile((256, 512), {"JPEG": 0.8, "WEBP": 0.2}, (30, 60), generations=(2, 2)),
    "thumbnail": Profile((160, 256), {"JPEG": 0.7, "WEBP": 0.3}, (60, 85), sharpen=(0.0, 0.5)),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One generation: scale, sharpen, save."""

    scale: float  # at most 1
    filter: Filter
    sharpen: float
    codec: Codec
    quality: int
    subsampling: Subsampling


@dataclass(frozen=True, slots=True)
class Laundered:
    """What the reader's browser gets."""

    data: bytes
    format: Codec
    steps: tuple[Step, ...]


def launder(pixels: Pixels, name: str, seed: int) -> Laundered:
    """Sends whole pictures through a profile or regime by name; the same seed gives the same bytes.

    Raises KeyError for an unknown name and ValueError for `as-is`, which changes nothing.
    """
    profile = REGIMES[name] if name in REGIMES else PROFILES[name]
    if profile is None:
        raise ValueError("as-is leaves the file untouched: use its own bytes")
    steps = plan(profile, max(pixels.shape[:2]), np.random.default_rng(seed))
    return carry_out(pixels, steps)


def plan(profile: Profile, long_side: int, rng: np.random.Generator) -> tuple[Step, ...]:
    """Draws the steps for a picture whose longer side has `long_side` pixels."""
    steps = []
    for _ in range(rng.integers(profile.generations[0], profile.generations[1] + 1)):
        scale = 1.0
        if profile.long_side is not None:
            scale = min(1.0, rng.integers(profile.long_side[0], profile.long_side[1] + 1) / long_side)
        long_side = max(1, round(long_side * scale))
        steps.append(_step(profile, scale, rng))
    return tuple(steps)


def plan_piece(rng: np.random.Generator, smallest: float = 0.4) -> tuple[Step, ...]:
    """Draws steps for a piece cut from a picture, whose whole size is not known: the profile gives
    codec and quality, the scale is drawn so that 60% of all pieces keep their own resolution. A fifth
    is not touched at all, a fifth is saved twice, a seventh goes through `hard`."""
    if rng.random() < 0.2:
        return ()
    profile = REGIMES["hard"] if rng.random() < 0.17 else PROFILES[str(rng.choice(list(PROFILES)))]
    assert profile is not None
    steps = []
    for generation in range(2 if rng.random() < 0.25 else 1):
        scale = float(rng.uniform(smallest, 1.0)) if generation == 0 and rng.random() < 0.5 else 1.0
        steps.append(_step(profile, scale, rng))
    return tuple(steps)


def _step(profile: Profile, scale: float, rng: np.random.Generator) -> Step:
    codecs = list(profile.codecs)
    shares = np.array([profile.codecs[codec] for codec in codecs])
    return Step(
        scale=scale,
        filter=str(rng.choice(list(FILTERS))),  # type: ignore[arg-type]
        sharpen=float(rng.uniform(*profile.sharpen)) if scale < 1 else 0.0,
        codec=codecs[int(rng.choice(len(codecs), p=shares / shares.sum()))],
        quality=int(rng.integers(profile.quality[0], profile.quality[1] + 1)),
        subsampling=profile.subsampling[int(rng.integers(len(profile.subsampling)))],
    )


def carry_out(pixels: Pixels, steps: tuple[Step, ...]) -> Laundered:
    """Encodes `pixels` as the steps say. Raises ValueError without steps: there is nothing to encode."""
    if not steps:
        raise ValueError("no steps: the picture stays as it is")
    picture = Image.fromarray(pixels)
    data = b""
    for step in steps:
        data = _save(_shrink(picture, step), step)
        picture = Image.open(io.BytesIO(data)).convert("RGB")
    return Laundered(data, steps[-1].codec, steps)


def laundered_pixels(pixels: Pixels, steps: tuple[Step, ...]) -> Pixels:
    """The same, decoded again; without steps the pixels themselves."""
    if not steps:
        return pixels
    data = carry_out(pixels, steps).data
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


def _shrink(picture: Image.Image, step: Step) -> Image.Image:
    scale = min(step.scale, LONGEST / max(picture.size))
    if scale >= 1:
        return picture
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    small = picture.resize(size, FILTERS[step.filter])
    if step.sharpen > 0:
        percent = round(100 * step.sharpen)
        small = small.filter(ImageFilter.UnsharpMask(radius=0.8, percent=percent, threshold=0))
    return small


def _save(picture: Image.Image, step: Step) -> bytes:
    out = io.BytesIO()
    if step.codec == "JPEG":
        picture.save(out, "JPEG", quality=step.quality, subsampling=step.subsampling)
    elif step.codec == "WEBP":
        picture.save(out, "WEBP", quality=step.quality, method=2)
    else:
        picture.save(out, "AVIF", quality=step.quality, subsampling=step.subsampling, speed=9)
    return out.getvalue()
