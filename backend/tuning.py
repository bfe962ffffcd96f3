"""Which way over the cores of this machine is fastest for a model: measured once, kept in the data folder.

The work measured is the service's: as many pictures at once as there are cores, and one alone. It takes some
seconds in which nothing else should run. The service starts it in its first quiet moment, as a process of its
own (`python -m backend tune`): what onnxruntime allocates meanwhile is gone with it.
"""

import os
import platform
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
import onnxruntime as ort
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from backend.contract import NativeCrops
from backend.data_folder import TUNING, write_private
from backend.model_folder import ModelFolder
from backend.session import VIEW_A_CORE, CpuPlan, Session, cores

ROUNDS: Final = 3  # the best of them counts: whatever else runs can only make one slower
BUDGET: Final = 0.2  # s for a plan in a round
GAIN: Final = 1.1  # another plan than the usual one must be as much faster
SLOWEST_ALONE: Final = 1.5  # times the shortest wait for a lone picture: the cores are not only for crowds
QUIET: Final = (
    0.5  # of the cores may be at work; on a machine that was busy the usual plan lost to a slower one
)
MOST_KEPT: Final = 8  # models


@dataclass(frozen=True, slots=True)
class Timed:
    """What a plan takes, s for a picture."""

    crowd: float  # with a picture for each core
    alone: float


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    threads: int = Field(ge=1)
    batch: int = Field(ge=1)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    plans: dict[str, _Kept] = {}


def machine_is_quiet() -> bool:
    """Nothing else runs that would be measured with it. Windows does not tell: there it counts as quiet."""
    return not hasattr(os, "getloadavg") or os.getloadavg()[0] < QUIET * cores()


def plans(count: int) -> list[CpuPlan]:
    """Worth a try on so many cores; the usual one first."""
    threads = sorted({1, min(2, count), count})
    return [CpuPlan(each, batch) for each in threads for batch in (1, 4)]


def choose(timed: dict[CpuPlan, Timed]) -> CpuPlan:
    """The fastest in a crowd of those that do not keep a lone picture waiting. Pure."""
    shortest = min(each.alone for each in timed.values())
    fitting = {plan: each for plan, each in timed.items() if each.alone <= SLOWEST_ALONE * shortest}
    best = min(fitting, key=lambda plan: fitting[plan].crowd)
    usual = fitting.get(VIEW_A_CORE)
    return VIEW_A_CORE if usual is not None and usual.crowd <= GAIN * fitting[best].crowd else best


def measure(folder: ModelFolder) -> dict[CpuPlan, Timed]:
    """Raises ModelFolderError."""
    policy = folder.model.views
    size = folder.model.input
    count = policy.first if isinstance(policy, NativeCrops) else 1
    picture = np.random.default_rng(0).integers(0, 256, (count, size.height, size.width, 3), np.uint8)
    timed: dict[CpuPlan, list[Timed]] = {plan: [] for plan in plans(cores())}
    with ThreadPoolExecutor(cores()) as pool:
        for _ in range(ROUNDS):
            for plan, before in timed.items():
                session = Session(folder.weights_path, folder.model, plan)
                session.warm()
                before.append(_time(partial(session.run, picture), pool))
    return {plan: _best(each) for plan, each in timed.items()}


def _time(work: Callable[[], object], pool: ThreadPoolExecutor) -> Timed:
    begun = time.perf_counter()
    work()
    alone = time.perf_counter() - begun
    pictures, begun = 0, time.perf_counter()
    while (taken := time.perf_counter() - begun) < BUDGET:
        for done in [pool.submit(work) for _ in range(cores())]:
            done.result()
        pictures += cores()
    return Timed(taken / pictures, alone)


def _best(rounds: Sequence[Timed]) -> Timed:
    return Timed(min(each.crowd for each in rounds), min(each.alone for each in rounds))


def kept_plan(data: Path, folder: ModelFolder) -> CpuPlan | None:
    """None where nothing was measured for this model on this machine."""
    kept = _read(data).plans.get(_key(folder))
    return CpuPlan(kept.threads, kept.batch) if kept else None


def keep_plan(data: Path, folder: ModelFolder, plan: CpuPlan) -> None:
    """Raises DataFolderError."""
    plans = {**_read(data).plans, _key(folder): _Kept(**asdict(plan))}
    latest = dict(list(plans.items())[-MOST_KEPT:])
    write_private(data / TUNING, _File(plans=latest).model_dump_json(indent=2) + "\n")


def _read(data: Path) -> _File:
    try:
        return _File.model_validate_json((data / TUNING).read_bytes())
    except (OSError, ValidationError):
        return _File()  # measured again


def _key(folder: ModelFolder) -> str:
    """What the measurement depends on; a copied data folder brings none of another machine."""
    processor = platform.processor() or platform.machine()
    return f"{folder.weights.sha256} onnxruntime {ort.__version__} {processor} {cores()}/{os.cpu_count()}"
