"""Worker processes that parse pictures: whatever a picture does to its parser, the service goes on.

A worker that overruns the time limit is killed and replaced; one that grows past the memory limit gets a
MemoryError; one that crashes is replaced. Each of these fails only the picture at hand. Bytes go in, views
of a few hundred kilobytes come back, by pebble's pipes.
"""

import asyncio
import logging
import sys
from collections.abc import Callable, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from pebble import ProcessExpired, ProcessPool

from backend import fork_server
from backend.contract import ModelInput, ViewPolicy
from backend.errors import Busy, PictureTimedOut, TooManyPixels, Undecodable
from backend.evidence.hints import Hints
from backend.evidence.ladder import Rung
from backend.prepare import Prepared, prepare

log = logging.getLogger(__name__)
Result = TypeVar("Result")

TRIES: Final = 4
MOST_CRASHES: Final = 2  # of the same picture: it is the picture
MEMORY: Final = 2560 * 1024 * 1024  # bytes; 100 megapixels with transparency take 1.9 GB at their peak


@dataclass(frozen=True, slots=True)
class _Task:
    """What stays the same from picture to picture; given to each worker when it starts."""

    rungs: tuple[Rung, ...]
    policy: ViewPolicy
    size: ModelInput


class Workers:
    """`count` processes. The rungs' `read` must pickle: functions of a module, or partials of such."""

    def __init__(
        self,
        count: int,
        rungs: Sequence[Rung],
        policy: ViewPolicy,
        size: ModelInput,
        time: float,
        memory: int = MEMORY,
    ) -> None:
        self._time, self._count = time, count
        self._begin = (_Task(tuple(rungs), policy, size), memory)
        self._context = fork_server.context()
        self._pool = self._new_pool()
        self._waiting: set[asyncio.Future[Any]] = set()  # of this pool

    async def prepare(self, data: bytes, hints: Hints) -> Prepared:
        """Raises a PictureError, or Busy. Cancelled, it lets the worker finish: killing it costs more."""
        try:
            return await self._run(_prepare, (data, hints), self._time)
        except TimeoutError as error:
            raise PictureTimedOut(
                f"The picture took longer than {self._time:.0f} seconds to decode; its decoder was stopped."
            ) from error
        except MemoryError as error:  # behind the decoder, which tells its own
            raise TooManyPixels(
                "Judging the picture takes more memory than a worker may have. Send a smaller copy of it."
            ) from error
        except ProcessExpired as error:
            raise Undecodable(
                f"The picture crashed its decoder (exit code {error.exitcode}). Save it anew and try again."
            ) from error

    async def warm(self) -> None:
        """Starts every worker: the first reader need not wait for Python to start."""
        await asyncio.gather(*(self._run(_nothing, (0.05,), None) for _ in range(self._count)))

    def stop(self) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join(timeout=5)

    async def _run(
        self, work: Callable[..., Result], arguments: tuple[object, ...], limit: float | None
    ) -> Result:
        """A worker that died may have been killed for something else, by the system or with its neighbour:
        the work is tried once more. Raises ProcessExpired, TimeoutError, Busy, and what the work raises."""
        expired = 0
        for _ in range(TRIES):
            pool = self._pool
            try:
                waiting = asyncio.wrap_future(pool.schedule(work, args=arguments, timeout=limit))
            except RuntimeError:  # the pool has given up
                self._replace(pool)
                continue
            self._waiting.add(waiting)
            waiting.add_done_callback(self._waiting.discard)
            waiting.add_done_callback(_heard)
            try:
                return await asyncio.shield(waiting)
            except ProcessExpired:
                expired += 1
                if expired == MOST_CRASHES:
                    raise
            except BrokenProcessPool:
                self._replace(pool)
            except asyncio.CancelledError:
                task = asyncio.current_task()
                if not waiting.cancelled() or (task is not None and task.cancelling()):
                    raise  # nobody waits any more
                self._replace(pool)  # another picture found it broken
        raise Busy("The processes that decode pictures are being started again. Try again in a second.")

    def _new_pool(self) -> ProcessPool:
        return ProcessPool(
            max_workers=self._count, initializer=_begin, initargs=self._begin, context=self._context
        )

    def _replace(self, broken: ProcessPool) -> None:
        """pebble replaces workers that die at work; when an idle one is killed, its pool gives up. It then
        forgets the pictures that it had not sent yet: those are for the next one, too."""
        if broken is not self._pool:
            return
        log.warning("The processes that decode pictures are started again.")
        self._pool, forgotten, self._waiting = self._new_pool(), self._waiting, set()
        broken.stop()  # type: ignore[no-untyped-call]
        for each in list(forgotten):
            each.cancel()


def _heard(future: "asyncio.Future[Any]") -> None:
    """A failure that nobody waits for any more is no news."""
    if not future.cancelled():
        future.exception()


_task: _Task | None = None  # in a worker: set once, when it starts


def _begin(task: _Task, memory: int) -> None:
    global _task
    _task = task
    _limit_memory(memory)


def _limit_memory(limit: int) -> None:
    """What the decoder allocates, not what is mapped from files. Windows has no such limit."""
    if sys.platform == "win32":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, hard))


def _prepare(data: bytes, hints: Hints) -> Prepared:
    assert _task is not None, "a worker begins with its task"
    return prepare(data, hints, _task.rungs, _task.policy, _task.size)


def _nothing(seconds: float) -> None:
    """Keeps a worker busy, so that the next one gets the next task."""
    import time

    time.sleep(seconds)
