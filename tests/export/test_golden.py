"""Golden pictures: what the browser's judge is held to belongs to the shipped model, and shows errors."""

import hashlib
import shutil

import pytest

from backend.calibration import regime
from backend.judge import Judge
from backend.model_folder import DEFAULT, read_model_json
from backend.picture import decode
from export.golden import FOLDER, GOLDEN_JSON, probabilities, read_golden, stamp
from export.tfjs_node import REPOSITORY

HAS_TFJS = (REPOSITORY / "extension/node_modules/@tensorflow").is_dir() and shutil.which("node")
GOLDEN = read_golden(DEFAULT)
STALE = "the golden pictures are of another model: run `make golden`"


def test_golden_pictures_are_those_of_the_shipped_model() -> None:
    model = read_model_json(DEFAULT)
    assert GOLDEN.of == stamp(model), STALE
    listed = {each.path for each in GOLDEN.pictures} | {GOLDEN_JSON}
    assert {path.name for path in (DEFAULT / FOLDER).iterdir()} == listed


def test_golden_pictures_have_the_pixels_and_regimes_that_are_written() -> None:
    model = read_model_json(DEFAULT)
    for each in GOLDEN.pictures:
        picture = decode((DEFAULT / FOLDER / each.path).read_bytes())
        assert regime(picture, model) == each.regime
        assert each.pixels in (None, hashlib.sha256(picture.pixels.tobytes()).hexdigest())
    assert any(each.pixels for each in GOLDEN.pictures), "no picture would show noise on a canvas"


@pytest.mark.skipif(not HAS_TFJS, reason="TF.js is not there: run `npm --prefix extension ci`")
def test_golden_probabilities_are_what_the_shipped_files_say() -> None:
    pictures = [decode((DEFAULT / FOLDER / each.path).read_bytes()) for each in GOLDEN.pictures]
    # float32 on another processor: 1e-5. A tenth of what the browser is allowed.
    assert probabilities(DEFAULT, pictures) == pytest.approx(
        [each.probability for each in GOLDEN.pictures], abs=1e-3
    ), STALE
    judge = Judge.from_folder(DEFAULT)
    # int8 is rounded otherwise on processors without VNNI, and these pictures lie where that shows most.
    assert [judge.score(picture).probability for picture in pictures] == pytest.approx(
        [each.served for each in GOLDEN.pictures], abs=0.1
    ), STALE


def test_golden_probabilities_lie_where_an_error_shows() -> None:
    assert all(0.1 < each.probability < 0.9 for each in GOLDEN.pictures)


@pytest.mark.parametrize("changed", ["calibration", "views", "files"])
def test_stamp_changes_with_what_decides_about_a_probability(changed: str) -> None:
    model = read_model_json(DEFAULT)
    first = getattr(model, changed)
    other = {
        "calibration": lambda: [first[0].model_copy(update={"bias": 0.5}), *first[1:]],
        "views": lambda: first.model_copy(update={"first": first.first + 1}),
        "files": lambda: [entry.model_copy(update={"sha256": "0" * 64}) for entry in first],
    }[changed]()
    assert stamp(model.model_copy(update={changed: other})) != stamp(model)
    assert stamp(model.model_copy(update={"metrics": []})) == stamp(model)
