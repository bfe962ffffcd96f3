"""A model that serves: its judge, the processes that prepare pictures for it, and who still uses both.

start ──> serves ── another model came ──> retired: finishes what it began, then its processes end
"""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from backend.judge import Judge
from backend.settings import Settings
from backend.workers import Workers


class Serving:
    """Made by `start`. Safe within one event loop."""

    def __init__(self, judge: Judge, workers: Workers, stamp: str) -> None:
        self.judge, self.workers = judge, workers
        self.stamp = stamp  # another one, another verdict
        self._users = 0
        self._unused = asyncio.Event()
        self._unused.set()

    @classmethod
    async def start(
        cls, judge: Judge, settings: Settings, inference: ThreadPoolExecutor, version: str
    ) -> "Serving":
        """Warmed: the first reader waits for nothing. Raises ModelFolderError."""
        model = judge.folder.model
        workers = Workers(settings.workers, judge.rungs, model.views, model.input, settings.patience)
        warming = asyncio.get_running_loop().run_in_executor(inference, judge.session.warm)
        try:
            await asyncio.gather(workers.warm(), warming)
        except BaseException:
            await asyncio.to_thread(workers.stop)
            raise
        return cls(judge, workers, f"{version}\n{judge.stamp}")

    @contextmanager
    def used(self) -> Iterator[None]:
        """While a picture is with it, it does not end."""
        self._users += 1
        self._unused.clear()
        try:
            yield
        finally:
            self._users -= 1
            if self._users == 0:
                self._unused.set()

    async def retire(self) -> None:
        """Ends when the last picture has left it."""
        await self._unused.wait()
        await asyncio.to_thread(self.workers.stop)
