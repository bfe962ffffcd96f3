"""The leak probe finds labels that follow the files, and nothing where they do not."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.pictures import encoded, pixels
from training import leak_probe, wild, wild_report
from training.crops import Crops
from training.errors import DataError
from training.gather import gather
from training.leak_probe import LeakProbe, probe, properties, warning
from training.run_folder import RunFolder

SOURCES, EACH = 12, 8  # of each, half are real
LABELS = np.repeat(np.arange(SOURCES) % 2, EACH)
NAMES = [f"source {number // EACH}" for number in range(SOURCES * EACH)]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """More trees and rounds only smooth what real folders give; the effects here are clear without."""
    monkeypatch.setattr(leak_probe, "ROUNDS", 1)
    monkeypatch.setattr(leak_probe, "TREES", 25)
    monkeypatch.setattr(leak_probe, "DRAWS", 100)


def files(choices: Sequence[dict[str, Any]]) -> list[bytes]:
    """A picture a choice: `size`, and what `encoded` takes."""
    found = []
    for seed, choice in enumerate(choices):
        options = {"size": (72, 64), "quality": 80, **choice}
        found.append(encoded(pixels(*options.pop("size"), seed=seed), **options))
    return found


def alike(count: int) -> list[dict[str, Any]]:
    """Qualities and formats drawn without regard to the label."""
    rng = np.random.default_rng(7)
    return [
        {"quality": int(rng.integers(60, 95)), "kind": str(rng.choice(["JPEG", "WEBP"]))}
        for _ in range(count)
    ]


@pytest.mark.parametrize(
    "fakes",
    [{"kind": "WEBP"}, {"kind": "PNG"}, {"quality": 90}, {"subsampling": "4:4:4"}, {"size": (64, 64)}],
    ids=str,
)
def test_labels_that_follow_the_files_are_found(fakes: dict[str, Any]) -> None:
    found = probe(files([fakes if label else {} for label in LABELS]), LABELS, NAMES, seed=1)
    assert found.auc > 0.95
    assert found.low <= found.auc <= found.high
    assert found.n == len(LABELS)
    assert warning(found) is not None


def test_labels_that_do_not_follow_the_files_are_not_found() -> None:
    some = files(alike(len(LABELS)))
    rng = np.random.default_rng(0)
    shuffled = [np.repeat(rng.permutation(np.arange(SOURCES) % 2), EACH) for _ in range(8)]
    found = [probe(some, labels, NAMES, seed=1) for labels in shuffled]
    # By chance a single AUC of 96 files spreads by 0.09 (measured), the mean of 8 by 0.03.
    assert np.mean([one.auc for one in found]) == pytest.approx(0.5, abs=0.1)
    assert sum(one.low < 0.5 < one.high for one in found) >= 5


def test_files_that_tell_the_source_alone_do_not_tell_the_label() -> None:
    """Each source has a quality of its own, near to those of both classes: grouped folds see through it."""
    qualities = [{"quality": 60 + 3 * (number // EACH)} for number in range(len(LABELS))]
    assert probe(files(qualities), LABELS, NAMES, seed=1).auc < 0.6
    assert probe(files(qualities), LABELS, ["one"] * len(LABELS), seed=1).auc > 0.7


def test_the_same_seed_gives_the_same_figures() -> None:
    some = files(alike(len(LABELS)))
    assert probe(some, LABELS, NAMES, seed=3) == probe(some, LABELS, NAMES, seed=3)


@pytest.mark.parametrize("labels", [[0, 0, 0], [0, 0, 1]], ids=str)
def test_too_few_of_a_class_are_refused_in_words(labels: list[int]) -> None:
    with pytest.raises(DataError, match="two pictures of each class"):
        probe(files([{}] * 3), np.array(labels), ["a"] * 3, seed=1)


def test_two_of_each_class_are_enough() -> None:
    found = probe(files([{}] * 4), np.array([0, 0, 1, 1]), ["a", "b", "c", "d"], seed=1)
    assert found.auc == 0.5


@pytest.mark.parametrize(("auc", "warned"), [(0.5, False), (0.6, False), (0.61, True), (0.99, True)])
def test_the_warning_comes_above_the_limit_and_names_the_figure(auc: float, warned: bool) -> None:
    text = warning(LeakProbe(auc, auc - 0.05, auc + 0.01, 100))
    assert (text is not None) == warned
    assert text is None or f"{auc:.2f}" in text


def test_sizes_beyond_the_crop_are_not_held_against_the_pipeline() -> None:
    large, larger, small = files([{"size": (200, 100)}, {"size": (90, 300)}, {"size": (60, 100)}])
    sizes = [properties(data, side=80)[:3].tolist() for data in (large, larger, small)]
    assert sizes == [[80, 80, 1], [80, 80, 1], [60, 80, 0.75]]
    assert properties(large)[:3].tolist() == [200, 100, 2]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "GIF", "BMP"])
def test_every_format_gives_a_row_of_the_same_length(kind: str) -> None:
    assert properties(encoded(pixels(), kind)).shape == properties(encoded(pixels(), "JPEG")).shape


def folder(place: Path) -> Path:
    """Reals as JPEG of middling quality, fakes as PNG, four sources of six each."""
    for label, kind in (("real", "JPEG"), ("fake", "PNG")):
        for number in range(24):
            file = place / label / f"{label}{number % 4}" / f"{number}.{kind.lower()}"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(encoded(pixels(80, 80, seed=number), kind))
    return place


def test_laundering_takes_the_leak_out_of_a_folder(tmp_path: Path) -> None:
    samples = gather([folder(tmp_path)]).samples
    plain = leak_probe.probe_folder(samples, seed=1)
    laundered = leak_probe.probe_pipeline(Crops(samples, 64, seed=1), 160, seed=1)
    assert (plain.n, laundered.n) == (48, 160)
    assert plain.auc > 0.95
    # A fifth of the draws is left as it is, and in this folder each of those gives its label away.
    assert laundered.auc < 0.75


@pytest.mark.parametrize("leaks", [True, False], ids=["fakes of another size", "all of one size"])
def test_a_folder_that_leaks_is_warned_of_by_fit_and_in_its_report(
    leaks: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Sizes below the crops' stay visible however the files are laundered."""
    monkeypatch.setattr(wild, "PROBED", 120)
    for number in range(16):
        label, side = ("fake", 40) if number % 2 else ("real", 90)
        file = tmp_path / label / f"{label}{number % 8}" / f"{number}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(encoded(pixels(*[side if leaks else 60] * 2, seed=number), "PNG"))
    found = gather([tmp_path])
    drawn, run = Crops(found.samples, 96, seed=1), RunFolder(tmp_path / "run")
    probes = wild.probe(found, drawn, seed=1)
    history = [{"step": 0, "auc": 0.5, "auc_hard": 0.5}]
    wild_report.write(run, "A run", found, drawn, history, [], probes)
    said = "The labels can be told from file properties alone"
    assert (f"warning: {said}" in capsys.readouterr().out) == leaks
    assert (said in run.report.read_text()) == leaks


def test_the_command_prints_both_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert leak_probe.main(["--data", str(folder(tmp_path)), "--draws", "60", "--side", "64"]) == 0
    assert [line.split(":")[0] for line in capsys.readouterr().out.splitlines()][:2] == [
        "as they are",
        "as training sees them",
    ]


def test_the_command_refuses_a_folder_without_pictures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert leak_probe.main(["--data", str(tmp_path)]) == 2
    assert "error: No pictures" in capsys.readouterr().err
