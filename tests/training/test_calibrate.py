"""Calibration on scores made up here, and the command on a real model folder."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from backend.calibration import sigmoid
from backend.contract import Thresholds
from backend.model_folder import read_model_json
from tests import pictures
from tests.model_folders import write_model_folder
from training.calibrate import Limits, calibrated, choose_thresholds, main
from training.scoring import Scored

REGIME_RULES = [{"regime": "hard", "max_jpeg_quality": 60}, {"regime": "clean"}]


def scored(logits: list[float], label: int, source: str, judged_regime: str = "clean") -> list[Scored]:
    return [
        Scored(f"{source}/{n}", label, source, "as-is", judged_regime, value, (value,), 0.5, "unsure")  # type: ignore[arg-type]
        for n, value in enumerate(logits)
    ]


def test_thresholds_hold_the_false_alarms_of_the_worst_source() -> None:
    rng = np.random.default_rng(0)
    good, bad = rng.uniform(0.0, 0.5, 200), rng.uniform(0.4, 0.9, 40)
    fakes = rng.uniform(0.3, 1.0, 200)
    probabilities = np.concatenate([good, bad, fakes])
    labels = np.repeat([0, 0, 1], [200, 40, 200])
    sources = np.repeat(["good", "bad", "made"], [200, 40, 200])
    paths = np.arange(len(labels)).astype(str)
    found = choose_thresholds(probabilities, labels, sources, paths, Limits(0.5, 0.05, 0.1), "these")
    assert (bad >= found.fake).mean() <= 0.05
    assert found.worst_source_false_alarm_rate == (bad >= found.fake).mean()
    assert (fakes <= found.real).mean() <= 0.1
    assert found.fake == np.nextafter(np.sort(bad)[-3], np.inf)  # 2 of 40 may reach it, no lower bound holds


def test_thresholds_leave_a_source_of_few_pictures_to_the_limit_of_all() -> None:
    """Ten pictures judged four times are ten pictures: one of them is 10%, and no limit of 5%."""
    reals, few = np.linspace(0.0, 0.5, 400), np.repeat(np.linspace(0.3, 0.8, 10), 4)
    probabilities = np.concatenate([reals, few, np.linspace(0.2, 1.0, 100)])
    labels = np.repeat([0, 0, 1], [400, 40, 100])
    sources = np.repeat(["many", "few", "made"], [400, 40, 100])
    paths = np.concatenate([np.arange(400), 1000 + np.repeat(np.arange(10), 4), 2000 + np.arange(100)])
    found = choose_thresholds(probabilities, labels, sources, paths.astype(str), Limits(0.02), "these")
    assert found.false_alarm_rate <= 0.02
    assert found.worst_source_false_alarm_rate == 0.2  # said, though not held


@pytest.mark.parametrize("few", [False, True], ids=["20 pictures", "fewer"])
def test_thresholds_hold_the_missed_fakes_of_the_worst_source_where_asked(few: bool) -> None:
    """A new generator, a twentieth of the fakes, lies where the reals are."""
    size = 19 if few else 20
    easy, hard = np.linspace(0.5, 1.0, 380), np.linspace(0.01, 0.6, size)
    probabilities = np.concatenate([np.linspace(0.0, 0.55, 100), easy, hard])
    labels = np.repeat([0, 1, 1], [100, 380, size])
    sources = np.repeat(["camera", "easy", "hard"], [100, 380, size])
    paths = np.arange(len(labels)).astype(str)

    def chosen(limits: Limits) -> Thresholds:
        return choose_thresholds(probabilities, labels, sources, paths, limits, "these")

    free, bound = chosen(Limits(missed=0.05)), chosen(Limits(missed=0.05, worst_missed=0.1))
    assert free.missed_fake_rate <= 0.05
    assert (hard <= free.real).mean() > 0.5
    if few:
        assert bound == free
        assert free.worst_source_missed_rate == (easy <= free.real).mean()  # the only source of twenty
        return
    assert free.worst_source_missed_rate == (hard <= free.real).mean()
    assert bound.real == np.nextafter(hard[2], -np.inf)  # 2 of 20 may lie below it
    assert bound.worst_source_missed_rate == 0.1
    assert bound.fake == free.fake


@pytest.fixture
def overlapping() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Probabilities of reals and fakes."""
    return np.linspace(0.0, 0.8, 1000), np.linspace(0.3, 1.0, 200)


def chosen_on(reals: NDArray[np.float64], fakes: NDArray[np.float64], limits: Limits) -> Thresholds:
    """Of one source each."""
    counts = [len(reals), len(fakes)]
    return choose_thresholds(
        np.concatenate([reals, fakes]),
        np.repeat([0, 1], counts),
        np.repeat(["camera", "made"], counts),
        np.arange(sum(counts)).astype(str),
        limits,
        "these",
    )


def test_cautious_and_eager_readers_have_measured_thresholds_on_either_side(
    overlapping: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> None:
    reals, fakes = overlapping
    found = chosen_on(reals, fakes, Limits(0.02))
    assert found.cautious and found.eager
    for chosen, share in ((found.cautious, 0.005), (found, 0.02), (found.eager, 0.05)):
        assert chosen.false_alarm_rate == (reals >= chosen.fake).mean() == share
        assert chosen.recall == (fakes >= chosen.fake).mean()
    assert found.real < found.eager.fake < found.fake < found.cautious.fake


def test_eager_is_never_stricter_than_the_thresholds_themselves(
    overlapping: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> None:
    """Limits looser than those of eager readers: both begin at the same place."""
    found = chosen_on(*overlapping, Limits(false_alarms=0.2, worst_false_alarms=0.2))
    assert found.eager and found.eager.fake == found.fake


def test_thresholds_never_cross_where_classes_are_far_apart() -> None:
    found = chosen_on(np.full(50, 0.01), np.full(50, 0.99), Limits())
    assert found.real < found.fake


def test_calibrated_probabilities_come_true_in_each_regime(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    rules = {
        "regimes": REGIME_RULES,
        "calibration": [{"regime": r["regime"], "temperature": 1} for r in REGIME_RULES],
    }
    model = read_model_json(write_model_folder(tmp_path, **rules))
    rows = []
    for regime, scale in (("clean", 1.0), ("hard", 5.0)):  # in `hard` the logits are five times too sure
        truth = rng.normal(0, 2, 1500)
        labels = rng.random(1500) < [sigmoid(value) for value in truth]
        for label in (0, 1):
            rows += scored(list(truth[labels == label] * scale), label, f"{regime}{label}", regime)
    found = calibrated(model, rows, Limits(), "these")
    temperatures = {entry.regime: entry.temperature for entry in found.calibration}
    assert temperatures["clean"] == pytest.approx(1, rel=0.25)
    assert temperatures["hard"] == pytest.approx(5, rel=0.25)


def test_a_regime_with_few_pictures_borrows_the_calibration_of_all(tmp_path: Path) -> None:
    rules = {
        "regimes": REGIME_RULES,
        "calibration": [{"regime": r["regime"], "temperature": 1} for r in REGIME_RULES],
    }
    model = read_model_json(write_model_folder(tmp_path, **rules))
    rng = np.random.default_rng(2)
    rows = scored(list(rng.normal(-2, 2, 300)), 0, "a") + scored(list(rng.normal(2, 2, 300)), 1, "b")
    rows += scored([0.5, -0.5], 0, "c", "hard")
    found = {entry.regime: entry for entry in calibrated(model, rows, Limits(), "these").calibration}
    assert found["hard"].temperature == pytest.approx(found["clean"].temperature, rel=0.1)  # two rows more


def test_command_writes_thresholds_with_their_error_rates(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_model_folder(tmp_path / "model")
    for label, level in (("real", 90), ("fake", 160)):
        for number in range(6):
            part = "val" if number < 4 else "more"
            place = tmp_path / part / label / "source" / f"{number % 4}.png"
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(pictures.encoded(pictures.pixels(level=level + 2 * number), "PNG"))
    assert main([str(folder), "--data", str(tmp_path / "val"), str(tmp_path / "more")]) == 0
    found = read_model_json(folder).thresholds
    assert found.chosen_on.startswith("val: 8 pictures, more: 4 pictures as-is, web")
    assert found.false_alarm_rate == 0
    assert found.worst_source_missed_rate is None  # no source of twenty
    assert "0 pictures failed" in capsys.readouterr().out


def test_command_holds_the_worst_source_where_asked(tmp_path: Path) -> None:
    """Twenty dark fakes among a hundred bright ones: 5% of all fakes are missed, but 30% of those."""
    folder = write_model_folder(tmp_path / "model")
    levels = {"real/camera": np.arange(90, 110), "fake/dark": np.arange(95, 115), "fake/bright": [200] * 100}
    for place, each in levels.items():
        (tmp_path / "val" / place).mkdir(parents=True)
        for number, level in enumerate(each):
            data = pictures.encoded(pictures.pixels(100, 100, level=int(level)), "PNG")
            (tmp_path / "val" / place / f"{number}.png").write_bytes(data)
    command = [str(folder), "--data", str(tmp_path / "val")]
    assert main(command) == 0
    free = read_model_json(folder).thresholds
    assert main([*command, "--worst-missed", "0.1"]) == 0
    bound = read_model_json(folder).thresholds
    assert free.worst_source_missed_rate is not None and bound.worst_source_missed_rate is not None
    assert free.missed_fake_rate <= 0.05 and free.worst_source_missed_rate > 0.2
    assert bound.worst_source_missed_rate <= 0.1


def test_command_says_what_is_wrong_with_the_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "val").mkdir()
    assert main([str(tmp_path / "nothing"), "--data", str(tmp_path / "val")]) == 2
    assert "model.json cannot be read" in capsys.readouterr().err
