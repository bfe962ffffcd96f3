"""`python -m training.fit --recipe paper`, whole runs on tiny pictures, kills and bad input included."""

import csv
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import keras
import numpy as np
import pytest

from backend.contract import ModelJson
from tests.training.folders import SIDE, write_folder, write_picture
from training.fit import main
from training.pipeline import square

PLOTS = {
    "class_distribution", "image_sizes", "samples", "augmented", "loss", "accuracy", "confusion_matrix",
    "accuracy_per_class", "roc", "scores",
}  # fmt: skip
CNN = ["--recipe", "paper", "--model", "cnn", "--size", str(SIDE), "--batch", "8"]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_folder(tmp_path_factory.mktemp("pictures"), 10, ("cat", "dog"))
    (folder / "cat" / "real" / "broken.jpg").write_bytes(b"\xff\xd8\xff half of a picture")
    return folder


@pytest.fixture(scope="module")
def run(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("runs") / "one"
    assert main(["--data", str(data), "--out", str(out), *CNN, "--epochs", "2"]) == 0
    return out


def test_a_run_leaves_all_its_files(run: Path) -> None:
    assert {path.name for path in run.iterdir()} == {
        "model.keras", "model.json", "history.csv", "metrics.json", "scores.csv", "report.html", "plots",
        "state",
    }  # fmt: skip
    assert {path.stem for path in (run / "plots").iterdir()} == PLOTS
    assert [row["epoch"] for row in rows(run / "history.csv")] == ["1", "2"]


def test_model_json_says_what_was_learned_and_measured(run: Path) -> None:
    model = ModelJson.model_validate_json((run / "model.json").read_text())
    data = (run / "model.keras").read_bytes()
    assert (model.files[0].sha256, model.files[0].bytes) == (hashlib.sha256(data).hexdigest(), len(data))
    assert model.views.kind == "resized_whole"
    assert (model.input.height, model.input.width) == (SIDE, SIDE)
    assert (model.training.real_pictures, model.training.fake_pictures) == (20, 20)
    assert {metric.name for metric in model.metrics} == {"accuracy", "roc_auc"}
    metrics = json.loads((run / "metrics.json").read_text())
    [[_, false_alarms], [_, found]] = metrics["held_out"]["confusion_matrix"]
    assert model.thresholds.false_alarm_rate == false_alarms / 4
    assert model.thresholds.missed_fake_rate == 1 - found / 4


def test_the_kept_model_gives_the_scores(run: Path) -> None:
    network = keras.models.load_model(run / "model.keras")
    found = rows(run / "scores.csv")
    assert len(found) == 8
    pictures = np.array([square(Path(row["path"]), SIDE) for row in found], np.float32)  # as they are, 0..255
    probabilities = 1 / (1 + np.exp(-network.predict(pictures, verbose=0)[:, 0]))
    # float32 batches of another size
    assert np.allclose(probabilities, [float(row["probability"]) for row in found], atol=1e-5)
    assert [row["label"] for row in found].count("1") == 4


def test_broken_files_are_listed_in_report_and_metrics(run: Path) -> None:
    [skipped] = json.loads((run / "metrics.json").read_text())["skipped"]
    assert skipped["path"].endswith("broken.jpg")
    page = (run / "report.html").read_text()
    assert "broken.jpg" in page
    assert page.count("data:image/png") == len(PLOTS)


def test_class_folders_are_measured_one_by_one(run: Path) -> None:
    found = json.loads((run / "metrics.json").read_text())["held_out"]
    assert set(found["accuracy_per_category"]) == {"cat", "dog"}


def test_a_folder_of_test_pictures_is_measured_and_decides_nothing(
    run: Path, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    test = write_folder(tmp_path / "test", 3, ("cat",))
    command = ["--data", str(data), "--out", str(tmp_path / "run"), *CNN, "--epochs", "2"]
    assert main([*command, "--test", str(test)]) == 0
    assert "test: accuracy" in capsys.readouterr().out
    scores = rows(tmp_path / "run" / "test_scores.csv")
    assert all(str(test) in row["path"] for row in scores)
    measured = json.loads((tmp_path / "run" / "metrics.json").read_text())
    right = [(float(row["probability"]) >= 0.5) == (row["label"] == "1") for row in scores]
    assert measured["test"]["accuracy"]["value"] == pytest.approx(sum(right) / len(right))
    assert "Test" in (tmp_path / "run" / "report.html").read_text()
    # the same run without it keeps the same epoch and the same held-out part
    assert [row["path"] for row in rows(tmp_path / "run" / "scores.csv")] == [
        row["path"] for row in rows(run / "scores.csv")
    ]


def test_an_earlier_run_is_not_overwritten(run: Path, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (run / "model.keras").read_bytes()
    command = ["--data", str(data), "--out", str(run), *CNN, "--epochs", "2"]
    assert main(command) == 2
    assert "--resume" in capsys.readouterr().err
    assert main([*command, "--resume", "--seed", "7"]) == 2
    assert "started with seed 0, not 7" in capsys.readouterr().err
    assert (run / "model.keras").read_bytes() == before


def test_a_killed_run_goes_on_where_it_was(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    command = ["--data", str(data), "--out", str(out), *CNN, "--epochs", "12", "--patience", "12"]
    process = subprocess.Popen([sys.executable, "-m", "training.fit", *command], stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not (out / "history.csv").exists():  # written after the state of the first epoch
        assert process.poll() is None, "the run ended by itself"
        assert time.monotonic() < deadline
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    before = rows(out / "history.csv")
    assert 1 <= len(before) < 12
    assert not (out / "model.keras").exists()
    assert main([*command, "--resume"]) == 0
    after = rows(out / "history.csv")
    assert [row["epoch"] for row in after] == [str(epoch) for epoch in range(1, 13)]
    assert after[: len(before)] == before
    assert (out / "report.html").exists()


def test_sources_stay_on_one_side_where_asked(tmp_path: Path) -> None:
    for label, name in enumerate(("real", "fake")):
        for number in range(18):
            path = tmp_path / "data" / name / f"source{number % 6}" / f"{number}.png"
            write_picture(path, number + 100 * label, name == "fake")
    command = ["--data", str(tmp_path / "data"), "--out", str(tmp_path / "run"), *CNN, "--epochs", "1"]
    assert main([*command, "--split-by-source"]) == 0
    held_out = {row["source"] for row in rows(tmp_path / "run" / "scores.csv")}
    assert len(held_out) in (1, 2)
    assert "were not learned from" in (tmp_path / "run" / "report.html").read_text()


@pytest.mark.parametrize(
    ("files", "options", "says"),
    [
        pytest.param([], [], "No pictures under real/ or fake/", id="empty"),
        pytest.param(["real/a.png"] , [], "All 1 pictures", id="one class"),
        pytest.param(["real/a.png", "fake/b.png"], [], "only 1 real pictures", id="too few"),
        pytest.param([], ["--size", "8"], "at least 16 pixels", id="small"),
        pytest.param([], ["--weights", "imagenet"], "leave --weights out", id="weights"),
    ],
)  # fmt: skip
def test_bad_input_is_a_sentence_and_status_2(
    tmp_path: Path, files: list[str], options: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data").mkdir()
    for number, name in enumerate(files):
        write_picture(tmp_path / "data" / name, number, fake=name.startswith("fake"))
    command = ["--data", str(tmp_path / "data"), "--out", str(tmp_path / "run"), *CNN, *options]
    assert main(command) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert says in error
    assert not (tmp_path / "run").exists()


def test_options_that_make_no_sense_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", ".", "--recipe", "paper", "--resume"]) == 2
    assert "--resume needs --out" in capsys.readouterr().err
    with pytest.raises(SystemExit) as ended:
        main(["--data", ".", "--recipe", "paper", "--epochs", "0"])
    assert ended.value.code == 2


def test_help_imports_no_keras() -> None:
    code = "import sys, training.fit\ntry: training.fit.main(['--help'])\nfinally: print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "--split-by-source" in done.stdout
    assert not {"keras", "tensorflow", "sklearn"} & set(done.stdout.split())
