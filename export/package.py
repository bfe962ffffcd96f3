"""Folders: reads the run, writes the model folder, all of it or nothing.

In: a run folder (model.keras, model.json), or a model folder that was exported before. Out: a model folder
whose model.json lists every file with its sha256. It is built beside its final place and moved there when
parity is proved, so that a failed export leaves the old folder as it was.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
from pydantic import ValidationError

import training.wild_network  # noqa: F401  registers the layers that a saved network names
from backend.contract import ModelJson, Runtime, WeightFile
from export.errors import OutFolderRefused, RunFolderError

MODEL_JSON = "model.json"


@dataclass(frozen=True, slots=True)
class Run:
    """What a training run left."""

    folder: Path
    model: ModelJson
    network: keras.Model


@dataclass(frozen=True, slots=True)
class Exported:
    """A model folder whose float32 ONNX file other formats can be made of."""

    model: ModelJson
    onnx: Path


@dataclass(frozen=True, slots=True)
class Written:
    """A file of the new model folder."""

    runtime: Runtime
    path: Path


def read(folder: Path) -> Run | Exported:
    """Raises RunFolderError with the file and what is wrong with it."""
    model = _read_model_json(folder)
    files = {entry.runtime: entry for entry in model.files}
    if "keras" in files:
        return Run(folder, model, _network(_checked(folder, files["keras"])))
    if "onnx" in files:
        return Exported(model, _checked(folder, files["onnx"]))
    raise RunFolderError(
        f"{folder / MODEL_JSON} lists neither a Keras network nor a float32 ONNX file. Give the run folder "
        f"that training wrote, or an exported folder with model.onnx."
    )


def _checked(folder: Path, entry: WeightFile) -> Path:
    path = folder / entry.path
    if not path.is_file():
        raise RunFolderError(f"{path} is missing. Train again, or give another run folder.")
    if _sha256(path) != entry.sha256:
        raise RunFolderError(
            f"{path} is not the file that model.json describes (its sha256 differs): damaged, or of "
            f"another run. Train again, or restore the run folder."
        )
    return path


def _network(path: Path) -> keras.Model:
    try:
        # A file saved under torch carries an optimiser that TensorFlow cannot load: compile=False.
        return keras.models.load_model(path, compile=False)
    except (ValueError, TypeError, OSError, KeyError) as error:
        raise RunFolderError(f"Keras cannot load {path}: {error}") from error


def _read_model_json(folder: Path) -> ModelJson:
    path = folder / MODEL_JSON
    try:
        return ModelJson.model_validate_json(path.read_bytes())
    except OSError as error:
        raise RunFolderError(
            f"{path} cannot be read ({error.strerror}). Give the folder of a training run: "
            f"`python -m training.fit --data DIR --out RUN` writes one."
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise RunFolderError(f"{path}: {place}: {first['msg']}. Train again with this version.") from error


def calibration_folders(model: ModelJson) -> list[Path]:
    """The folders that the run was trained on."""
    data = model.training.options.get("data", [])
    return [Path(folder) for folder in ([data] if isinstance(data, str) else data)]


@contextmanager
def new_folder(out: Path, run: Path) -> Iterator[Path]:
    """An empty folder beside `out` that takes its place when the block ends without an error."""
    out = out.resolve()
    _refuse_other_folders(out, run.resolve())
    out.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        yield new
        new.chmod(0o755)  # mkdtemp's is for one user's secrets
        _replace(out, new)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _refuse_other_folders(out: Path, run: Path) -> None:
    if out == run:
        raise OutFolderRefused(f"--out is the run folder {run} itself. Give another folder.")
    if out.exists() and not out.is_dir():
        raise OutFolderRefused(f"{out} is a file. Give a folder.")
    if out.is_dir() and any(out.iterdir()) and not (out / MODEL_JSON).is_file():
        raise OutFolderRefused(f"{out} holds other files and no model.json. Give a new or empty folder.")


def _replace(out: Path, new: Path) -> None:
    """Two renames. What the old model.json does not list (a model card) moves along."""
    if not out.exists():
        new.rename(out)
        return
    for path in _kept_files(out):
        target = new / path.relative_to(out)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)
    old = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent)) / "old"
    out.rename(old)
    try:
        new.rename(out)
    except OSError:
        old.rename(out)
        raise
    finally:
        shutil.rmtree(old.parent, ignore_errors=True)


def _kept_files(out: Path) -> list[Path]:
    try:
        model = ModelJson.model_validate_json((out / MODEL_JSON).read_bytes())
    except ValidationError:
        return []  # of another version: none of its files is known
    listed = {out / entry.path for entry in model.files} | {out / MODEL_JSON}
    golden = out / "golden"  # of the old weights
    found = (path for path in out.rglob("*") if path.is_file() and golden not in path.parents)
    return [path for path in found if path not in listed]


def write_model_json(run: ModelJson, folder: Path, files: Sequence[Written]) -> ModelJson:
    """The run's model.json with the exported files instead of the Keras network."""
    entries = [
        WeightFile(
            runtime=file.runtime,
            path=file.path.relative_to(folder).as_posix(),
            sha256=_sha256(file.path),
            bytes=file.path.stat().st_size,
        )
        for file in files
    ]
    options = {name: _without_place(value) for name, value in run.training.options.items()}
    summary = run.training.model_copy(update={"options": options})
    model = run.model_copy(update={"files": entries, "training": summary})
    (folder / MODEL_JSON).write_text(model.model_dump_json(indent=2) + "\n")
    return model


def _without_place(value: Any) -> Any:
    """The last part of an absolute path: a model folder is published, its maker's home is not."""
    if isinstance(value, list):
        return [_without_place(entry) for entry in value]
    return Path(value).name if isinstance(value, str) and Path(value).is_absolute() else value


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
