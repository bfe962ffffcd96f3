"""What runs behind the routes: the judge, its worker threads, who may ask, and the bound on what may wait."""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata

from backend.contract import Health, Judged
from backend.errors import Busy, NotReady
from backend.evidence.hints import Hints
from backend.judge import Judge
from backend.pairing import LIFETIME, Pairings, Request
from backend.picture import MIN_SIDE
from backend.settings import Settings
from backend.tokens import Tokens

log = logging.getLogger("candid")


class Service:
    """Made with the app; loads its model when the app starts."""

    def __init__(self, settings: Settings, open_judge: Callable[[Settings], Judge]) -> None:
        """Raises DataFolderError."""
        self.settings, self._open_judge = settings, open_judge
        self.tokens = Tokens(settings.data)
        self._pairings = Pairings(time.monotonic)
        self.judge: Judge | None = None
        self._workers = ThreadPoolExecutor(settings.workers, "picture")
        self._waiting = 0

    def start(self) -> None:
        judge = self._open_judge(self.settings)
        judge.session.warm()
        self.judge = judge

    def stop(self) -> None:
        self._workers.shutdown(cancel_futures=True)

    def ready(self) -> Judge:
        if self.judge is None:
            raise NotReady("The model is still being loaded. Try again in a second.")
        return self.judge

    async def score(self, data: bytes, hints: Hints) -> Judged:
        judge = self.ready()
        if self._waiting >= self.settings.queue:
            raise Busy(f"{self._waiting} pictures are waiting already. Try again in a second.")
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._workers, judge.judge, data, hints)
        finally:
            self._waiting -= 1

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
