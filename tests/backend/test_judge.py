"""The judge: verdicts from the model, the ladder above it, and model folders that must be refused."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from backend.contract import Evidence
from backend.errors import ModelFolderError
from backend.evidence.hints import Hints
from backend.evidence.ladder import Rung
from backend.judge import Judge
from backend.model_folder import DEFAULT
from backend.picture import decode
from tests.model_folders import write_model_folder
from tests.pictures import encoded, pixels


def flat(level: int, kind: str = "PNG", **options: int) -> bytes:
    return encoded(pixels(300, 300, level=level), kind, **options)


@pytest.mark.parametrize(("level", "verdict"), [(200, "fake"), (60, "real"), (130, "unsure")])
def test_judge_says_the_word_of_the_thresholds(model_folder: Path, level: int, verdict: str) -> None:
    judged = Judge.from_folder(model_folder).judge(flat(level))
    assert (judged.verdict, judged.decided_by) == (verdict, "model")
    assert judged.evidence[-1].says == verdict
    limits = {"fake": 0.9, "real": 0.1, "cautious": 0.95, "eager": 0.8}  # the reader's sensitivity needs all
    assert judged.evidence[-1].details["thresholds"] == limits


def test_judge_takes_more_views_only_where_the_first_answer_is_uncertain(model_folder: Path) -> None:
    judge = Judge.from_folder(model_folder)
    assert judge.judge(flat(128)).evidence[-1].details["views"] == 6
    assert judge.judge(flat(250)).evidence[-1].details["views"] == 3


def test_overviews_are_looked_at_beside_the_first_crops(tmp_path: Path) -> None:
    policy = {"kind": "native_crops", "first": 3, "more": 3, "uncertain": [0.2, 0.8], "overviews": [1.0, 0.5]}
    judge = Judge.from_folder(write_model_folder(tmp_path, views={**policy, "overview_weight": 0.25}))
    sure, unsure = judge.score(decode(flat(250))), judge.score(decode(flat(128)))
    assert [view.overview for view in sure.views] == [True, True, False, False, False]
    assert [view.overview for view in unsure.views] == [True, True, *[False] * 6]
    assert sure.logit == pytest.approx(
        0.25 * sure.view_logits[:2].mean() + 0.75 * sure.view_logits[2:].mean(), abs=1e-5
    )


def test_judge_calibrates_by_regime(tmp_path: Path) -> None:
    folder = write_model_folder(
        tmp_path,
        regimes=[{"regime": "hard", "max_jpeg_quality": 60}, {"regime": "clean"}],
        calibration=[
            {"regime": "hard", "temperature": 4.0, "bias": -1.0},
            {"regime": "clean", "temperature": 1.0},
        ],
    )
    judge = Judge.from_folder(folder)
    clean, hard = judge.judge(flat(144)), judge.judge(flat(144, "JPEG", quality=40))
    assert clean.probability == pytest.approx(1 / (1 + np.exp(-2)), abs=1e-6)
    assert hard.probability == pytest.approx(1 / (1 + np.exp(-(2 / 4 - 1))), abs=0.02)  # JPEG moves the mean
    assert hard.evidence[-1].strength == "weak"


def says(kind: str, word: str) -> Rung:
    evidence = Evidence(kind=kind, says=word, strength="strong", summary=word)  # type: ignore[arg-type]
    return Rung(kind, lambda data, hints: evidence, proves_real=kind == "content_credentials")  # type: ignore[arg-type]


def breaks(data: bytes, hints: Hints) -> Evidence | None:
    raise ValueError("broken manifest")


def test_judge_lets_the_strongest_rung_decide(model_folder: Path) -> None:
    judge = Judge.from_folder(
        model_folder, rungs=[says("content_credentials", "real"), says("metadata", "fake")]
    )
    judged = judge.judge(flat(200))
    assert (judged.verdict, judged.decided_by) == ("real", "content_credentials")
    assert [entry.kind for entry in judged.evidence] == ["content_credentials", "metadata", "model"]


def test_judge_reports_a_failing_rung_and_goes_on(model_folder: Path) -> None:
    judge = Judge.from_folder(model_folder, rungs=[Rung("content_credentials", breaks)])
    judged = judge.judge(flat(200))
    assert (judged.verdict, judged.decided_by) == ("fake", "model")
    assert (judged.evidence[0].says, judged.evidence[0].summary) == (
        "failed",
        "This evidence could not be read: broken manifest",
    )


def test_judge_never_takes_real_from_unsigned_metadata(model_folder: Path) -> None:
    judged = Judge.from_folder(model_folder, rungs=[says("metadata", "real")]).judge(flat(200))
    assert (judged.verdict, judged.decided_by) == ("fake", "model")


def test_the_same_bytes_give_the_same_probability_bit_for_bit(model_folder: Path) -> None:
    data = encoded(pixels(500, 400), "JPEG")
    assert Judge.from_folder(model_folder).judge(data) == Judge.from_folder(model_folder).judge(data)


def test_pictures_judged_at_once_get_the_bits_they_get_alone() -> None:
    judge = Judge.from_folder(DEFAULT)
    pictures = [encoded(pixels(700, 500, seed=seed)) for seed in range(8)]
    alone = [judge.judge(data) for data in pictures]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(judge.judge, pictures)) == alone


def damaged(folder: Path) -> None:
    path = folder / "model.onnx"
    path.write_bytes(path.read_bytes()[:-10])


def other_input(folder: Path) -> None:
    model = json.loads((folder / "model.json").read_text())
    model["input"]["name"] = "images"
    (folder / "model.json").write_text(json.dumps(model))


@pytest.mark.parametrize(
    ("break_it", "says"),
    [
        (lambda folder: (folder / "model.json").unlink(), "model.json cannot be read"),
        (lambda folder: (folder / "model.json").write_text('{"format": 1'), "model.json: the file"),
        (lambda folder: (folder / "model.json").write_text("{}"), "model.json: name"),
        (lambda folder: (folder / "model.onnx").unlink(), "model.onnx cannot be read"),
        (damaged, "model.onnx is damaged or only half written"),
        (other_input, "one uint8 input named 'images'"),
    ],
)
def test_a_broken_model_folder_is_refused_by_name(tmp_path: Path, break_it, says: str) -> None:  # type: ignore[no-untyped-def]
    folder = write_model_folder(tmp_path)
    break_it(folder)
    with pytest.raises(ModelFolderError, match=says):
        Judge.from_folder(folder)
