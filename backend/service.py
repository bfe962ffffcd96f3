"""What runs behind the routes: from bytes to verdict, and who may ask.

    bytes -> being judged already? -> [slot] worker: decode, views, rungs -> inference thread -> verdict
              yes: wait with it         too many wait: Busy

While one picture is in inference, others are decoded. A picture that nobody waits for any more is dropped.
"""

import asyncio
import hashlib
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from typing import NamedTuple, TypeVar

from backend.contract import Health, Judged
from backend.errors import Busy, NotReady
from backend.evidence.hints import Hints
from backend.inflight import InFlight
from backend.judge import Judge
from backend.pairing import LIFETIME, Pairings, Request
from backend.picture import MIN_SIDE
from backend.settings import Settings
from backend.tokens import Tokens
from backend.workers import Workers

log = logging.getLogger("candid")
Result = TypeVar("Result")


class Asked(NamedTuple):
    """What a verdict depends on, beside the model."""

    sha256: str
    hints: Hints


class Service:
    """Made with the app; loads its model when the app starts."""

    def __init__(self, settings: Settings, open_judge: Callable[[Settings], Judge]) -> None:
        """Raises DataFolderError."""
        self.settings, self._open_judge = settings, open_judge
        self.tokens = Tokens(settings.data)
        self._pairings = Pairings(time.monotonic)
        self.judge: Judge | None = None
        self._workers: Workers | None = None
        self._inference = ThreadPoolExecutor(1, "inference")
        self._judging: InFlight[Asked, Judged] = InFlight()
        # As many as keep workers and inference busy; each holds its views (a megabyte) in memory.
        self._slots = asyncio.Semaphore(2 * settings.workers + 2)

    async def start(self) -> None:
        judge = self._open_judge(self.settings)
        model = judge.folder.model
        self._workers = Workers(
            self.settings.workers, judge.rungs, model.views, model.input, self.settings.patience
        )
        await asyncio.gather(self._workers.warm(), self._in_inference(judge.session.warm))
        self.judge = judge

    def stop(self) -> None:
        self._inference.shutdown(cancel_futures=True)
        if self._workers is not None:
            self._workers.stop()

    def ready(self) -> Judge:
        if self.judge is None:
            raise NotReady("The model is still being loaded. Try again in a second.")
        return self.judge

    async def score(self, data: bytes, hints: Hints) -> Judged:
        """Raises a PictureError, NotReady, Busy."""
        judge = self.ready()
        asked = Asked(hashlib.sha256(data).hexdigest(), hints)
        if asked not in self._judging and len(self._judging) >= self.settings.queue:
            raise Busy(f"{len(self._judging)} pictures are waiting already. Try again in a second.")
        return await self._judging.join(asked, lambda: self._judge(judge, data, hints))

    async def _judge(self, judge: Judge, data: bytes, hints: Hints) -> Judged:
        if self._workers is None:
            raise NotReady("The service is stopping.")
        async with self._slots:
            prepared = await self._workers.prepare(data, hints)
            return await self._in_inference(lambda: judge.decide(prepared))

    async def _in_inference(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._inference, work)

    def health(self) -> Health:
        judge = self.judge
        return Health(
            status="ready" if judge else "starting",
            version=version(),
            provider=judge.session.provider if judge else None,
            device=judge.session.device if judge else None,
            model=judge.folder.judged_model if judge else None,
            minimum_side=MIN_SIDE,
        )

    def ask_to_pair(self, name: str) -> Request:
        """The code goes to the terminal alone. Raises PairingLocked."""
        request = self._pairings.ask(name)
        log.warning(
            "\n  %s asks to be paired. The code to type there, within %.0f minutes:  %s %s\n",
            name, LIFETIME / 60, request.code[:3], request.code[3:],
        )  # fmt: skip
        return request

    def pair(self, id: str, code: str) -> str:
        """The token. Raises WrongCode, PairingEnded, DataFolderError."""
        entry, token = self.tokens.issue(self._pairings.answer(id, code))
        log.info("%s is paired (%s).", entry.name, entry.id)
        return token


def version() -> str:
    """Of this package; "0" where it runs from a checkout that is not installed."""
    try:
        return metadata.version("candid")
    except metadata.PackageNotFoundError:
        return "0"
