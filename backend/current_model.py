"""The model that serves now, and how another takes its place while pictures come in.

another folder, or other files in it ──> checked ──> warmed ──> serves; the old one ends when it is unused
                                            └── broken: refused, told in log and health; the old one stays
"""

import asyncio
import logging
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from backend.errors import ModelFolderError, NotReady, SettingsError
from backend.judge import Judge
from backend.model_watch import ModelWatch, Wanted
from backend.serving import Serving
from backend.session import CPU, Session
from backend.settings import Settings
from backend.tuning import kept_plan

log = logging.getLogger("candid")
EVERY: Final = 1.0  # s from look to look; one reads the settings and asks for a dozen files: 2 ms

OpenJudge = Callable[[Settings], Judge]


class CurrentModel:
    """One at a time. `wanted` names the folder; `version` is the service's."""

    def __init__(
        self,
        settings: Settings,
        open_judge: OpenJudge,
        wanted: Wanted,
        inference: ThreadPoolExecutor,
        version: str,
    ) -> None:
        self._settings, self._open_judge = settings, open_judge
        self._inference, self._version = inference, version
        self._watch = ModelWatch(wanted)
        self._ending: set[asyncio.Task[None]] = set()
        self._tuned = ""  # sha256 of the weights that were measured
        self.serving: Serving | None = None
        self.refused: str | None = None  # why the folder that is there now is not served

    async def start(self) -> None:
        """Raises ModelFolderError."""
        self.serving = await self._load(self._settings)

    def ready(self) -> Serving:
        """Raises NotReady."""
        if self.serving is None:
            raise NotReady("The model is still being loaded. Try again in a second.")
        return self.serving

    async def look(self) -> None:
        """Takes up another model where there is one. Nothing that is wrong with it is raised."""
        try:
            folder = self._watch.change()
            if folder is not None:
                await self._take_up(folder)
        except (ModelFolderError, SettingsError) as error:
            self.refused = str(error)
            log.error("A model was refused, the one before goes on judging: %s", error)

    async def tune(self, busy: Callable[[], bool]) -> None:
        """Measures the fastest way over the cores, unless that is known; not while it is `busy`."""
        judge = self.ready().judge
        if judge.session.provider != CPU or judge.folder.weights.sha256 == self._tuned:
            return
        if kept_plan(self._settings.data, judge.folder) is None and not await self._measured(judge, busy):
            return
        self._tuned = judge.folder.weights.sha256
        plan = kept_plan(self._settings.data, judge.folder)
        if plan is not None and plan != judge.session.plan:
            session = Session(judge.folder.weights_path, judge.folder.model, plan)
            await asyncio.to_thread(session.warm)
            judge.session = session
            log.info("Faster here, by a measurement: %s.", plan.words)

    async def _measured(self, judge: Judge, busy: Callable[[], bool]) -> bool:
        """False where pictures came in between, which would have been in each other's way."""
        flags = ("--model", judge.folder.path.resolve(), "--data", self._settings.data.resolve())
        with subprocess.Popen(
            [sys.executable, "-m", "backend", "tune", *flags],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        ) as process:  # fmt: skip
            try:
                while process.poll() is None:
                    if busy():
                        return False
                    await asyncio.sleep(0.1)
            finally:
                process.kill()
            if process.returncode != 0 and process.stderr is not None:
                log.warning("Nothing was measured: %s", process.stderr.read()[-500:].strip())
        return True

    async def _take_up(self, folder: Path) -> None:
        before = self.ready()
        after = await self._load(self._settings.model_copy(update={"model": folder}), before)
        self.refused = None
        if after is before:
            return
        self.serving = after
        model = after.judge.folder.model
        log.info("Candid judges with %s %s from here on (%s).", model.name, model.version, folder)
        ending = asyncio.create_task(before.retire())
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)

    async def _load(self, settings: Settings, before: Serving | None = None) -> Serving:
        """`before` itself where the folder holds the same judge. Raises ModelFolderError."""
        judge = await asyncio.to_thread(self._open_judge, settings)
        if before is not None and judge.stamp == before.judge.stamp:
            return before
        return await Serving.start(judge, self._settings, self._inference, self._version)

    def stop(self) -> None:
        """Ends the processes, also those of models that are being retired."""
        for ending in self._ending:
            ending.cancel()
        if self.serving is not None:
            self.serving.workers.stop()
