"""Model folders small enough for tests, with a real ONNX model: brighter pictures are "faker".

logit = (mean - 128) / 8, cells likewise on a 2x2 grid, so that tests can predict every verdict.
"""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from backend.contract import ModelJson

SIDE = 96


def write_model_folder(folder: Path, **changes: Any) -> Path:
    """A folder that `python -m backend --model` serves; `changes` replace values of model.json."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = folder / "model.onnx"
    onnx.save(brightness_model(), weights)
    model = model_json(**{"files": [weight_file("onnx", weights)], **changes})
    (folder / "model.json").write_text(model.model_dump_json(indent=2))
    return folder


def model_json(**changes: Any) -> ModelJson:
    """Of the brightness model; `changes` replace values."""
    values: dict[str, Any] = {
        "name": "brightness",
        "version": "1",
        "input": {"height": SIDE, "width": SIDE},
        "output": {"logit": "logit", "cells": "cells"},
        "views": {"kind": "native_crops", "first": 3, "more": 3, "uncertain": (0.3, 0.7)},
        "calibration": [{"regime": "clean", "temperature": 1.0}],
        "thresholds": {
            "fake": 0.9, "real": 0.1, "chosen_on": "nothing", "false_alarm_rate": 0, "missed_fake_rate": 0,
            "cautious": {"fake": 0.95, "false_alarm_rate": 0, "recall": 0},
            "eager": {"fake": 0.8, "false_alarm_rate": 0, "recall": 0},
        },
        "training": {
            "recipe": "test", "backbone": "none", "real_pictures": 0, "fake_pictures": 0, "sources": 0,
            "epochs": 0, "seed": 0,
        },
    }  # fmt: skip
    return ModelJson.model_validate({**values, **changes})


def weight_file(runtime: str, path: Path) -> dict[str, Any]:
    data = path.read_bytes()
    return {
        "runtime": runtime,
        "path": path.name,
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
    }


def brightness_model() -> onnx.ModelProto:
    half = SIDE // 2
    nodes = [
        helper.make_node("Cast", ["pictures"], ["floats"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["floats"], ["mean"], axes=[1, 2, 3], keepdims=0),
        helper.make_node("Sub", ["mean", "middle"], ["shifted"]),
        helper.make_node("Div", ["shifted", "eight"], ["flat"]),
        helper.make_node("Unsqueeze", ["flat", "one"], ["logit"]),
        helper.make_node("Transpose", ["floats"], ["planes"], perm=[0, 3, 1, 2]),
        helper.make_node("AveragePool", ["planes"], ["pooled"], kernel_shape=[half] * 2, strides=[half] * 2),
        helper.make_node("ReduceMean", ["pooled"], ["grid"], axes=[1], keepdims=0),
        helper.make_node("Sub", ["grid", "middle"], ["grid_shifted"]),
        helper.make_node("Div", ["grid_shifted", "eight"], ["cells"]),
    ]
    constants = {"middle": np.float32(128), "eight": np.float32(8), "one": np.array([1], np.int64)}
    graph = helper.make_graph(
        nodes,
        "brightness",
        [helper.make_tensor_value_info("pictures", TensorProto.UINT8, ["batch", SIDE, SIDE, 3])],
        [
            helper.make_tensor_value_info("logit", TensorProto.FLOAT, ["batch", 1]),
            helper.make_tensor_value_info("cells", TensorProto.FLOAT, ["batch", 2, 2]),
        ],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10)
