"""Distillation: the student comes nearer to a teacher that stays as it is; its trunk starts a network."""

from collections.abc import Iterator
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.pictures import encoded, pixels
from tests.torch_files import legacy_file, torch_tensors
from training import distil
from training.distil import Distiller
from training.errors import DataError
from training.wild_network import Shape, build_trunk

SHAPE = Shape("resnet50", side=32, cut="conv3")  # the smallest that has both hints
TEACHER = ["--teacher", "mobilenetv2", "--teacher-weights"]


@pytest.fixture(scope="module")
def teacher(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """MobileNetV2 with random weights, in the file format of the published ones."""
    keras.utils.set_random_seed(1)
    tensors = torch_tensors(build_trunk(Shape("mobilenetv2", side=32)))
    file = tmp_path_factory.mktemp("teacher") / "teacher.pt"
    file.write_bytes(legacy_file(tensors))
    return file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(6):
        file = tmp_path / "pictures" / f"source{number % 2}" / f"{number}.jpg"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(encoded(pixels(40, 40, seed=number)))
    return tmp_path / "pictures"


def test_the_student_nears_the_teacher_and_the_teacher_stays(teacher: Path) -> None:
    distiller = Distiller(SHAPE, "mobilenetv2", str(teacher))
    distiller.compile(optimizer=keras.optimizers.Adam(1e-3), run_eagerly=True)
    batch = np.stack([pixels(32, 32, seed=seed) for seed in range(4)])
    kept = [weight.copy() for weight in distiller.teacher.get_weights()]
    begun = [weight.copy() for weight in distiller.trunk.get_weights()]
    losses = [distiller.train_on_batch(batch, np.zeros((4, 1))) for _ in range(6)]
    assert losses[-1] < losses[0]
    for before, after in zip(kept, distiller.teacher.get_weights(), strict=True):
        assert np.array_equal(before, after)
    moved = [
        not np.array_equal(before, after)
        for before, after in zip(begun, distiller.trunk.get_weights(), strict=True)
    ]
    assert np.mean(moved) > 0.9


@pytest.mark.parametrize("cut", ["conv3", "conv4", "conv5"])
def test_student_and_teacher_give_maps_of_the_same_size(cut: str, teacher: Path) -> None:
    distiller = Distiller(Shape("resnet50", side=32, cut=cut), "mobilenetv2", str(teacher))  # type: ignore[arg-type]
    assert [m.shape for m in distiller.student.outputs] == [m.shape for m in distiller.teacher.outputs]


@pytest.fixture
def eagerly() -> Iterator[None]:
    """Two steps are over before their graph would be built."""
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


@pytest.mark.usefixtures("eagerly")
def test_the_command_writes_a_trunk_that_starts_a_network(
    teacher: Path, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "source0" / "broken.jpg").write_bytes(b"\xff\xd8 no picture")
    given = ["--data", str(folder), *TEACHER, str(teacher), "--out", str(tmp_path / "run")]
    assert distil.main([*given, "--steps", "2", "--batch", "2", "--side", "32", "--cut", "conv3"]) == 0
    said = capsys.readouterr()
    assert "6 pictures" in said.out
    assert "step 2: loss" in said.out
    assert "broken.jpg" in said.err  # left out before the run, not a crash in the midst of it
    build_trunk(SHAPE).load_weights(tmp_path / "run" / distil.TRUNK_WEIGHTS)


@pytest.mark.usefixtures("eagerly")
def test_a_run_cut_off_goes_on_where_it_was(
    teacher: Path,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(distil, "PART", 1)
    given = [
        "--data",
        str(folder),
        *TEACHER,
        str(teacher),
        "--batch",
        "2",
        "--side",
        "32",
        "--cut",
        "conv3",
    ]
    out = ["--out", str(tmp_path / "run"), "--resume"]
    assert distil.main([*given, *out]) == 2
    assert "holds no run" in capsys.readouterr().err
    assert distil.main([*given, *out[:2], "--steps", "1"]) == 0
    begun = (tmp_path / "run" / distil.STUDENT_FILE).read_bytes()
    capsys.readouterr()
    assert distil.main([*given, *out, "--steps", "2"]) == 0
    assert "steps 2 to 2" in capsys.readouterr().out
    assert (tmp_path / "run" / distil.STUDENT_FILE).read_bytes() != begun
    with np.load(tmp_path / "run" / distil.OPTIMIZER_FILE) as values:
        assert values["0"] == 2  # steps the optimiser has taken, over both runs


def test_every_picture_is_drawn_whatever_its_source(folder: Path) -> None:
    found = distil.pictures([folder])
    assert {sample.label for sample in found} == {0, 1}
    assert {sample.source for sample in found} == {"source0", "source1"}


def test_folders_without_pictures_are_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="0 pictures that decode"):
        distil.pictures([tmp_path])


def test_a_teacher_of_another_kind_is_refused_without_a_traceback(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--data", str(folder), *TEACHER, str(tmp_path / "none.pt"), "--out", str(tmp_path / "run")]
    assert distil.main([*given, "--side", "32"]) == 2
    assert "error:" in capsys.readouterr().err
