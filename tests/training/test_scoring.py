"""Scores are the backend's own; nothing is dropped."""

from pathlib import Path

import pytest

from backend.judge import Judge
from backend.model_folder import DEFAULT, open_model_folder
from backend.picture import decode
from backend.session import CpuPlan, cores
from backend.settings import Settings
from backend.tuning import keep_plan, plans
from tests import pictures
from tests.conftest import running_service
from training.errors import DataError
from training.gather import Sample
from training.launder import REGIMES
from training.scoring import Failed, Scored, as_delivered, score


@pytest.fixture
def samples(tmp_path: Path) -> list[Sample]:
    found = []
    for number, label in enumerate([0, 1, 1]):
        path = tmp_path / ("fake" if label else "real") / "source" / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pictures.encoded(pictures.pixels(600, 500, seed=number), "PNG"))
        found.append(Sample(path, label, "source", "all"))
    return found


def test_scores_are_bit_equal_to_what_the_service_answers(
    tmp_path: Path, samples: list[Sample], model_folder: Path
) -> None:
    judge = Judge.from_folder(model_folder)
    scored, failed = score(judge, tmp_path, samples, list(REGIMES))
    assert not failed
    for row in scored:
        data, _ = as_delivered(tmp_path / row.path, row.path, row.regime)
        answer = judge.judge(data)
        assert (row.probability, row.verdict) == (answer.probability, answer.verdict)


@pytest.fixture(scope="module")
def shipped_scores(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Scored]]:
    """Two pictures of several crops, judged by the shipped model as `python -m training.evaluate` does."""
    folder = tmp_path_factory.mktemp("shipped")
    samples = []
    for label, name in enumerate(("real", "fake")):
        path = folder / name / "source" / "0.png"
        path.parent.mkdir(parents=True)
        path.write_bytes(pictures.encoded(pictures.pixels(760, 520, seed=label), "PNG"))
        samples.append(Sample(path, label, "source", "all"))
    scored, failed = score(Judge.from_folder(DEFAULT), folder, samples, ["as-is", "hard"])
    assert len(scored) == 4 and not failed
    return folder, scored


@pytest.mark.parametrize("plan", plans(cores()), ids=str)
def test_scores_are_bit_equal_to_the_running_services_in_every_plan_for_the_cores(
    shipped_scores: tuple[Path, list[Scored]], tmp_path: Path, plan: CpuPlan
) -> None:
    """With the shipped model: sums in another order, as other kernels make them, would show here."""
    folder, scored = shipped_scores
    keep_plan(tmp_path, open_model_folder(DEFAULT), plan)
    settings = Settings(model=DEFAULT, data=tmp_path, workers=1)
    with running_service(settings) as service, service.client() as client:
        assert service.inside.model.ready().judge.session.plan == plan
        for row in scored:
            data, _ = as_delivered(folder / row.path, row.path, row.regime)
            answer = client.post("/v1/score", content=data).json()
            assert (row.probability, row.verdict) == (answer["probability"], answer["verdict"])


def test_every_picture_is_scored_in_every_regime(
    tmp_path: Path, samples: list[Sample], model_folder: Path
) -> None:
    scored, _ = score(Judge.from_folder(model_folder), tmp_path, samples, list(REGIMES))
    assert [(row.regime, row.path) for row in scored] == [
        (regime, sample.path.relative_to(tmp_path).as_posix()) for regime in REGIMES for sample in samples
    ]


def test_a_picture_that_fails_is_counted_in_each_regime(
    tmp_path: Path, samples: list[Sample], model_folder: Path
) -> None:
    samples[1].path.write_bytes(b"no picture")
    scored, failed = score(Judge.from_folder(model_folder), tmp_path, samples, ["as-is", "web"])
    assert len(scored) == 4
    assert [(row.path, row.regime) for row in failed] == [
        ("fake/source/1.png", "as-is"),
        ("fake/source/1.png", "web"),
    ]
    assert all(row.reason.startswith("NotAPicture") for row in failed)
    assert {type(row) for row in scored} == {Scored} and {type(row) for row in failed} == {Failed}


@pytest.mark.parametrize(("regime", "longest"), [("web", 1080), ("hard", 512), ("thumbnail", 256)])
def test_regimes_deliver_the_same_bytes_every_time(samples: list[Sample], regime: str, longest: int) -> None:
    first, suffix = as_delivered(samples[0].path, "real/source/0.png", regime)
    again, _ = as_delivered(samples[0].path, "real/source/0.png", regime)
    other, _ = as_delivered(samples[0].path, "real/source/1.png", regime)
    assert first == again != other
    assert suffix in (".jpg", ".webp")
    assert decode(first).long_side <= longest


def test_an_unknown_regime_is_named(tmp_path: Path, samples: list[Sample], model_folder: Path) -> None:
    with pytest.raises(DataError, match="no regime instagram-2"):
        score(Judge.from_folder(model_folder), tmp_path, samples, ["instagram-2"])
