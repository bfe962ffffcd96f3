"""`python -m training.fit` with its default recipe: a whole small run, killed and gone on with."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, cast

import keras
import numpy as np
import pytest

from backend.model_folder import DEFAULT, read_model_json
from tests.pictures import encoded, pixels
from training import earlier_model, leak_probe, run_folder, wild, wild_training
from training.crops import Crops
from training.fit import main
from training.gather import gather
from training.run_folder import RunFolder
from training.wild_network import Shape, build
from training.wild_training import BEST_FILE, HEAD_FEATURES, HEAD_FILE, LAST_FILE, KeptFeatures

SIZE = 64


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three sources a class: real pictures smooth, fake ones striped."""
    folder = tmp_path_factory.mktemp("wild")
    for label in ("real", "fake"):
        for number in range(12):
            picture = pixels(120, 110, seed=number + 100 * (label == "fake"))
            if label == "fake":
                picture[::4] = 255
            path = folder / label / f"{label}{number % 3}" / f"{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(encoded(picture, "PNG"))
    (folder / "real" / "real0" / "broken.jpg").write_bytes(b"\xff\xd8\xff no picture")
    return folder


def options(data: Path, out: Path, *more: str) -> list[str]:
    return [
        "--data", str(data), "--val", str(data), "--out", str(out), "--backbone", "mobilenetv2",
        "--weights", "none", "--size", str(SIZE),
        "--batch", "4", "--crops", "48", "--head-crops", "32", *more,
    ]  # fmt: skip


def test_a_killed_run_goes_on_and_leaves_a_whole_run_folder(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    command = [sys.executable, "-m", "training.fit", *options(data, out)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    state = out / "state" / "state.json"
    while not state.exists():
        assert process.poll() is None, process.stderr.read().decode() if process.stderr else ""
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    reached = json.loads(state.read_text())["step"]
    assert 0 < reached < 12, "the kill came too late to show anything"

    assert main(options(data, out, "--resume")) == 0
    steps = [int(row["step"]) for row in csv.DictReader((out / "history.csv").open())]
    assert steps == [0, 2, 4, 6, 8, 10, 12]  # as if it had never been killed
    model = read_model_json(out)
    assert model.training.real_pictures == model.training.fake_pictures == 12
    assert model.views.kind == "native_crops"
    assert (out / "model.keras").stat().st_size == model.files[0].bytes
    page = (out / "report.html").read_text()
    assert "broken.jpg" in page
    assert "Do the files tell the label?" in page
    measured = json.loads((out / "metrics.json").read_text())
    assert set(measured) == {"val", "mixes", "leak_probe"}
    assert [row["share"] for row in measured["mixes"]] == [0.25, 0.5, 0.75]
    best = max((*measured["val"], *measured["mixes"]), key=lambda row: row["auc"] + row["auc_hard"])
    assert f"{best['auc']:.3f}" in page


# The run dies by its own hand as soon as one part lies on the disk: nothing has to be caught in time.
KILLED_AFTER_A_PART = """
import os, signal, sys
from training import leak_probe, wild, wild_training
from training.fit import main
leak_probe.ROUNDS, leak_probe.TREES, wild.PROBED, wild.SERVED_SIDE = 1, 5, 40, 64
write = wild_training.KeptFeatures.write
def killed(*given):
    write(*given)
    os.kill(os.getpid(), signal.SIGKILL)
wild_training.KeptFeatures.write = killed
main(sys.argv[1:])
"""


def test_a_run_killed_in_the_heads_pass_goes_on_from_the_features_it_had(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "run"
    command = options(data, out, "--crops", "0", "--head-crops", "16")
    ended = subprocess.run([sys.executable, "-c", KILLED_AFTER_A_PART, *command], capture_output=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    features = out / "state" / HEAD_FEATURES
    assert [path.name for path in features.iterdir()] == ["0.npz"]

    monkeypatch.setattr(leak_probe, "ROUNDS", 1)
    monkeypatch.setattr(leak_probe, "TREES", 5)
    monkeypatch.setattr(wild, "PROBED", 40)
    monkeypatch.setattr(wild, "SERVED_SIDE", 64)
    drawn: list[int] = []
    dataset = wild_training.crops.dataset

    def noted(crops: Any, batch: int, first: int, steps: int) -> Any:
        drawn.append((first - wild_training.HEAD_DRAWS) // batch)
        return dataset(crops, batch, first, steps)

    monkeypatch.setattr(wild_training.crops, "dataset", noted)
    assert main([*command, "--resume"]) == 0
    assert drawn == [1, 2, 3]  # of four batches
    assert read_model_json(out).training.options[earlier_model.SEEN] == 16
    assert not features.exists()


def test_features_that_were_kept_make_the_same_head_and_those_of_other_options_none(
    data: Path, tmp_path: Path
) -> None:
    keras.utils.set_random_seed(0)
    network, drawn = build(Shape("mobilenetv2", SIZE)), Crops(gather([data]).samples, SIZE, 0)

    def learned(kept: KeptFeatures) -> list[Any]:
        wild_training.fit_head(network, drawn, 32, 4, kept=kept)
        return cast(list[Any], network.get_layer("cell_logits").get_weights())

    kept = KeptFeatures(tmp_path, "these")
    at_once = learned(kept)
    with np.load(tmp_path / "7.npz") as part:
        labels = [drawn.draw(wild_training.HEAD_DRAWS + number).label for number in range(28, 32)]
        assert list(part["y"]) == labels
    for lost in (0, 3, 7):  # of eight batches
        (tmp_path / f"{lost}.npz").unlink()
    for gone_on, whole in zip(learned(kept), at_once, strict=True):
        assert gone_on == pytest.approx(whole, abs=1e-6)
    with np.load(tmp_path / "0.npz") as part:
        KeptFeatures(tmp_path, "others").write(0, part["x"] * 0 + 1, part["y"])
    assert learned(kept)[0] == pytest.approx(at_once[0], abs=1e-6)


def test_with_no_crops_to_tune_on_the_linear_head_is_the_model(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    assert main([*options(data, out), "--crops", "0"]) == 0
    measured = json.loads((out / "metrics.json").read_text())
    assert [row["step"] for row in measured["val"]] == [0]
    assert measured["mixes"] == []
    assert read_model_json(out).files[0].bytes == (out / "model.keras").stat().st_size


def test_an_exported_model_goes_on_learning_without_its_pictures(data: Path, tmp_path: Path) -> None:
    """The shipped one; its backbone is left random here, so that nothing is fetched."""
    out, before = tmp_path / "run", read_model_json(DEFAULT)
    more = ["--backbone", "efficientnet-lite2", "--update", str(DEFAULT)]
    command = [each for each in options(data, out, *more) if each not in ("--crops", "48")]
    assert main(command) == 0
    model = read_model_json(out)
    assert model.training.options["crops"] == 0
    assert model.training.sources == before.training.sources + 6
    assert model.training.real_pictures == before.training.real_pictures + 12
    assert before.version in model.training.notes
    earlier, _ = earlier_model.read(DEFAULT, "efficientnet-lite2")
    assert model.training.options[earlier_model.SEEN] == earlier.crops + 32
    network = keras.saving.load_model(out / "model.keras", compile=False)
    norm, head = (network.get_layer(name).get_weights() for name in ("evidence_norm", "cell_logits"))
    kernel = head[0].ravel() / np.sqrt(norm[3] + 1e-3)
    assert np.corrcoef(kernel, earlier.head.kernel)[0, 1] > 0.99
    assert not np.allclose(kernel, earlier.head.kernel, rtol=1e-6)


def test_a_head_that_cannot_go_on_is_one_sentence(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tfjs = shutil.copytree(DEFAULT, tmp_path / "model") / "tfjs"
    for backbone, says in (
        ("mobilenetv2", "this one: efficientnet-lite2"),
        ("efficientnet-lite2", "do not hold the head"),
    ):
        command = options(data, tmp_path / "run", "--backbone", backbone, "--update", str(tfjs.parent))
        assert main(command) == 2
        assert says in capsys.readouterr().err
        shutil.rmtree(tfjs, ignore_errors=True)


def test_weights_between_the_head_and_the_last_are_kept_where_they_are_better(tmp_path: Path) -> None:
    """What is best is made up: the nearer a bias is to two, which lies halfway."""
    run = RunFolder(tmp_path)
    network, served = build(Shape("mobilenetv2", 64)), build(Shape("mobilenetv2", 64))
    first = [np.zeros_like(weight) for weight in network.get_weights()]
    for file, value in ((HEAD_FILE, 0.0), (LAST_FILE, 4.0)):
        first[-1] = np.full_like(first[-1], value)  # the bias: the logit, everything else being nought
        network.set_weights(first)
        run_folder.write(run.state / file, network.save_weights)
    found: list[float] = []

    def near_two(network: keras.Model, *_: Any) -> dict[str, Any]:
        found.append(float(network.get_weights()[-1][0]))
        served.set_weights(network.get_weights())
        value = 1 - abs(found[-1] - 2) / 10
        return {"step": 8, "auc": value, "auc_hard": value}

    state: dict[str, Any] = {"step": 8, "best": -1.0}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wild_training, "validate", near_two)
        wild_training.try_mixes(network, served, cast(Any, None), 4, run, state)
    assert found == [1.0, 2.0, 3.0]
    assert state["best"] == 1.0
    served.load_weights(run.state / BEST_FILE)
    assert served.get_weights()[-1][0] == 2.0


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--weights", "nowhere.weights.h5"], "nowhere.weights.h5 cannot be loaded"),
        (["--frozen", "no_such_layer"], "the network has no such layer"),
    ],
    ids=["weights", "frozen"],
)
def test_a_wrong_option_is_one_sentence(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str], says: str
) -> None:
    assert main([*options(data, tmp_path / "run"), *more]) == 2
    assert says in capsys.readouterr().err
