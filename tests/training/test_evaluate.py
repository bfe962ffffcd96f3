"""The evaluation as a user runs it, on a folder whose answers are known: brighter is "faker"."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from backend.contract import Verdict
from tests import pictures
from training.evaluate import main, measure
from training.scoring import Scored, as_delivered

LEVELS = {"real": {"dark": [60, 70, 80], "bright": [220, 90]}, "fake": {"made": [230, 200, 128]}}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    with_origin = [("path", "generator", "made")]
    for label, sources in LEVELS.items():
        for source, levels in sources.items():
            for number, level in enumerate(levels):
                path = folder / label / source / f"{number}.png"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(pictures.encoded(pictures.pixels(300, 280, level=level), "PNG"))
                with_origin.append((f"data/{label}/{source}/{number}.png", "painter-1", "piece-png"))
    with (tmp_path / "manifest.csv").open("w", newline="") as file:
        csv.writer(file).writerows(with_origin)
    return folder


def evaluated(model: Path, data: Path, *options: str) -> dict[str, Any]:
    out = data.parent / "eval"
    assert main([str(model), "--data", str(data), "--out", str(out), *options]) == 0
    found: dict[str, Any] = json.loads((out / "metrics.json").read_text())
    return found


def test_evaluate_counts_what_can_be_counted_by_hand(model_folder: Path, data: Path) -> None:
    as_is = evaluated(model_folder, data, "--regimes", "as-is")["regimes"]["as-is"]
    assert as_is["pictures"] == 8
    assert as_is["false_alarm_rate"] == 0.2  # the bright real one of five
    assert as_is["recall"] == pytest.approx(2 / 3, abs=1e-4)  # 128 is undecided
    assert as_is["decided_share"] == 7 / 8
    assert as_is["decided_accuracy"] == pytest.approx(6 / 7, abs=1e-4)
    assert as_is["sources"]["real/bright"]["fake"] == 0.5
    assert as_is["generators"]["painter-1"]["pictures"] == 3
    assert as_is["kinds"]["piece"]["pictures"] == 8


def test_evaluate_holds_each_source_and_generator_against_the_other_class(
    model_folder: Path, data: Path
) -> None:
    """Fakes: 230, 200 and 128, which is undecided; reals: 60, 70, 80 and, of another source, 220 and 90."""
    as_is = evaluated(model_folder, data, "--regimes", "as-is")["regimes"]["as-is"]
    against = ("auc", "average_precision", "balanced_accuracy", "false_alarm_rate", "recall")
    dark, bright = as_is["sources"]["real/dark"], as_is["sources"]["real/bright"]
    assert [dark[name] for name in against] == [1, 1, 1, 0, 0.6667]
    # 220 lies above two of three fakes, 90 below all: 4 of 6 pairs. Fakes at ranks 1, 3 and 4 of 5.
    expected = [4 / 6, (1 + 2 / 3 + 3 / 4) / 3, (1 / 2 + 1) / 2, 0.5, 2 / 3]
    assert [bright[name] for name in against] == pytest.approx(expected, abs=1e-4)
    assert (bright["unsure"], bright["decided_accuracy"]) == (0, 0.5)
    painter = as_is["generators"]["painter-1"]
    assert [painter[name] for name in against] == pytest.approx(
        [13 / 15, (1 + 2 / 3 + 3 / 4) / 3, (4 / 5 + 1) / 2, 0.2, 2 / 3], abs=1e-4
    )
    assert painter["decided_accuracy"] == 1
    rows = list(csv.DictReader((data.parent / "eval" / "groups.csv").open(encoding="utf-8")))
    assert [(row["kind"], row["name"]) for row in rows] == [
        ("source", "fake/made"),
        ("source", "real/bright"),
        ("source", "real/dark"),
        ("generator", "painter-1"),
    ]
    assert {name: float(rows[1][name]) for name in against} == {name: bright[name] for name in against}


def test_measure_names_the_worst_sources_of_twenty_pictures() -> None:
    """One of twenty is called fake; the source of nineteen with more of them is too small to say."""

    def judged(label: int, source: str, words: list[Verdict]) -> list[Scored]:
        return [
            Scored(f"{source}/{n}", label, source, "as-is", "clean", 0.0, (0.0,), 0.5, word)
            for n, word in enumerate(words)
        ]

    rows = [
        *judged(0, "good", ["real"] * 20),
        *judged(0, "bad", ["fake", *["real"] * 19]),
        *judged(0, "few", ["fake"] * 19),
        *judged(1, "found", ["fake"] * 20),
        *judged(1, "missed", ["real", "real", *["unsure"] * 18]),
    ]
    as_is = measure(rows, [], {})["regimes"]["as-is"]
    assert as_is["worst_real_source"] == {"source": "bad", "false_alarm_rate": 0.05}
    assert as_is["worst_fake_source"] == {"source": "missed", "missed_rate": 0.1}


def test_evaluate_writes_scores_plots_and_one_page_that_needs_nothing_else(
    model_folder: Path, data: Path
) -> None:
    evaluated(model_folder, data, "--regimes", "as-is", "web")
    out = data.parent / "eval"
    rows = list(csv.DictReader((out / "scores.csv").open()))
    assert len(rows) == 16
    assert {row["regime"] for row in rows} == {"as-is", "web"}
    page = (out / "report.html").read_text()
    assert "worst real source" in page
    assert 'src="http' not in page and 'href="http' not in page
    assert {path.name for path in (out / "plots").iterdir()} == {
        "roc.png", "reliability.png", "scores.png", "sources.png", "mistakes.png",
    }  # fmt: skip


def test_evaluate_puts_other_detectors_beside_it_on_the_same_pictures(
    model_folder: Path, data: Path, tmp_path: Path
) -> None:
    """At one half, as a whole: the other takes 1 of 2 fakes for real, its twin has seen less."""
    other, less = tmp_path / "other.csv", tmp_path / "less.csv"
    rows = ["data/real/dark/0.png,0.2", "data/fake/made/0.png,0.9", "elsewhere/x.png,0.4"]
    less.write_text("\n".join(["path,score", *rows]))
    rows += ["data/real/dark/1.png,0.1", "data/real/bright/0.png,0.4", "data/fake/made/1.png,0.3"]
    other.write_text("\n".join(["path,score", *rows]))
    both = ["--compare", f"other={other}", "--compare", f"less={less}"]
    found = evaluated(model_folder, data, "--regimes", "as-is", *both)["compared"]
    assert {name: value for name, value in found["other"].items() if "interval" not in name} == {
        "pictures": 5,
        "auc": 0.8333, "average_precision": 0.8333, "balanced_accuracy": 0.75,
        "candid_auc": 0.8333, "candid_average_precision": 0.8333, "candid_balanced_accuracy": 0.8333,
    }  # fmt: skip
    assert (found["less"]["pictures"], found["less"]["auc"], found["less"]["candid_auc"]) == (2, 1, 1)
    low, high = found["other"]["auc_interval"]  # of the sources: with `bright` alone, and without it
    assert (low, high) == (0.5, 1)
    page = (data.parent / "eval" / "report.html").read_text()
    assert "0.833 (0.500 to 1.000)" in page
    assert page.count(">Candid<") == 2  # on five pictures, and on two


def test_evaluate_lists_files_that_do_not_decode(model_folder: Path, data: Path) -> None:
    (data / "real" / "dark" / "broken.jpg").write_bytes(b"\xff\xd8 no picture")
    found = evaluated(model_folder, data, "--regimes", "as-is")
    assert [row["path"] for row in found["unreadable"]] == ["real/dark/broken.jpg"]


def test_evaluate_writes_the_laundered_pictures_it_judges(
    model_folder: Path, data: Path, tmp_path: Path
) -> None:
    evaluated(model_folder, data, "--regimes", "web", "--write-laundered", str(tmp_path / "laundered"))
    written = [path for path in (tmp_path / "laundered" / "web").rglob("*") if path.is_file()]
    assert len(written) == 8
    for path in written:
        name = path.relative_to(tmp_path / "laundered" / "web").as_posix().removesuffix(path.suffix)
        assert (path.read_bytes(), path.suffix) == as_delivered(data / name, name, "web")


def test_evaluate_writes_pictures_that_differ_in_their_ending_alone_as_two_files(
    model_folder: Path, data: Path, tmp_path: Path
) -> None:
    twin = (data / "real" / "dark" / "0.png").with_suffix(".jpg")
    twin.write_bytes(pictures.encoded(pictures.pixels(300, 280, level=75), "JPEG"))
    out = tmp_path / "laundered"
    evaluated(model_folder, data, "--regimes", "as-is", "web", "--write-laundered", str(out))
    assert (out / "as-is" / "real" / "dark" / "0.jpg").read_bytes() == twin.read_bytes()
    written = [path.name for path in (out / "web" / "real" / "dark").glob("0.*")]
    assert sorted(Path(name).stem for name in written) == ["0.jpg", "0.png"]


def test_evaluate_counts_a_picture_that_is_too_small_and_goes_on(
    model_folder: Path, data: Path, tmp_path: Path
) -> None:
    (data / "real" / "dark" / "tiny.png").write_bytes(pictures.encoded(pictures.pixels(20, 20), "PNG"))
    laundered = tmp_path / "laundered"
    found = evaluated(model_folder, data, "--regimes", "web", "--write-laundered", str(laundered))
    assert found["regimes"]["web"]["pictures"] == 8
    assert [row["path"] for row in found["regimes"]["web"]["failed"]] == ["real/dark/tiny.png"]
    assert len([path for path in laundered.rglob("*") if path.is_file()]) == 8


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--regimes", "sepia"], "no regime sepia"),
        (["--compare", "x=nowhere.csv"], "columns path and score"),
        (["--manifest", "nowhere.csv"], "nowhere.csv is no file"),
    ],
    ids=["regime", "compare", "manifest"],
)
def test_evaluate_says_what_is_wrong(
    model_folder: Path, data: Path, capsys: pytest.CaptureFixture[str], options: list[str], says: str
) -> None:
    assert main([str(model_folder), "--data", str(data), "--out", str(data.parent / "e"), *options]) == 2
    assert says in capsys.readouterr().err
