"""Worker processes: killed, crashed or out of memory, they fail their picture and nothing else."""

import asyncio
import functools
import io
import os
import signal
import time
from collections.abc import Awaitable, Callable
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from PIL import Image

from backend.contract import Evidence, ModelInput, ResizedWhole
from backend.errors import PictureTimedOut, TooManyPixels, TooSmall, Undecodable
from backend.evidence.hints import Hints
from backend.evidence.ladder import Rung
from backend.judge import Judge
from backend.likeness import distance, is_featureless, likeness
from backend.prepare import prepare
from backend.workers import MEMORY, Workers
from tests.pictures import encoded, pixels

Result = TypeVar("Result")
NONE = Hints()
GOOD = encoded(pixels(400, 300))


def sleeps(data: bytes, hints: Hints) -> Evidence | None:
    """A parser that a picture sends into an endless loop."""
    if hints.platform_label == "sleep":
        time.sleep(60)
    return None


def crashes(data: bytes, hints: Hints) -> Evidence | None:
    """A parser with a hole."""
    if hints.platform_label == "crash":
        os.abort()
    return None


def with_workers(
    folder: Path,
    use: Callable[[Workers, Judge], Awaitable[Result]],
    time: float = 20.0,
    memory: int = MEMORY,
) -> Result:
    """Runs `use` with one worker whose rungs misbehave on demand."""

    async def run() -> Result:
        judge = Judge.from_folder(folder, rungs=[Rung("metadata", sleeps), Rung("metadata", crashes)])
        model = judge.folder.model
        workers = Workers(1, judge.rungs, model.views, model.input, time, memory)
        try:
            return await use(workers, judge)
        finally:
            workers.stop()

    return asyncio.run(run())


def test_a_worker_prepares_what_evaluation_sees_bit_for_bit(model_folder: Path) -> None:
    async def use(workers: Workers, judge: Judge) -> None:
        model = judge.folder.model
        there, here = await workers.prepare(GOOD, NONE), prepare(GOOD, NONE, (), model.views, model.input)
        assert (there.picture, there.jpeg_quality, there.likeness) == (
            here.picture,
            here.jpeg_quality,
            here.likeness,
        )
        for one, other in zip(there.views, here.views, strict=True):
            assert np.array_equal(one.pixels, other.pixels)
        assert judge.decide(there) == judge.judge(GOOD)

    with_workers(model_folder, use)


@pytest.mark.parametrize(
    ("label", "error"), [("sleep", PictureTimedOut), ("crash", Undecodable)], ids=["overrun", "crash"]
)
def test_a_lost_worker_fails_its_picture_alone_and_is_replaced(
    model_folder: Path, label: str, error: type[Exception]
) -> None:
    async def use(workers: Workers, judge: Judge) -> None:
        await workers.warm()
        lost, *others = await asyncio.gather(
            workers.prepare(GOOD, Hints(label)),
            *(workers.prepare(GOOD, NONE) for _ in range(3)),
            return_exceptions=True,
        )
        assert isinstance(lost, error)
        assert [getattr(other, "likeness", other) for other in others] == [others[0].likeness] * 3  # type: ignore[union-attr]

    with_workers(model_folder, use, time=2.0)


def test_idle_workers_that_are_killed_cost_no_picture(model_folder: Path) -> None:
    """As the system does where memory is short: pebble's pool gives up then, and is replaced."""

    async def use(workers: Workers, judge: Judge) -> None:
        await workers.warm()
        for _ in range(3):
            for process in list(workers._pool._pool_manager.worker_manager.workers):
                os.kill(process, signal.SIGKILL)
            found = await asyncio.gather(*(workers.prepare(GOOD, NONE) for _ in range(4)))
            assert [each.picture.width for each in found] == [400] * 4

    with_workers(model_folder, use)


def test_pictures_that_a_pool_had_not_sent_when_it_gave_up_are_prepared_by_the_next(
    model_folder: Path,
) -> None:
    large = encoded(pixels(900, 700, seed=1), "PNG")  # more than a pipe holds: the others wait behind it

    async def use(workers: Workers, judge: Judge) -> None:
        await workers.warm()
        manager = workers._pool._pool_manager
        [process] = manager.worker_manager.workers
        os.kill(process, signal.SIGSTOP)
        try:
            asked = [asyncio.create_task(workers.prepare(large, NONE)) for _ in range(4)]
            await asyncio.sleep(0.3)  # the first fills the pipe
            manager.handle_broken_pool(BrokenProcessPool())
            found = await asyncio.wait_for(asyncio.gather(*asked), 20)
        finally:
            os.kill(process, signal.SIGKILL)
        assert [each.picture.width for each in found] == [900] * 4

    with_workers(model_folder, use)


def test_a_picture_that_needs_too_much_memory_is_refused(model_folder: Path) -> None:
    large = encoded(pixels(9000, 9000, level=7), "PNG", compress_level=1)

    async def use(workers: Workers, judge: Judge) -> None:
        with pytest.raises(TooManyPixels, match="memory"):
            await workers.prepare(large, NONE)
        assert (await workers.prepare(GOOD, NONE)).picture.width == 400

    with_workers(model_folder, use, memory=256 * 1024 * 1024)


def test_a_picture_whose_views_need_too_much_memory_is_refused() -> None:
    """It is decoded within the limit; the view alone, of a model with a huge input, is past it."""
    huge = ModelInput(height=20_000, width=20_000)

    async def use() -> None:
        workers = Workers(1, (), ResizedWhole(), huge, time=20, memory=256 * 1024 * 1024)
        try:
            for _ in range(2):  # the worker goes on
                with pytest.raises(TooManyPixels, match="memory"):
                    await workers.prepare(GOOD, NONE)
        finally:
            workers.stop()

    asyncio.run(use())


def test_errors_of_pictures_come_back_as_they_are(model_folder: Path) -> None:
    async def use(workers: Workers, judge: Judge) -> None:
        with pytest.raises(TooSmall, match="63 x 400"):
            await workers.prepare(encoded(pixels(63, 400), "PNG"), NONE)

    with_workers(model_folder, use)


@pytest.mark.parametrize("change", [{"quality": 40}, {"size": (160, 120)}], ids=["recompressed", "thumbnail"])
def test_likeness_links_a_picture_with_its_copies_and_no_other(change: dict[str, object]) -> None:
    def picture(seed: int) -> Image.Image:
        return Image.fromarray(pixels(640, 480, seed=seed))

    original = picture(1)
    size = change.get("size", original.size)
    copy = encoded(original.resize(size), "JPEG", quality=change.get("quality", 90))  # type: ignore[arg-type]
    copied = np.asarray(Image.open(io.BytesIO(copy)))
    mark = functools.partial(distance, likeness(np.asarray(original)))
    assert mark(likeness(copied)) <= 3
    assert all(mark(likeness(np.asarray(picture(seed)))) > 10 for seed in range(2, 12))
    assert is_featureless(likeness(pixels(level=9)))
