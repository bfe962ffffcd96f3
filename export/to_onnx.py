"""The graph to ONNX: opset 17, any batch size, one uint8 input, outputs named as model.json says.

In: the scoring function of `export.graph`. Out: a float32 file.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import onnx
import tensorflow as tf
import tf2onnx
from onnx import numpy_helper

from backend.contract import ModelJson
from export.errors import ConversionFailed

OPSET = 17


def write_onnx(score: Callable[..., Any], model: ModelJson, path: Path) -> None:
    """Raises ConversionFailed if the file would not be what model.json promises."""
    size = model.input
    signature = (tf.TensorSpec([None, size.height, size.width, size.channels], tf.uint8, name=size.name),)
    converted, _ = tf2onnx.convert.from_function(score, input_signature=signature, opset=OPSET)
    pad_inside_convolutions(converted.graph)
    _name_the_batch(converted.graph)
    onnx.checker.check_model(converted)
    _check(converted.graph, model)
    onnx.save(converted, path)


def pad_inside_convolutions(graph: onnx.GraphProto) -> None:
    """A padding with zeros that one convolution reads becomes that convolution's own.

    MobileNetV2 has 17 of them. Besides a pass over memory each, a free-standing Pad separates an
    activation from its convolution, where quantisation wants them together.
    """
    constants = {constant.name: constant for constant in graph.initializer}
    for pad in [node for node in graph.node if node.op_type == "Pad"]:
        readers = [node for node in graph.node if pad.output[0] in node.input]
        if len(readers) != 1 or readers[0].op_type != "Conv" or not _pads_zeros(pad, constants):
            continue
        _, _, top, left, _, _, bottom, right = numpy_helper.to_array(constants[pad.input[1]]).tolist()
        convolution = readers[0]
        own = _pop_attribute(convolution, "pads") or [0, 0, 0, 0]
        together = [a + b for a, b in zip(own, (top, left, bottom, right), strict=True)]
        convolution.attribute.append(onnx.helper.make_attribute("pads", together))
        convolution.input[0] = pad.input[0]
        graph.node.remove(pad)
    read = {name for node in graph.node for name in node.input}
    for name in constants.keys() - read:
        graph.initializer.remove(constants[name])


def _pads_zeros(pad: onnx.NodeProto, constants: dict[str, onnx.TensorProto]) -> bool:
    """Zeros around height and width, nowhere else, as numbers and not computed."""
    mode = next((a.s for a in pad.attribute if a.name == "mode"), b"constant")
    if mode != b"constant" or len(pad.input) > 3 or pad.input[1] not in constants:
        return False
    amounts = numpy_helper.to_array(constants[pad.input[1]])
    if len(amounts) != 8 or amounts[[0, 1, 4, 5]].any() or amounts.min() < 0:
        return False
    if len(pad.input) < 3 or not pad.input[2]:
        return True
    value = constants.get(pad.input[2])
    return value is not None and not numpy_helper.to_array(value).any()


def _pop_attribute(node: onnx.NodeProto, name: str) -> list[int]:
    for attribute in node.attribute:
        if attribute.name == name:
            values = list(attribute.ints)
            node.attribute.remove(attribute)
            return values
    return []


def _name_the_batch(graph: onnx.GraphProto) -> None:
    """`batch` instead of the converter's `unk__675`."""
    for value in (*graph.input, *graph.output):
        value.type.tensor_type.shape.dim[0].dim_param = "batch"


def _check(graph: onnx.GraphProto, model: ModelJson) -> None:
    inputs = [(value.name, value.type.tensor_type.elem_type) for value in graph.input]
    outputs = {value.name for value in graph.output}
    wanted = {name for name in (model.output.logit, model.output.cells) if name is not None}
    if inputs != [(model.input.name, onnx.TensorProto.UINT8)] or outputs != wanted:
        raise ConversionFailed(
            f"tf2onnx gave the inputs {inputs} and outputs {sorted(outputs)}; wanted one uint8 input "
            f"'{model.input.name}' and the outputs {sorted(wanted)}."
        )
