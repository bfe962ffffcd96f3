"""Views of several pictures in one run: what arrives while the device is at work is its next batch.

Nobody waits for company: a picture that comes alone is run alone, at once. Batches are filled up to a few
sizes, since cuDNN looks for its fastest algorithm anew for each one.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

SIZES: Final = (4, 8, 16, 32, 64)  # views in a run

Views = NDArray[np.uint8]  # [n, side, side, 3]
Outputs = Sequence[NDArray[np.float32]]  # each [n, ...]


class _Waiting(NamedTuple):
    views: Views
    outputs: "Future[Outputs]"


class DynamicBatching:
    """`run` takes a batch of one of SIZES; it is called from one thread at a time."""

    def __init__(self, run: Callable[[Views], Outputs]) -> None:
        self._run = run
        self._waiting: deque[_Waiting] = deque()
        self._running = False
        self._changed = threading.Condition()  # guards both

    def __call__(self, views: Views) -> Outputs:
        """The outputs for these views; they may share a run with others'. Safe to call from several
        threads. Raises what `run` raises, to all whose views were in that run."""
        mine = _Waiting(views, Future())
        with self._changed:
            self._waiting.append(mine)
        while (batch := self._turn(mine)) is not None:
            self._run_for(batch)
            with self._changed:
                self._running = False
                self._changed.notify_all()
        return mine.outputs.result()

    @property
    def waiting(self) -> int:
        """Pictures that are in no run yet."""
        return len(self._waiting)

    def _turn(self, mine: _Waiting) -> list[_Waiting] | None:
        """Waits until the device is free, for the next batch, the oldest first, with `mine` or before it;
        None once another thread has run `mine`."""
        with self._changed:
            self._changed.wait_for(lambda: mine.outputs.done() or not self._running)
            if mine.outputs.done():
                return None
            self._running = True
            batch = [self._waiting.popleft()]
            while self._waiting and _count(batch) + len(self._waiting[0].views) <= SIZES[-1]:
                batch.append(self._waiting.popleft())
            return batch

    def _run_for(self, batch: Sequence[_Waiting]) -> None:
        try:
            outputs = self._in_pieces(np.concatenate([each.views for each in batch]))
        except Exception as error:
            for each in batch:
                each.outputs.set_exception(error)
            return
        ends = np.cumsum([len(each.views) for each in batch])[:-1]
        shares = zip(*(np.split(output, ends) for output in outputs), strict=True)
        for each, share in zip(batch, shares, strict=True):
            each.outputs.set_result(share)

    def _in_pieces(self, views: Views) -> Outputs:
        """One picture may have more views than the largest run."""
        pieces = np.split(views, range(SIZES[-1], len(views), SIZES[-1]))
        return [np.concatenate(parts) for parts in zip(*map(self._filled_up, pieces), strict=True)]

    def _filled_up(self, views: Views) -> Outputs:
        size = next(size for size in SIZES if size >= len(views))
        filling = np.zeros((size - len(views), *views.shape[1:]), np.uint8)
        return [output[: len(views)] for output in self._run(np.concatenate([views, filling]))]


def _count(batch: Sequence[_Waiting]) -> int:
    return sum(len(each.views) for each in batch)
