"""The page: self-contained, escaped, complete; drawings from arrays."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure as Drawing

from training import plots, report
from training.report import Facts, Figure, Section, Table, Text

CURVE = (np.array([0.0, 0.2, 1.0]), np.array([0.0, 0.7, 1.0]))


def test_a_page_requests_nothing_and_shows_all_parts(tmp_path: Path) -> None:
    parts = (
        Facts((("AUC", 0.91234), ("pictures", 12345), ("unknown", None))),
        Figure.of(plots.roc(CURVE, 0.9), "ROC", "A caption."),
        Table(("file", "count"), (("a.jpg", 3),), "Files"),
        Text("precision  recall", verbatim=True),
        Text("A paragraph."),
    )
    report.write(tmp_path / "report.html", "A run", [Section("Scores", parts, "Said before.")], "A lead.")
    page = (tmp_path / "report.html").read_text()
    assert not re.search(r"""(src|href)=["'](?!data:image/png;base64,|#)""", page)
    assert "http" not in page.replace('http-equiv="', "")
    for text in ("0.912", "12,345", "A caption.", "a.jpg", "<pre", "A paragraph.", "Said before.", "A lead."):
        assert text in page
    assert "prefers-color-scheme: dark" in page
    assert list(tmp_path.iterdir()) == [tmp_path / "report.html"]  # nothing half-written stays


def test_names_of_files_cannot_become_markup() -> None:
    page = report.render("<b>", [Section("x", (Table(("file",), (("<script>alert(1)</script>",),)),))])
    assert "<script>" not in page
    assert "<b>" not in page


SIZES = np.array([[64, 48], [64, 48], [900, 20]])
PICTURES = [np.zeros((8, 8, 3), np.uint8)] * 3


@pytest.mark.parametrize(
    "draw",
    [
        pytest.param(lambda: plots.class_distribution({"training": {"real": 3, "fake": 2}}), id="classes"),
        pytest.param(lambda: plots.image_sizes(SIZES, np.array([0, 1, 1])), id="sizes"),
        pytest.param(lambda: plots.image_sizes(SIZES[:0], np.empty(0, int)), id="no sizes"),
        pytest.param(lambda: plots.picture_grid(PICTURES, ["real", "fake · cat", ""]), id="grid"),
        pytest.param(lambda: plots.picture_grid([], []), id="no pictures"),
        pytest.param(lambda: plots.curves([1, 2], {"a": [0.7, 0.6]}, "loss", [(0.5, "head")]), id="curves"),
        pytest.param(lambda: plots.curves([], {"training": []}, "loss"), id="no epochs"),
        pytest.param(lambda: plots.confusion_matrix([[3, 1], [0, 0]]), id="one class missing"),
        pytest.param(lambda: plots.accuracy_per_class({"real": (0.9, 0.8, 0.95)}), id="accuracy"),
        pytest.param(lambda: plots.roc(CURVE, None), id="roc"),
        pytest.param(lambda: plots.scores(CURVE[0], np.array([0, 1, 1]), [0.5]), id="scores"),
    ],
)
def test_a_drawing_becomes_a_png(draw: Callable[[], Drawing]) -> None:
    assert report.png(draw()).startswith(b"\x89PNG")
