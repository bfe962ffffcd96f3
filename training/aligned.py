"""Fakes made from reals: the same picture, the same size, with the traces of a generator's up-sampling.

    python -m training.aligned --data DIR --out OUT --encoder F.safetensors --decoder F.safetensors

In: the pictures of DIR/real/SOURCE. Out: OUT/fake/aligned_SOURCE/NAME.png and OUT/manifest.csv, which
names each fake's real half. Which kind of fake a picture becomes depends on seed and path alone, so that
a run that was cut off goes on where it stopped.

Since both halves show the same thing, what tells them apart can only be the traces
(AlignedForensics, arXiv:2410.11835).
"""

import argparse
import csv
import io
import sys
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from training.autoencoder import Autoencoder, psnr
from training.errors import BadOption, DataError, TrainingError
from training.gather import Sample

__all__ = ["Autoencoder", "Kind", "Pair", "Upsampler", "make", "pairs", "resample"]

Pixels = NDArray[np.uint8]  # [height, width, 3], RGB
Upsampler = Literal["nearest", "bilinear", "transposed"]
Kind = Literal["autoencoder", "nearest", "bilinear", "transposed"]
SHARES: dict[Kind, float] = {"autoencoder": 0.7, "transposed": 0.15, "nearest": 0.075, "bilinear": 0.075}
PICTURES = {".jpg", ".jpeg", ".png", ".webp", ".avif", ".bmp"}
LARGEST = 1536 * 1536  # px; the autoencoder's maps take 256 bytes a pixel
MANIFEST = "manifest.csv"
COLUMNS = ["path", "real", "label", "source", "generator", "psnr"]


@dataclass(frozen=True, slots=True)
class Job:
    """One picture to make a fake from."""

    real: Path  # relative to the data folder
    source: str
    kind: Kind
    seed: int
    twin: bool = False  # an earlier picture has the same name but for its ending or folder

    @property
    def path(self) -> Path:
        """Relative to the out folder. Nested folders below the source go into the name."""
        below = "_".join((*self.real.parts[2:-1], self.real.stem))
        own = f"_{self.seed:08x}" if self.twin else ""
        return Path("fake") / f"aligned_{self.source}" / f"{below}{own}.png"


@dataclass(frozen=True, slots=True)
class Pair:
    """A picture and the fake that was made from it: the same content, place by place."""

    real: Sample
    fake: Sample


def pairs(folder: Path, data: Sequence[Path]) -> list[Pair]:
    """The fakes in `folder` (the OUT of an earlier run) with their real halves, which lie in one of the
    folders `data`; fakes whose real half is in none of them are left out. Raises DataError for none."""
    found: list[Pair] = []
    for row in _rows(folder / MANIFEST):
        fake = folder / row["path"]
        real = next((path for root in data if (path := root / row["real"]).is_file()), None)
        if real is not None and fake.is_file():
            source = row["source"]
            found.append(Pair(Sample(real, 0, source, "all"), Sample(fake, 1, source, "all")))
    if not found:
        raise DataError(
            f"{folder} holds no aligned fakes of the pictures in {', '.join(map(str, data))}: make them with "
            f"`python -m training.aligned --data DIR --out {folder}`."
        )
    return found


def resample(pixels: Pixels, rng: np.random.Generator, kind: Upsampler) -> Pixels:
    """Down by 2 or 4 (mean of each block), up again by `kind`; up to 0.6 of the picture itself is mixed
    in, so that the traces and not the blur tell the fake."""
    height, width = pixels.shape[:2]
    factor = int(rng.choice([2, 4]))
    padded = np.pad(pixels, ((0, -height % factor), (0, -width % factor), (0, 0)), "symmetric")
    rows, columns = padded.shape[0] // factor, padded.shape[1] // factor
    blocks = padded.astype(np.float32).reshape(rows, factor, columns, factor, 3)
    small = blocks.mean(axis=(1, 3))  # rows, columns, 3
    if kind == "transposed":
        large = small
        for _ in range(factor // 2):
            large = _transposed(large, rng)
    elif kind == "nearest":
        large = small.repeat(factor, axis=0).repeat(factor, axis=1)
    else:
        large = _bilinear(_bilinear(small, factor, 0), factor, 1)
    kept = float(rng.uniform(0.0, 0.6))
    mixed = (1 - kept) * large[:height, :width] + kept * pixels
    return np.asarray(np.clip(np.rint(mixed), 0, 255), np.uint8)


def _transposed(small: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Transposed convolution of stride 2 with a random kernel of side 2 to 4: a bilinear kernel with
    noise on it. The four phases keep slightly unlike gains: the checkerboard of such layers."""
    side = int(rng.integers(2, 5))
    line = np.array({2: [1, 1], 3: [0.5, 1, 0.5], 4: [0.25, 0.75, 0.75, 0.25]}[side])
    kernel = np.outer(line, line) * (1 + rng.normal(0, 0.12, (side, side)))
    kernel *= 4 / kernel.sum()  # each phase's gain is 1 on average
    rows, columns = small.shape[:2]
    around = np.pad(small, ((1, 1), (1, 1), (0, 0)), "edge")
    out = np.zeros((2 * rows + 4 + side, 2 * columns + 4 + side, 3), np.float32)
    for y in range(side):
        for x in range(side):
            out[y : y + 2 * rows + 4 : 2, x : x + 2 * columns + 4 : 2] += np.float32(kernel[y, x]) * around
    start = 2 + (side - 2) // 2
    return out[start : start + 2 * rows, start : start + 2 * columns]


def _bilinear(small: NDArray[np.float32], factor: int, axis: int) -> NDArray[np.float32]:
    """Linear interpolation along one axis, sample centres aligned."""
    size = small.shape[axis]
    at = np.clip((np.arange(size * factor) + 0.5) / factor - 0.5, 0, size - 1)
    low = np.floor(at).astype(int)
    high = np.minimum(low + 1, size - 1)
    shape = [1, 1, 1]
    shape[axis] = -1
    part = (at - low).astype(np.float32).reshape(shape)
    result: NDArray[np.float32] = np.take(small, low, axis) * (1 - part) + np.take(small, high, axis) * part
    return result


def jobs(data: Path, seed: int, limit: int | None) -> list[Job]:
    """The pictures of data/real in the order of their paths; with `limit` some of them, drawn by `seed`."""
    real = data / "real"
    files = sorted(file for file in real.rglob("*") if file.suffix.lower() in PICTURES)
    if not files:
        raise DataError(f"no pictures under {real}: --data must hold a folder real/ with pictures")
    kinds, shares = list(SHARES), np.array(list(SHARES.values()))
    found: list[tuple[int, Job]] = []
    taken: set[Path] = set()
    for file in files:
        path = file.relative_to(data)
        picture_seed = zlib.crc32(f"{seed}/{path.as_posix()}".encode())
        kind = kinds[int(np.random.default_rng(picture_seed).choice(len(kinds), p=shares / shares.sum()))]
        source = path.parts[1] if len(path.parts) > 2 else "real"
        job = Job(path, source, kind, picture_seed)
        job = replace(job, twin=job.path in taken)
        taken.add(job.path)
        found.append((picture_seed, job))
    if limit is not None:
        found = sorted(found, key=lambda pair: pair[0])[:limit]
    return [job for _, job in found]


def make(pixels: list[Pixels], jobs: list[Job], autoencoder: Autoencoder | None) -> list[Pixels]:
    """The fakes of one batch; pictures of one size share a pass of the autoencoder, which other kinds do
    without."""
    fakes: list[Pixels | None] = [None] * len(jobs)
    by_shape: dict[tuple[int, ...], list[int]] = {}
    for place, job in enumerate(jobs):
        if job.kind == "autoencoder":
            by_shape.setdefault(pixels[place].shape, []).append(place)
        else:
            fakes[place] = resample(pixels[place], np.random.default_rng(job.seed), job.kind)
    for places in by_shape.values():
        assert autoencoder is not None, "a job needs it"
        for place, fake in zip(
            places, autoencoder.reconstruct(np.stack([pixels[p] for p in places])), strict=True
        ):
            fakes[place] = fake
    return [fake for fake in fakes if fake is not None]


def run(data: Path, out: Path, autoencoder: Autoencoder | None, todo: list[Job], batch: int) -> list[str]:
    """Writes the fakes that are not there yet; returns a line for each picture that failed."""
    from tqdm import tqdm

    manifest = out / MANIFEST
    done = {row["path"] for row in _rows(manifest) if (out / row["path"]).is_file()}
    left = [job for job in todo if job.path.as_posix() not in done]
    failed: list[str] = []
    out.mkdir(parents=True, exist_ok=True)
    with manifest.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        if manifest.stat().st_size == 0:
            writer.writeheader()
        with tqdm(total=len(todo), initial=len(todo) - len(left), unit="picture", disable=None) as progress:
            for part in _batches(left, batch):
                decoded = [(job, _read(data / job.real, failed)) for job in part]
                read = [(job, pixels) for job, pixels in decoded if pixels is not None]
                some = [job for job, _ in read]
                originals = [pixels for _, pixels in read]
                for job, real, fake in zip(some, originals, make(originals, some, autoencoder), strict=True):
                    _write(out / job.path, fake)
                    writer.writerow(_row(job, psnr(real, fake)))
                file.flush()
                progress.update(len(part))
    return failed


def _row(job: Job, decibels: float) -> dict[str, Any]:
    return {
        "path": job.path.as_posix(),
        "real": job.real.as_posix(),
        "label": 1,
        "source": f"aligned_{job.source}",
        "generator": f"aligned-{job.kind}",
        "psnr": f"{decibels:.2f}",
    }


def _rows(manifest: Path) -> list[dict[str, str]]:
    if not manifest.is_file():
        return []
    text = manifest.read_text(encoding="utf-8")
    if text and not text.endswith("\n"):  # cut off while writing: the half line goes, its fake is made again
        text = text[: text.rfind("\n") + 1]
        manifest.write_text(text, encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def _read(file: Path, failed: list[str]) -> Pixels | None:
    try:
        with Image.open(file) as picture:
            if picture.width * picture.height > LARGEST:
                failed.append(f"{file}: over {LARGEST} px, cut a piece of it first")
                return None
            return np.asarray(ImageOps.exif_transpose(picture).convert("RGB"))  # as crops read the real half
    except (OSError, UnidentifiedImageError, ValueError, SyntaxError) as error:
        failed.append(f"{file}: {error}")
        return None


def _write(path: Path, pixels: Pixels) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    Image.fromarray(pixels).save(part, "PNG")
    part.replace(path)


def _batches(todo: list[Job], size: int) -> Iterator[list[Job]]:
    for start in range(0, len(todo), size):
        yield todo[start : start + size]


def parser() -> argparse.ArgumentParser:
    """The command line."""
    found = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    found.add_argument("--data", type=Path, required=True, help="folder that holds real/")
    found.add_argument("--out", type=Path, required=True)
    found.add_argument(
        "--encoder", type=Path, help="safetensors of the TAESD family; for the kind autoencoder"
    )
    found.add_argument("--decoder", type=Path)
    found.add_argument("--limit", type=int, help="only so many pictures, drawn at random")
    found.add_argument("--seed", type=int, default=1)
    found.add_argument(
        "--kinds", nargs="+", action="extend", choices=get_args(Kind), help="only these kinds of fakes"
    )
    found.add_argument("--batch", type=int, default=8)
    return found


def _autoencoder(todo: list[Job], encoder: Path | None, decoder: Path | None) -> Autoencoder | None:
    """None where no job needs it."""
    if all(job.kind != "autoencoder" for job in todo):
        return None
    if encoder is None or decoder is None:
        raise BadOption("Fakes of the kind autoencoder need --encoder and --decoder; --kinds names others.")
    return Autoencoder.load(encoder, decoder)


def main(arguments: Iterable[str] | None = None) -> int:
    chosen = parser().parse_args(None if arguments is None else list(arguments))
    try:
        todo = jobs(chosen.data, chosen.seed, chosen.limit)
        if chosen.kinds:
            todo = [job for job in todo if job.kind in chosen.kinds]
        autoencoder = _autoencoder(todo, chosen.encoder, chosen.decoder)
        failed = run(chosen.data, chosen.out, autoencoder, todo, chosen.batch)
    except TrainingError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    for line in failed:
        print(f"failed: {line}", file=sys.stderr)
    print(f"{len(todo) - len(failed)} aligned fakes in {chosen.out}, {len(failed)} pictures failed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
