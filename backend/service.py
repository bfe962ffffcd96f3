"""What runs behind the routes: from bytes to verdict, and who may ask.

    bytes -> being judged? -> remembered? -> [slot] worker: decode, views, rungs -> inference -> verdict
              yes: wait with it  yes: that        too many wait: Busy                     remember it

While one picture is in inference, others are decoded. A picture that nobody waits for any more is dropped.
"""

import asyncio
import hashlib
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib import metadata
from typing import Final, NamedTuple, TypeVar

from backend.contract import Health, Judged
from backend.corrections import Label, keep
from backend.current_model import EVERY, CurrentModel, OpenJudge
from backend.data_folder import CORRECTIONS, TRUST, VERDICTS
from backend.errors import Busy, PictureTimedOut
from backend.evidence import trust_list
from backend.evidence.hints import Hints
from backend.inflight import InFlight
from backend.metrics import Metrics
from backend.model_watch import Wanted
from backend.pairing import LIFETIME, Pairings, Request
from backend.picture import MIN_SIDE
from backend.serving import Serving
from backend.session import cores
from backend.settings import Settings
from backend.shown_codes import ShownCode, show_codes
from backend.tokens import Tokens
from backend.tuning import machine_is_quiet
from backend.verdict_cache import Remembered, VerdictCache

log = logging.getLogger("candid")
QUIET: Final = 3.0  # s without a new picture
Result = TypeVar("Result")


async def _on(executor: ThreadPoolExecutor, work: Callable[[], Result]) -> Result:
    return await asyncio.get_running_loop().run_in_executor(executor, work)


def with_larger(remembered: Remembered, cache: VerdictCache) -> Judged:
    """Tells of a larger copy of the picture that was judged before; the verdict itself stays as it is."""
    judged = remembered.judged
    larger = cache.larger(remembered.likeness, judged)
    if larger is None:
        return judged
    said = {
        "verdict": larger.verdict, "sha256": larger.picture.sha256, "width": larger.picture.width,
        "height": larger.picture.height,
    }  # fmt: skip
    *above, by_model = judged.evidence
    details = {**by_model.details, "larger": said}
    return judged.model_copy(update={"evidence": [*above, by_model.model_copy(update={"details": details})]})


class Asked(NamedTuple):
    """What a verdict depends on."""

    sha256: str
    hints: Hints
    stamp: str  # of the model, the rungs and the program


class Service:
    """Made with the app; loads its model when the app starts."""

    def __init__(self, settings: Settings, open_judge: OpenJudge, wanted: Wanted) -> None:
        """`wanted` names the model folder to serve, now and later. Raises DataFolderError."""
        self.settings = settings
        self.tokens = Tokens(settings.data)
        self._pairings = Pairings(time.monotonic)
        self._inference = ThreadPoolExecutor(cores(), "inference")
        self.model = CurrentModel(settings, open_judge, wanted, self._inference, version())
        self._cache = VerdictCache(settings.data / VERDICTS, settings.remembered)
        self._disk = ThreadPoolExecutor(1, "cache")
        self._judging: InFlight[Asked, Judged] = InFlight()
        self._drawing: InFlight[Asked, bytes] = InFlight()
        self.metrics = Metrics(lambda: self.waiting)
        self._arrived = 0  # pictures, in this run
        # As many as keep workers and inference busy; each holds its views (a megabyte) in memory.
        self._slots = asyncio.Semaphore(2 * settings.workers + 2)

    async def start(self) -> None:
        """Raises ModelFolderError."""
        self._show_codes()  # none yet: those of a run before have ended with it
        await self.model.start()

    async def keep_up(self) -> None:
        """Until cancelled: another model is taken up when it is there; a quiet moment is used to measure."""
        quiet = 0.0  # s
        while True:
            arrived = self._arrived
            await asyncio.sleep(EVERY)
            is_quiet = arrived == self._arrived and self.waiting == 0
            quiet = quiet + EVERY if is_quiet else 0.0
            try:
                await self.model.look()
                if quiet >= QUIET and machine_is_quiet():
                    await self.model.tune(partial(self._arrived_since, self._arrived))
            except Exception:  # whatever it is, pictures are judged
                log.exception("The model could not be looked after")

    def _arrived_since(self, before: int) -> bool:
        return self._arrived != before

    def stop(self) -> None:
        self._inference.shutdown(cancel_futures=True)
        self._disk.submit(self._cache.close)
        self._disk.shutdown()
        self.model.stop()

    async def score(self, data: bytes, hints: Hints) -> Judged:
        """Raises a PictureError, NotReady, Busy."""
        serving = self.model.ready()
        asked = Asked(hashlib.sha256(data).hexdigest(), hints, serving.stamp)
        if asked not in self._judging:
            self._let_in()
        judged = await self._judging.join(asked, lambda: self._judge(serving, data, asked))
        self.metrics.judged(judged)
        return judged

    async def _judge(self, serving: Serving, data: bytes, asked: Asked) -> Judged:
        key = self._key(asked)
        remembered = await _on(self._disk, lambda: self._cache.get(key))
        self.metrics.remembered(remembered is not None)
        if remembered is None:
            with serving.used():
                async with self._slots:
                    with self.metrics.decoding():
                        prepared = await serving.workers.prepare(data, asked.hints)
                    with self.metrics.scoring():
                        judged = await self._infer(lambda: serving.judge.decide(prepared))
            remembered = Remembered(judged, prepared.likeness)
            if all(entry.says != "failed" for entry in judged.evidence):
                await _on(self._disk, lambda: self._cache.put(key, judged, prepared.likeness))
        return await _on(self._disk, lambda: with_larger(remembered, self._cache))

    @property
    def waiting(self) -> int:
        """Pictures that are being judged or drawn, or wait for it."""
        return len(self._judging) + len(self._drawing)

    def _let_in(self) -> None:
        """Counts a picture that is new work. Raises Busy."""
        self._arrived += 1
        if self.waiting >= self.settings.queue:
            raise Busy(f"{self.waiting} pictures are waiting already. Try again in a second.")

    async def heat(self, data: bytes) -> bytes:
        """PNG of where the model sees traces. Raises a PictureError, NotReady, Busy, NoEvidenceMap."""
        serving = self.model.ready()
        self._let_in()
        asked = Asked(hashlib.sha256(data).hexdigest(), Hints(), serving.stamp)
        return await self._drawing.join(asked, lambda: self._draw(serving, data))

    async def _draw(self, serving: Serving, data: bytes) -> bytes:
        with serving.used():
            async with self._slots:
                prepared = await serving.workers.prepare(data, Hints())
                return await self._infer(lambda: serving.judge.draw(prepared))

    async def _infer(self, work: Callable[[], Result]) -> Result:
        """A run of the model cannot be stopped, but nobody waits for one that hangs, as with a GPU that does.
        Raises PictureTimedOut."""
        try:
            async with asyncio.timeout(self.settings.patience):
                return await _on(self._inference, work)
        except TimeoutError as error:
            raise PictureTimedOut(
                f"The model took longer than {self.settings.patience:.0f} seconds. If that happens again, "
                f"start Candid again."
            ) from error

    def _key(self, asked: Asked) -> str:
        """What a verdict is kept under. Hashed: labels are words of a page and stay out of the file."""
        trust = trust_list.version(self.settings.data / TRUST)
        parts = (asked.sha256, repr(asked.hints), asked.stamp, repr(trust))
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    async def correct(self, data: bytes, label: Label) -> None:
        """Keeps the reader's word for training. Raises a PictureError, NotReady, Busy, NotKept."""
        judged = await self.score(data, Hints())
        await _on(self._disk, lambda: keep(self.settings.data / CORRECTIONS, data, label, judged))
        log.info("A correction was kept (%s).", label)

    def health(self) -> Health:
        judge = self.model.serving.judge if self.model.serving else None
        return Health(
            status="ready" if judge else "starting",
            version=version(),
            provider=judge.session.provider if judge else None,
            device=judge.session.device if judge else None,
            model=judge.folder.judged_model if judge else None,
            refused=self.model.refused,
            minimum_side=MIN_SIDE,
        )

    def ask_to_pair(self, name: str) -> Request:
        """The code goes to this user's terminals alone. Raises PairingLocked."""
        request = self._pairings.ask(name)
        self._show_codes()
        log.warning(
            "\n  %s asks to be paired. The code to type there, within %.0f minutes:  %s %s\n",
            name, LIFETIME / 60, request.code[:3], request.code[3:],
        )  # fmt: skip
        return request

    def pair(self, id: str, code: str) -> str:
        """The token. Raises WrongCode, PairingEnded, DataFolderError."""
        try:
            entry, token = self.tokens.issue(self._pairings.answer(id, code))
        finally:
            self._show_codes()
        log.info("%s is paired (%s).", entry.name, entry.id)
        return token

    def _show_codes(self) -> None:
        """To `python -m backend pair`."""
        now = time.time()
        shown = [
            ShownCode(name=each.name, code=each.code, until=now + left)
            for each, left in self._pairings.open()
        ]
        show_codes(self.settings.data, shown)


def version() -> str:
    """Of this package; "0" where it runs from a checkout that is not installed."""
    try:
        return metadata.version("candid")
    except metadata.PackageNotFoundError:
        return "0"
