"""Folders of small pictures to learn from: real ones smooth, fake ones striped, so that a few steps tell."""

from pathlib import Path

import numpy as np
from PIL import Image

from tests.pictures import encoded, pixels
from training.gather import Sample

SIDE = 32


def write_picture(path: Path, seed: int, fake: bool) -> Path:
    """A PNG of 40x36 pixels; a fake has bright stripes."""
    picture = pixels(40, 36, seed)
    if fake:
        picture[::4] = 255
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encoded(picture, "PNG"))
    return path


def write_folder(folder: Path, count: int = 10, categories: tuple[str, ...] = ("",)) -> Path:
    """`count` pictures of each class in each class folder, two sources a class, different pixels each."""
    seed = 0
    for category in categories:
        for name in ("real", "fake"):
            for number in range(count):
                path = folder / category / name / f"source{number % 2}" / f"{number}.png"
                write_picture(path, seed, name == "fake")
                seed += 1
    return folder


def write_formats(folder: Path) -> list[Path]:
    """A picture in each file format and mode that a folder may hold, 70x60 pixels."""
    picture = Image.fromarray(pixels(70, 60, 1))
    deep = Image.fromarray(np.asarray(picture.convert("L"), np.uint16) * 257)
    files = {
        "grey.jpg": (picture.convert("L"), "JPEG"),
        "cmyk.jpeg": (picture.convert("CMYK"), "JPEG"),
        "alpha.png": (picture.convert("RGBA"), "PNG"),
        "deep.png": (deep, "PNG"),
        "web.webp": (picture, "WEBP"),
        "palette.gif": (picture.convert("P"), "GIF"),
        "next.avif": (picture, "AVIF"),
        "old.BMP": (picture, "BMP"),
    }
    folder.mkdir(parents=True)
    for name, (image, kind) in files.items():
        (folder / name).write_bytes(encoded(image, kind))
    return sorted(folder.iterdir())


def made_up(counts: dict[tuple[int, str, str], int]) -> list[Sample]:
    """Samples without files: {(label, source, category): how many}."""
    return [
        Sample(Path(f"{label}/{category}/{source}/{number}.png"), label, source, category)
        for (label, source, category), count in counts.items()
        for number in range(count)
    ]
