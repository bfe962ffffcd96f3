"""The ONNX model in 8 bits: QDQ, weights per channel, uint8 activations, ranges from real pictures.

In: the float32 file and views. Out: a file a quarter its size. What was measured on MobileNetV2 with a
linear head (250 views of pictures not trained on; mean difference of the probability):
  - ReLU6 quantised with its convolution, or every convolution before it takes the range of values that
    ReLU6 cuts off: 0.035 -> 0.016
  - ranges as the mean of each view's extremes, rather than the extremes of all: 0.031 -> 0.016
  - additions in float: 0.041 -> 0.016
  - the first four convolutions in float: 0.093 -> 0.016. They see the finest scale, where a generator's
    traces live and where values are unlike from channel to channel.
And on EfficientNet-Lite2 (258 views), the first 1, 4, 10, 22 convolutions in float: 0.024, 0.019, 0.015,
0.008, at 78, 76, 83, 77 views a second on one core (all in float: 55). With the head of version 6,
which learned from more, the first 22, 34, 46, 56 of 65 in float are 0.016, 0.013, 0.011, 0.007 off.
The last convolutions (the head, fed by variances of several magnitudes) always stay in float.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnx
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

from export.pictures import Views

QUANTISED = ["Conv", "Relu", "Clip", "MaxPool"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What stays in float besides the head."""

    first_convolutions: int
    additions: bool

    def __str__(self) -> str:
        return f"first {self.first_convolutions} convolutions{' and additions' * self.additions} in float"


# Fastest first; tried in turn until the bound holds.
PLANS = (Plan(1, False), *(Plan(first, True) for first in (1, 4, 10, 22, 34, 46)))


def write_int8(float32: Path, views: Views, path: Path, plan: Plan) -> None:
    """Quantises what `plan` does not keep."""
    graph = onnx.load(float32).graph
    convolutions = [node.name for node in graph.node if node.op_type == "Conv"]
    kept = {*convolutions[: plan.first_convolutions], *_last_convolutions(graph)}
    reader = _Reader(views, graph.input[0].name)
    previous = logging.root.level
    logging.root.setLevel(logging.ERROR)  # it advises optimisations that are already done
    try:
        quantize_static(
            float32,
            path,
            reader,
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=QUANTISED if plan.additions else [*QUANTISED, "Add"],
            nodes_to_exclude=sorted(kept),
            extra_options={"CalibMovingAverage": True},
        )
    finally:
        logging.root.setLevel(previous)


def _last_convolutions(graph: onnx.GraphProto) -> list[str]:
    """Convolutions after which no other comes on the way to an output."""
    after: dict[str, bool] = {}  # tensor -> a convolution reads it, at once or later
    last: list[str] = []
    for node in reversed(graph.node):  # nodes stand in order of computation
        followed = any(after.get(name, False) for name in node.output)
        if node.op_type == "Conv" and not followed:
            last.append(node.name)
        for name in node.input:
            after[name] = after.get(name, False) or followed or node.op_type == "Conv"
    return last


class _Reader(CalibrationDataReader):  # type: ignore[misc]
    """Views one by one, so that each gives its own extremes."""

    def __init__(self, views: Views, name: str) -> None:
        self._batches: Iterator[dict[str, Any]] = iter([{name: view[None]} for view in views])

    def get_next(self) -> dict[str, Any] | None:
        return next(self._batches, None)
