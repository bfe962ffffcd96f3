"""`python -m export.golden [MODEL_FOLDER]`: a model folder's golden pictures, for the browser's self-test.

In: a model folder with TF.js files. Out: its folder `golden/`, small pictures drawn here and golden.json with
what the TF.js model says about them under node, on the service's own views, regime and calibration. Export
calls it; by hand it is needed after a change of model.json's views, regimes or calibration.

What the service's file says is written beside: in float32 a thousandth from it, in int8 up to 0.07 on a view.
"""

import argparse
import hashlib
import io
import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from backend import calibration
from backend.contract import Golden, GoldenPicture, ModelJson, NativeCrops, Runtime
from backend.errors import ModelFolderError
from backend.judge import Judge
from backend.model_folder import DEFAULT, SERVED, read_model_json
from backend.picture import MIN_SIDE, Picture, decode
from backend.views import aggregate, overviews, views
from export.errors import ExportError
from export.parity import tfjs_scores

FOLDER: Final = "golden"
GOLDEN_JSON: Final = "golden.json"
DRAWINGS: Final = 16  # of each kind: the one kept lies nearest 0.5, where an error of the logit shows most


@dataclass(frozen=True, slots=True)
class Kind:
    """How a golden picture is drawn and saved; its sides in sides of the network's input."""

    path: str
    width: float
    height: float
    options: dict[str, Any]

    @property
    def exact(self) -> bool:
        """PNG decodes to the same pixels everywhere; JPEG decoders round in their own way."""
        return self.path.endswith(".png")


KINDS: Final = (
    Kind("large.png", 1.6, 1.1, {}),  # several views
    Kind("small.png", 0.6, 0.5, {}),  # mirrored; a thumbnail
    Kind("web.jpg", 1.2, 1.2, {"quality": 85}),
    Kind("hard.jpg", 1.2, 1.0, {"quality": 50}),
)


def write_golden(folder: Path) -> Golden:
    """Draws, judges, writes. Raises ExportError or ModelFolderError."""
    model = read_model_json(folder)
    kept = []
    target = folder / FOLDER
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    for kind in KINDS:
        drawn = [_draw(kind, model, seed) for seed in range(DRAWINGS)]
        found = probabilities(folder, [decode(data) for data in drawn])
        best = int(np.argmin(np.abs(np.array(found) - 0.5)))
        (target / kind.path).write_bytes(drawn[best])
        kept.append(_golden_picture(folder, model, kind, drawn[best], found[best]))
    golden = Golden(of=stamp(model), pictures=kept)
    (target / GOLDEN_JSON).write_text(golden.model_dump_json(indent=2) + "\n")
    return golden


def read_golden(folder: Path) -> Golden:
    return Golden.model_validate_json((folder / FOLDER / GOLDEN_JSON).read_bytes())


def stamp(model: ModelJson) -> str:
    """sha256 over what decides about a probability in the browser: not names, training, figures."""
    files = [entry.sha256 for entry in model.files if entry.runtime == "tfjs"]
    rest = model.model_dump(mode="json", include={"input", "output", "views", "regimes", "calibration"})
    return hashlib.sha256(json.dumps([files, rest], sort_keys=True).encode()).hexdigest()


def probabilities(folder: Path, pictures: Sequence[Picture]) -> list[float]:
    """What the TF.js model says: the steps of backend.judge with its logits. Raises ExportError."""
    model = read_model_json(folder)
    cuts = [views(picture.pixels, model.views, model.input) for picture in pictures]
    flat = np.stack([view.pixels for cut in cuts for view in cut])
    logits = iter(tfjs_scores(folder / "tfjs", flat, model).logits)
    return [
        _probability(np.array([next(logits) for _ in cut], np.float32), overviews(cut), picture, model)
        for cut, picture in zip(cuts, pictures, strict=True)
    ]


def _probability(logits: NDArray[np.float32], above: int, picture: Picture, model: ModelJson) -> float:
    """`above`: how many of the logits, the first ones, are overviews'."""
    policy, regime = model.views, calibration.regime(picture, model)
    every = calibration.probability(aggregate(logits, policy, above), regime, model)
    if not isinstance(policy, NativeCrops):
        return every
    few = aggregate(logits[: above + policy.first], policy, above)
    first = calibration.probability(few, regime, model)
    low, high = policy.uncertain
    return every if low <= first <= high else first


def _golden_picture(folder: Path, model: ModelJson, kind: Kind, data: bytes, found: float) -> GoldenPicture:
    picture = decode(data)
    pixels = hashlib.sha256(picture.pixels.tobytes()).hexdigest() if kind.exact else None
    runtimes = {entry.runtime for entry in model.files}
    served: Runtime | None = next((runtime for runtime in SERVED if runtime in runtimes), None)
    said = Judge.from_folder(folder, served).score(picture).probability if served else None
    return GoldenPicture(
        path=kind.path,
        pixels=pixels,
        regime=calibration.regime(picture, model),
        probability=round(found, 6),
        served=None if said is None else round(said, 6),
    )


def _draw(kind: Kind, model: ModelJson, seed: int) -> bytes:
    """Waves, edges and grain in other shares for each seed, so that some leave the network in doubt."""
    rng = np.random.default_rng(seed)
    width, height = (
        max(MIN_SIDE, round(share * side))
        for share, side in ((kind.width, model.input.width), (kind.height, model.input.height))
    )
    y, x = np.mgrid[0:height, 0:width]
    waves = np.stack([np.sin(x / rng.uniform(6, 40) + y / rng.uniform(6, 40)) for _ in range(3)], -1)
    waves *= rng.uniform(5, 60)
    edges = ((x + 2 * y) // 37 % 2)[..., np.newaxis] * rng.uniform(0, 60)
    grain = rng.normal(0, rng.uniform(1, 20), (height, width, int(rng.choice([1, 3]))))
    pixels = np.clip(rng.uniform(60, 160) + waves + edges + grain, 0, 255).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG" if kind.exact else "JPEG", **kind.options)
    return out.getvalue()


def _lines(golden: Golden) -> Iterator[str]:
    for each in golden.pictures:
        served = "" if each.served is None else f", the service {each.served:.4f}"
        yield f"{each.path} ({each.regime}): TF.js {each.probability:.4f}{served}"


def parser() -> argparse.ArgumentParser:
    """The command line."""
    found = argparse.ArgumentParser(prog="python -m export.golden", description=__doc__)
    found.add_argument("folder", type=Path, nargs="?", default=DEFAULT, help="default: the shipped model")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit status."""
    folder = parser().parse_args(arguments).folder
    try:
        golden = write_golden(folder)
    except (ExportError, ModelFolderError) as error:
        print(f"Not written. {error}", file=sys.stderr)
        return 2
    print("\n".join(_lines(golden)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
