"""Work that several requests want at once is done once; it ends early when all of them have left. Pure."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


@dataclass(slots=True)
class _Job(Generic[Value]):
    task: "asyncio.Task[Value]"
    askers: int = 0


class InFlight(Generic[Key, Value]):
    """Jobs by what they are about."""

    def __init__(self) -> None:
        self._jobs: dict[Key, _Job[Value]] = {}

    def __len__(self) -> int:
        return len(self._jobs)

    def __contains__(self, key: Key) -> bool:
        return key in self._jobs

    async def join(self, key: Key, start: Callable[[], Awaitable[Value]]) -> Value:
        """The outcome of the job under `key`, which is started where there is none."""
        job = self._jobs.get(key)
        if job is None:
            job = self._jobs[key] = _Job(asyncio.create_task(self._run(key, start)))
        job.askers += 1
        try:
            return await asyncio.shield(job.task)
        finally:
            job.askers -= 1
            if job.askers == 0 and not job.task.done():
                job.task.cancel()
                self._forget(key, job.task)

    async def _run(self, key: Key, start: Callable[[], Awaitable[Value]]) -> Value:
        try:
            return await start()
        finally:
            self._forget(key, asyncio.current_task())

    def _forget(self, key: Key, task: "asyncio.Task[Value] | None") -> None:
        job = self._jobs.get(key)
        if job is not None and job.task is task:
            del self._jobs[key]
