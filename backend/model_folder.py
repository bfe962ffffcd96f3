"""The model folder: model.json and its weights, read and checked before anything is judged."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from backend.contract import JudgedModel, ModelJson, Runtime, WeightFile
from backend.errors import ModelFolderError

MODEL_JSON = "model.json"
DEFAULT = Path(__file__).parent / "models" / "default"
# By preference, on a CPU: float32 says what the browser says, to a thousandth.
SERVED: tuple[Runtime, ...] = ("onnx", "onnx-int8", "onnx-fp16")
SERVED_BY_GPU: tuple[Runtime, ...] = ("onnx-fp16", "onnx", "onnx-int8")


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A checked folder: the numbers, and the weight file to run."""

    path: Path
    model: ModelJson
    weights: WeightFile

    @property
    def weights_path(self) -> Path:
        return self.path / self.weights.path

    @property
    def judged_model(self) -> JudgedModel:
        return JudgedModel(name=self.model.name, version=self.model.version, sha256=self.weights.sha256)


def read_model_json(folder: Path) -> ModelJson:
    """Raises ModelFolderError with the file and the first thing that is wrong with it."""
    path = folder / MODEL_JSON
    try:
        return ModelJson.model_validate_json(path.read_bytes())
    except OSError as error:
        raise ModelFolderError(
            f"{path} cannot be read ({error.strerror}). Give a model folder with --model: "
            f"`python -m export RUN --out DIR` writes one."
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise ModelFolderError(
            f"{path}: {place}: {first['msg']}. Export the model again with this version of Candid."
        ) from error


def open_model_folder(folder: Path, runtime: Runtime | None = None, gpu: bool = False) -> ModelFolder:
    """Reads model.json and checks the sha256 of the weight file to run (`runtime`, or the best one).

    Raises ModelFolderError.
    """
    model = read_model_json(folder)
    wanted = (runtime,) if runtime else SERVED_BY_GPU if gpu else SERVED
    by_runtime = {entry.runtime: entry for entry in reversed(model.files)}
    weights = next((by_runtime[name] for name in wanted if name in by_runtime), None)
    if weights is None:
        raise ModelFolderError(
            f"{folder / MODEL_JSON} lists no weights for {' or '.join(wanted)}. Export the model again."
        )
    check_file(folder, weights)
    return ModelFolder(folder, model, weights)


def check_file(folder: Path, expected: WeightFile) -> None:
    """Raises ModelFolderError where a file is not the one that model.json names."""
    path = folder / expected.path
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise ModelFolderError(f"The weight file {path} cannot be read ({error.strerror}).") from error
    if found != expected.sha256:
        raise ModelFolderError(
            f"{path} is damaged or only half written: its sha256 is {found[:12]}..., model.json says "
            f"{expected.sha256[:12]}.... Get the model folder again."
        )
