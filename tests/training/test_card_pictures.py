"""The model card's picture sheet, through a real model folder."""

from pathlib import Path

import pytest
from PIL import Image

from backend.demo.posts import bundled_posts
from backend.judge import Judge
from training.card_pictures import judged, main, title


def test_a_title_tells_the_truth_and_what_was_said(model_folder: Path) -> None:
    post = next(post for post in bundled_posts() if post.name == "hubble_deep_field")  # dark, so "real"
    scores = judged(Judge.from_folder(model_folder), post)
    assert title(post, scores).startswith("real : real 0.0")
    assert "thumbnail: real 0.0" in title(post, scores)


def test_the_command_draws_a_sheet(
    model_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(model_folder), "--out", str(tmp_path / "sheet.jpg")]) == 0
    assert Image.open(tmp_path / "sheet.jpg").format == "JPEG"
    assert main([str(tmp_path), "--out", str(tmp_path / "other.jpg")]) == 2
    assert "model.json cannot be read" in capsys.readouterr().err
    assert not (tmp_path / "other.jpg").exists()
