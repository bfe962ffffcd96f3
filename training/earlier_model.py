"""The head of an exported model, for a new one to go on from.

In: a model folder with TF.js files, whose head lies there in full precision with its norm folded in. Out: the
head in units of the raw evidence, and how many crops it has seen. Format of the weights: TensorFlow.js'
weights_loader (a manifest of names, shapes and shards of little-endian numbers).
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backend.contract import ModelJson
from backend.errors import ModelFolderError
from backend.model_folder import read_model_json
from training.errors import BadOption
from training.linear_head import Earlier, Head

LAYER = "cell_logits"
SEEN = "crops_seen"  # in the options that model.json keeps: by the head, in this run and those before


def read(folder: Path, backbone: str) -> tuple[Earlier, ModelJson]:
    """Raises BadOption where `folder` holds no model whose head can go on."""
    try:
        model = read_model_json(folder)
    except ModelFolderError as error:
        raise BadOption(f"--update {folder}: {error}") from error
    options = model.training.options
    if model.training.backbone != backbone or options.get("crops") != 0:
        raise BadOption(
            f"--update {folder}: wanted a model of the wild recipe that is a linear head on the frozen "
            f"{backbone} (--crops 0); this one: {model.training.backbone}, fine-tuned on "
            f"{options.get('crops', 'unknown')} crops."
        )
    try:
        head = _head(folder / "tfjs")
    except (OSError, ValueError, KeyError) as error:
        raise BadOption(
            f"--update {folder}: its TF.js files do not hold the head ({error}). Give a folder of "
            f"`python -m export`."
        ) from error
    return Earlier(head, int(options.get(SEEN, options["head_crops"]))), model


def _head(folder: Path) -> Head:
    weights = [values for name, values in _weights(folder) if LAYER in name]
    kernel, bias = sorted(weights, key=len, reverse=True)
    return Head(kernel.astype(np.float64), float(bias[0]))


def _weights(folder: Path) -> Iterator[tuple[str, NDArray[Any]]]:
    """Names and flat values; quantised ones of other layers as they lie there."""
    for group in json.loads((folder / "model.json").read_bytes())["weightsManifest"]:
        data = b"".join((folder / path).read_bytes() for path in group["paths"])
        at = 0
        for entry in group["weights"]:
            quantised = entry.get("quantization")
            if quantised and LAYER in entry["name"]:
                raise ValueError("it is quantised")
            kind = np.dtype(quantised["dtype"] if quantised else entry["dtype"])
            count = int(np.prod(entry["shape"], dtype=int))
            yield entry["name"], np.frombuffer(data, kind, count, at)
            at += count * kind.itemsize
