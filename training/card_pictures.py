"""The picture sheet of the model card: what a model says of pictures that anyone may look at.

    python -m training.card_pictures MODEL_FOLDER --out docs/card-pictures.jpg

In: a model folder. Out: a JPEG of the demo's own pictures (photographs that scikit-image carries, scenes that
code paints), each with the truth, and the verdict and probability of fake as it is and as a thumbnail. The
pictures that a model is measured on may not be shown; these may, and show kinds of mistake it makes.
"""

import argparse
import io
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from backend.demo.errors import DemoError
from backend.demo.feed import encode
from backend.demo.posts import Post, bundled_posts
from backend.errors import StartupError
from backend.judge import Judge, ModelScore
from backend.picture import decode
from training import plots, report, run_folder
from training.launder import launder

COLUMNS = 6
SHOWN_SIDE = 300  # px
QUALITY = 80


def judged(judge: Judge, post: Post) -> tuple[ModelScore, ModelScore]:
    """As the demo's feed delivers it, and as a thumbnail of it."""
    picture = decode(encode(post, 0)[0])
    small = decode(launder(picture.pixels, "thumbnail", seed=0).data)
    return judge.score(picture), judge.score(small)


def title(post: Post, scores: tuple[ModelScore, ModelScore]) -> str:
    whole, small = (f"{score.verdict} {score.probability:.2f}" for score in scores)
    return f"{post.truth} : {whole}\nthumbnail: {small}"


def sheet(judge: Judge) -> bytes:
    """JPEG. Raises DemoError where the demo's photographs are not installed."""
    pictures, titles = [], []
    for post in bundled_posts():
        titles.append(title(post, judged(judge, post)))
        with post.open() as opened:
            shown = opened.convert("RGB")
        shown.thumbnail((SHOWN_SIDE, SHOWN_SIDE))
        pictures.append(np.asarray(shown))
    drawn = Image.open(io.BytesIO(report.png(plots.picture_grid(pictures, titles, COLUMNS))))
    out = io.BytesIO()
    drawn.convert("RGB").save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def parser() -> argparse.ArgumentParser:
    """The command line."""
    found = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    found.add_argument("model", type=Path, help="an exported model folder")
    found.add_argument("--out", type=Path, required=True, help="the JPEG to write")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    try:
        run_folder.write_bytes(options.out, sheet(Judge.from_folder(options.model)))
    except (StartupError, DemoError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
