"""The shipped TF.js model measured: the evaluation's own figures, and the same views as the service's."""

import csv
import json
import shutil
from pathlib import Path

import pytest

from backend.model_folder import DEFAULT
from export.evaluate_tfjs import main
from export.tfjs_node import REPOSITORY
from tests import pictures
from training.evaluate import main as evaluate

HAS_TFJS = (REPOSITORY / "extension/node_modules/@tensorflow").is_dir() and shutil.which("node")
needs_tfjs = pytest.mark.skipif(not HAS_TFJS, reason="TF.js is not there: run `npm --prefix extension ci`")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for seed, name in enumerate(("real", "fake")):
        path = tmp_path / "data" / name / "source" / "0.png"
        path.parent.mkdir(parents=True)
        path.write_bytes(pictures.encoded(pictures.pixels(500, 420, seed=seed), "PNG"))
    return tmp_path / "data"


@needs_tfjs
def test_tfjs_is_measured_on_the_very_views_of_the_service(data: Path, tmp_path: Path) -> None:
    command = [str(DEFAULT), "--data", str(data), "--regimes", "as-is", "hard", "--out"]
    assert evaluate([*command, str(tmp_path / "onnx")]) == 0
    assert main([*command, str(tmp_path / "tfjs")]) == 0
    rows = {
        name: list(csv.DictReader((tmp_path / name / "scores.csv").open(encoding="utf-8")))
        for name in ("onnx", "tfjs")
    }
    assert [row["path"] for row in rows["tfjs"]] == [row["path"] for row in rows["onnx"]]
    # Kernels in 16 bits: a thousandth. Other views, or one less, are a tenth and more apart.
    logits = {name: [float(row["logit"]) for row in found] for name, found in rows.items()}
    assert logits["tfjs"] == pytest.approx(logits["onnx"], abs=0.01)
    assert logits["tfjs"] != logits["onnx"]
    found = json.loads((tmp_path / "tfjs" / "metrics.json").read_text())
    assert found["runtime"] == "tfjs"
    assert found["regimes"]["as-is"]["pictures"] == 2


@needs_tfjs
def test_a_graph_that_does_not_run_is_no_failed_picture(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence and no figures: a table of pictures that all failed would look like a measurement."""
    model = shutil.copytree(DEFAULT, tmp_path / "model")
    described = json.loads((model / "model.json").read_text())
    described["input"]["name"] = "another"
    (model / "model.json").write_text(json.dumps(described))
    out = tmp_path / "out"
    assert main([str(model), "--data", str(data), "--regimes", "as-is", "--out", str(out)]) == 2
    assert "TF.js cannot run the model" in capsys.readouterr().err
    assert not (out / "metrics.json").exists()


@needs_tfjs
def test_a_damaged_shard_is_one_sentence(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = shutil.copytree(DEFAULT, tmp_path / "model")
    shard = sorted((model / "tfjs").glob("*.bin"))[-1]
    shard.write_bytes(shard.read_bytes()[:-4])
    assert main([str(model), "--data", str(data), "--out", str(tmp_path / "out")]) == 2
    assert "is damaged" in capsys.readouterr().err
