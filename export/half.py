"""The ONNX model in 16-bit floats, for GPUs: half the memory, and what their tensor cores are made for.

In: the float32 file. Out: a file half its size whose input and outputs are as before. A CPU gains nothing by
it, so that it is written on request alone (`--runtimes onnx-fp16`); parity is proved on the CPU, which
calculates in float32 between the rounded numbers.
"""

from pathlib import Path

import onnx
from onnxruntime.transformers.float16 import convert_float_to_float16


def write_fp16(float32: Path, path: Path) -> None:
    """Numbers too small for 16 bits become the smallest there are."""
    onnx.save(convert_float_to_float16(onnx.load(float32), keep_io_types=True), path)
