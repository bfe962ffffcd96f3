"""What fewer or more views would have said, on logits made up here and through a real model folder."""

from pathlib import Path

import pytest

from backend.contract import NativeCrops
from tests import pictures
from tests.model_folders import write_model_folder
from training.scoring import Scored
from training.view_table import main, rows

CROPS = NativeCrops(first=1)


def scored(views: tuple[float, ...], label: int, number: int, overviews: int = 0) -> Scored:
    return Scored(str(number), label, "here", "as-is", "clean", 0.0, views, 0.5, "unsure", overviews)


def test_a_row_looks_at_so_many_views_and_no_more() -> None:
    """The fakes show in their third view alone."""
    fakes = [scored((0.0, 0.0, 9.0), 1, number) for number in range(4)]
    reals = [scored((2.0, 2.0, 3.0), 0, number) for number in range(4, 8)]
    found = {(row.views, row.top_share): row for row in rows(fakes + reals, CROPS, 3, 0.02)}
    assert set(found) == {(1, 1.0), (2, 1.0), (2, 0.67), (2, 0.34), (3, 1.0), (3, 0.67), (3, 0.34)}
    assert (found[2, 1.0].auc, found[2, 1.0].recall) == ({"as-is": 0.0}, 0.0)
    assert (found[3, 1.0].auc, found[3, 1.0].recall) == ({"as-is": 1.0}, 1.0)


def test_overviews_are_shown_apart() -> None:
    """The fakes show in their overview, the view before the crops, alone."""
    fakes = [scored((9.0, 0.0, 0.0), 1, number, overviews=1) for number in range(4)]
    reals = [scored((0.0, 1.0, 1.0), 0, number, overviews=1) for number in range(4, 8)]
    policy = NativeCrops(first=2, overviews=[1.0], overview_weight=0.5)
    found = {(row.views, row.overviews): row for row in rows(fakes + reals, policy, 2, 0.02)}
    assert (found[2, False].auc, found[2, True].auc) == ({"as-is": 0.0}, {"as-is": 1.0})


def write(folder: Path, label: str, level: int) -> None:
    (folder / label).mkdir(parents=True)
    (folder / label / "one.png").write_bytes(pictures.encoded(pictures.pixels(300, 280, level=level), "PNG"))


def test_the_command_shows_what_the_served_model_would_say(
    model_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "data", "real", 60)
    write(tmp_path / "data", "fake", 230)
    assert main([str(model_folder), "--data", str(tmp_path / "data"), "--most", "4"]) == 0
    said = capsys.readouterr().out
    assert "thumbnail" in said
    assert "1.000" in said
    assert "2 pictures in 4 regimes; 0 failed" in said


def test_what_cannot_be_chosen_from_is_said(
    model_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "data", "real", 60)
    data = ["--data", str(tmp_path / "data")]
    whole = write_model_folder(tmp_path / "whole", views={"kind": "resized_whole"})
    for command, reason in (
        ([str(model_folder), *data, "--most", "0"], "wanted 1 or more"),
        ([str(whole), *data], "judges whole pictures"),
        ([str(model_folder), *data], "are real"),
    ):
        assert main(command) == 2
        assert reason in capsys.readouterr().err
