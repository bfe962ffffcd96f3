"""The way over the cores: how it is chosen, when it is measured, and that no verdict depends on it."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from backend.current_model import CurrentModel
from backend.data_folder import TUNING
from backend.model_folder import open_model_folder
from backend.open_judge import open_judge
from backend.session import VIEW_A_CORE, CpuPlan, Session
from backend.settings import Settings
from backend.tuning import Timed, choose, keep_plan, kept_plan, plans
from tests.model_folders import SIDE, weight_file, write_model_folder

BATCH, WIDE = CpuPlan(1, 4), CpuPlan(2, 4)


@pytest.mark.parametrize(
    ("timed", "chosen"),
    [
        ({VIEW_A_CORE: Timed(1.0, 1.0), BATCH: Timed(0.5, 1.0)}, BATCH),
        ({VIEW_A_CORE: Timed(1.0, 1.0), BATCH: Timed(0.95, 1.0)}, VIEW_A_CORE),  # not worth it
        ({VIEW_A_CORE: Timed(1.0, 1.0), BATCH: Timed(0.5, 2.0)}, VIEW_A_CORE),  # a lone picture waits
        ({VIEW_A_CORE: Timed(1.0, 4.0), BATCH: Timed(2.0, 2.0), WIDE: Timed(1.5, 1.0)}, WIDE),
    ],
    ids=["faster", "hardly faster", "slow alone", "usual one slow alone"],
)
def test_the_fastest_plan_is_chosen_that_keeps_nobody_waiting(
    timed: dict[CpuPlan, Timed], chosen: CpuPlan
) -> None:
    assert choose(timed) == chosen


@pytest.mark.parametrize("count", [1, 2, 3, 16])
def test_plans_begin_with_the_usual_one_and_fit_the_cores(count: int) -> None:
    found = plans(count)
    assert found[0] == VIEW_A_CORE and len(set(found)) == len(found)
    assert max(plan.threads for plan in found) <= count


@pytest.mark.parametrize("plan", [VIEW_A_CORE, CpuPlan(1, 2), BATCH, WIDE], ids=str)
def test_every_plan_gives_each_view_its_own_logit(model_folder: Path, plan: CpuPlan) -> None:
    folder = open_model_folder(model_folder)
    levels = np.arange(40, 40 + 7 * 8, 8, np.uint8)
    views = np.broadcast_to(levels[:, None, None, None], (len(levels), SIDE, SIDE, 3)).copy()
    logits, cells = Session(folder.weights_path, folder.model, plan).run(views)
    assert logits == pytest.approx((levels.astype(np.float32) - 128) / 8)
    assert cells is not None and cells.shape == (len(levels), 2, 2)


def test_a_plan_is_kept_for_its_model_and_used(model_folder: Path, tmp_path: Path) -> None:
    folder, settings = open_model_folder(model_folder), Settings(model=model_folder, data=tmp_path)
    assert open_judge(settings).session.plan == VIEW_A_CORE
    keep_plan(tmp_path, folder, BATCH)
    assert open_judge(settings).session.plan == BATCH
    (tmp_path / TUNING).write_text('{"plans": {"x": {"threads": 0}}}')
    assert open_judge(settings).session.plan == VIEW_A_CORE


def test_it_is_measured_once_in_a_quiet_moment(model_folder: Path, tmp_path: Path) -> None:
    settings = Settings(model=model_folder, data=tmp_path, workers=1)
    folder = open_model_folder(model_folder)

    async def use() -> None:
        with ThreadPoolExecutor(1) as inference:
            model = CurrentModel(settings, open_judge, lambda: model_folder, inference, "0")
            await model.start()
            await model.tune(lambda: True)
            assert kept_plan(tmp_path, folder) is None
            await model.tune(lambda: False)
            kept = kept_plan(tmp_path, folder)
            assert kept is not None and model.ready().judge.session.plan == kept
            (tmp_path / TUNING).unlink()
            await model.tune(lambda: False)
            assert not (tmp_path / TUNING).exists()
            model.stop()

    asyncio.run(use())


def test_a_gpus_way_gives_the_same_logits_again_and_again(model_folder: Path) -> None:
    """On the CPU's memory here: what is bound, and that a buffer is filled anew."""
    folder = open_model_folder(model_folder)
    session = Session(folder.weights_path, folder.model)
    for seed in (1, 2):
        views = np.random.default_rng(seed).integers(0, 256, (3, SIDE, SIDE, 3), np.uint8)
        logits, cells = session.run(views)
        bound = session.run_bound(views)
        assert bound[0].reshape(3) == pytest.approx(logits) and bound[1] == pytest.approx(cells)


def test_a_gpu_is_given_another_file_than_a_cpu(tmp_path: Path) -> None:
    folder = write_model_folder(tmp_path)
    files = [weight_file(name, folder / "model.onnx") for name in ("onnx", "onnx-fp16", "onnx-int8")]
    write_model_folder(folder, files=files)
    found = [open_model_folder(folder, gpu=gpu).weights.runtime for gpu in (False, True)]
    assert found == ["onnx", "onnx-fp16"]
