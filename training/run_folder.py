"""The run folder: the names of its files, and writes that happen whole or not at all.

A run can be killed at any moment and its folder is read afterwards, so every file is written beside its
place and then moved there.
"""

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.contract import ModelJson, WeightFile


@dataclass(frozen=True, slots=True)
class RunFolder:
    """Where each output of a run lies."""

    path: Path

    @property
    def model(self) -> Path:
        """The best network, for Keras."""
        return self.path / "model.keras"

    @property
    def model_json(self) -> Path:
        return self.path / "model.json"

    @property
    def history(self) -> Path:
        """A row an epoch."""
        return self.path / "history.csv"

    @property
    def metrics(self) -> Path:
        return self.path / "metrics.json"

    @property
    def scores(self) -> Path:
        """A row a held-out picture."""
        return self.path / "scores.csv"

    @property
    def test_scores(self) -> Path:
        """Of the pictures of --test; same columns."""
        return self.path / "test_scores.csv"

    @property
    def report(self) -> Path:
        return self.path / "report.html"

    @property
    def plots(self) -> Path:
        """The report's figures as PNG files."""
        return self.path / "plots"

    @property
    def state(self) -> Path:
        """What `--resume` goes on from."""
        return self.path / "state"


def write(path: Path, fill: Callable[[Path], object]) -> None:
    """`fill` writes into a file beside `path` (same ending: Keras wants it), which then takes its place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".part-{path.name}")
    fill(part)
    part.replace(path)


def write_bytes(path: Path, data: bytes) -> None:
    write(path, lambda part: part.write_bytes(data))


def write_text(path: Path, text: str) -> None:
    write(path, lambda part: part.write_text(text, encoding="utf-8"))


def write_json(path: Path, value: Any) -> None:
    write_text(path, json.dumps(value, indent=2) + "\n")


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    write_text(path, out.getvalue())


def write_model_json(path: Path, model: ModelJson) -> None:
    write_text(path, model.model_dump_json(indent=2) + "\n")


def weight_file(path: Path) -> WeightFile:
    """The entry of model.json for a network saved by Keras."""
    data = path.read_bytes()
    return WeightFile(
        runtime="keras", path=path.name, sha256=hashlib.sha256(data).hexdigest(), bytes=len(data)
    )
