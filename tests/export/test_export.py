"""The whole export of a small run, and what happens where it cannot be done."""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import numpy_helper

from backend.contract import ModelJson, Runtime
from backend.judge import Judge
from backend.picture import decode
from export import package, parity
from export.__main__ import main
from export.golden import read_golden, stamp
from export.pictures import golden_views
from export.tfjs_node import REPOSITORY
from tests.export.run_folders import SIDE, paper_network, tiny_network, write_pictures, write_run_folder
from tests.pictures import encoded, pixels

HAS_TFJS = (REPOSITORY / "extension/node_modules/@tensorflow").is_dir() and shutil.which("node")
RUNTIMES = ["onnx", "onnx-fp16", "onnx-int8", *(["tfjs"] if HAS_TFJS else [])]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("training")
    return write_run_folder(place / "run", tiny_network(), write_pictures(place / "pictures"))


@pytest.fixture(scope="module")
def exported(run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("models") / "tiny"
    assert main([str(run), "--out", str(out), "--runtimes", *RUNTIMES]) == 0
    return out


@pytest.fixture
def refused(capfd: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Runs an export that must fail; returns what it says."""

    def call(*arguments: object) -> str:
        assert main([str(argument) for argument in arguments]) == 2
        return " ".join(capfd.readouterr().err.split())

    return call


def read(folder: Path) -> ModelJson:
    return ModelJson.model_validate_json((folder / "model.json").read_bytes())


def test_model_json_lists_every_file_with_its_hash(exported: Path) -> None:
    model = read(exported)
    listed = {exported / entry.path for entry in model.files}
    others = {exported / "model.json", *(exported / "golden").glob("*")}
    assert listed == {path for path in exported.rglob("*") if path.is_file()} - others
    for entry in model.files:
        data = (exported / entry.path).read_bytes()
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (entry.sha256, entry.bytes)


def test_model_json_carries_the_rest_over_without_the_makers_folders(exported: Path, run: Path) -> None:
    before, after = read(run), read(exported)
    assert after.training.options == {"data": ["pictures"], "batch": 32}
    same = {"files", "training"}
    assert after.model_dump(exclude=same) == before.model_dump(exclude=same)


@pytest.mark.parametrize("name", ["model.onnx", "model.fp16.onnx", "model.int8.onnx"])
def test_onnx_has_one_uint8_input_and_any_batch(exported: Path, name: str) -> None:
    session = onnxruntime.InferenceSession(exported / name, providers=["CPUExecutionProvider"])
    (given,) = session.get_inputs()
    assert (given.name, given.type, given.shape[1:]) == ("pictures", "tensor(uint8)", [SIDE, SIDE, 3])
    for batch in (1, 3):
        logit, cells = session.run(["logit", "cells"], {"pictures": golden_views(SIDE, SIDE)[:batch]})
        assert (logit.shape, cells.shape) == ((batch, 1), (batch, 2, 2))
        # The network's logit is the mean of its cells; both come from the same float32 head.
        rounding = 1e-2 if "fp16" in name else 1e-4
        np.testing.assert_allclose(cells.mean((1, 2)), logit[:, 0], atol=rounding)


def test_onnx_is_clean(exported: Path) -> None:
    model = onnx.load(exported / "model.onnx")
    operations = [node.op_type for node in model.graph.node]
    assert [opset.version for opset in model.opset_import if not opset.domain] == [17]
    assert operations.count("Transpose") == 1
    assert not {"BatchNormalization", "Pad"} & set(operations)


def test_int8_is_quantised_per_channel_and_small(exported: Path) -> None:
    model = onnx.load(exported / "model.int8.onnx")
    scales = {tensor.name: numpy_helper.to_array(tensor).size for tensor in model.graph.initializer}
    wide = [n for n in model.graph.node if n.op_type == "DequantizeLinear" and scales.get(n.input[1], 0) > 1]
    assert len(wide) > 20
    assert (exported / "model.int8.onnx").stat().st_size < 0.5 * (exported / "model.onnx").stat().st_size


def test_float16_is_half_as_large(exported: Path) -> None:
    sizes = [(exported / name).stat().st_size for name in ("model.fp16.onnx", "model.onnx")]
    assert sizes[0] < 0.6 * sizes[1]


@pytest.mark.parametrize("runtime", ["onnx", "onnx-fp16", "onnx-int8"])
def test_backend_scores_with_the_folder(exported: Path, runtime: Runtime) -> None:
    score = Judge.from_folder(exported, runtime).score(decode(encoded(pixels(200, 150))))
    assert 0 < score.probability < 1
    assert score.cells is not None and score.cells.shape == (3, 2, 2)


@pytest.mark.skipif(not HAS_TFJS, reason="TF.js is not proved: run `npm --prefix extension ci`")
def test_golden_pictures_of_the_network_lie_beside_it(exported: Path) -> None:
    golden = read_golden(exported)
    assert golden.of == stamp(read(exported))
    assert all((exported / "golden" / each.path).is_file() for each in golden.pictures)


@pytest.mark.skipif(not HAS_TFJS, reason="TF.js is not proved: run `npm --prefix extension ci`")
def test_tfjs_lists_its_graph_first(exported: Path) -> None:
    paths = [entry.path for entry in read(exported).files if entry.runtime == "tfjs"]
    assert paths[0] == "tfjs/model.json"
    assert all(path.endswith(".bin") for path in paths[1:])


def test_parity_fails_on_a_corrupted_weight(exported: Path, run: Path, tmp_path: Path) -> None:
    loaded, views = package.read(run), golden_views(SIDE, SIDE)
    assert isinstance(loaded, package.Run)
    expected = parity.keras_scores(loaded.network, views, loaded.model)

    def compare(file: Path) -> parity.Comparison:
        return parity.compare("onnx", expected, parity.onnx_scores(file, views, loaded.model), loaded.model)

    assert compare(exported / "model.onnx").holds
    model = onnx.load(exported / "model.onnx")
    # The first convolution: everything after it depends on it, wherever its weights stand in the file.
    name = next(node.input[1] for node in model.graph.node if node.op_type == "Conv")
    kernel = next(tensor for tensor in model.graph.initializer if tensor.name == name)
    kernel.CopyFrom(numpy_helper.from_array(-numpy_helper.to_array(kernel), name))
    onnx.save(model, tmp_path / "corrupted.onnx")
    assert not compare(tmp_path / "corrupted.onnx").holds


def test_comparison_with_nan_does_not_hold(run: Path) -> None:
    model = read(run)
    good, bad = (parity.Scores(np.array([value, 1], np.float32), None) for value in (0, np.nan))
    assert not parity.compare("onnx", good, bad, model).holds


def test_exported_folder_is_made_smaller(
    exported: Path, run: Path, tmp_path: Path, refused: Callable[..., str]
) -> None:
    out, pictures = tmp_path / "int8", run.parent / "pictures"
    given = [str(exported), "--out", str(out), "--calibration", str(pictures)]
    assert "say --runtimes onnx-int8. For onnx and tfjs give the run folder" in refused(*given)
    assert main([*given, "--runtimes", "onnx-int8"]) == 0
    assert [entry.runtime for entry in read(out).files] == ["onnx-int8"]
    assert (out / "model.int8.onnx").read_bytes() == (exported / "model.int8.onnx").read_bytes()
    assert read(out).thresholds == read(exported).thresholds


NO_CELLS = {"output": {"logit": "logit"}}


def test_failed_export_leaves_the_old_folder(
    exported: Path, tmp_path: Path, refused: Callable[..., str]
) -> None:
    broken = write_run_folder(tmp_path / "run", paper_network(broken=True), tmp_path, **NO_CELLS)
    out = tmp_path / "model"
    shutil.copytree(exported, out)
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert "onnx: other probabilities than Keras" in refused(broken, "--out", out, "--runtimes", "onnx")
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model", "run"]


def test_network_with_one_output_replaces_a_folder_and_keeps_its_model_card(
    exported: Path, tmp_path: Path
) -> None:
    run = write_run_folder(tmp_path / "run", paper_network(), tmp_path, **NO_CELLS)
    out = tmp_path / "model"
    shutil.copytree(exported, out)
    (out / "MODEL_CARD.md").write_text("what it was trained on")
    assert main([str(run), "--out", str(out), "--runtimes", "onnx"]) == 0
    assert sorted(path.name for path in out.iterdir()) == ["MODEL_CARD.md", "model.json", "model.onnx"]
    assert Judge.from_folder(out).score(decode(encoded(pixels(200, 150)))).cells is None


def test_run_folder_problems_are_sentences(run: Path, tmp_path: Path, refused: Callable[..., str]) -> None:
    out = tmp_path / "out"
    assert "cannot be read" in refused(tmp_path / "nowhere", "--out", out)

    damaged = tmp_path / "damaged"
    shutil.copytree(run, damaged)
    (damaged / "model.keras").write_bytes(b"half")
    assert "its sha256 differs" in refused(damaged, "--out", out)
    (damaged / "model.keras").unlink()
    assert "model.keras is missing" in refused(damaged, "--out", out)
    (damaged / "model.json").write_text("{}")
    assert "model.json: name: Field required" in refused(damaged, "--out", out)
    assert not out.exists()


def test_int8_without_pictures_says_how_to_give_some(
    run: Path, tmp_path: Path, refused: Callable[..., str]
) -> None:
    few = write_pictures(tmp_path / "few", count=2)
    said = refused(run, "--out", tmp_path / "out", "--calibration", few, "--runtimes", "onnx-int8")
    assert "at least 8 pictures" in said and "found 2" in said and "--calibration DIR" in said


@pytest.mark.parametrize("name", ["run", "full"])
def test_folders_of_something_else_are_not_replaced(
    run: Path, tmp_path: Path, refused: Callable[..., str], name: str
) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "thesis.txt").write_text("years of work")
    target = {"run": run, "full": full}[name]
    assert "Give" in refused(run, "--out", target)
    assert (run / "model.keras").exists() and (full / "thesis.txt").exists()
