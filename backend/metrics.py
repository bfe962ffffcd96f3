"""What the service counts of itself, as Prometheus reads it: GET /v1/metrics, behind the token.

Numbers and words of the contract alone: nothing of a picture, no address, no name of who asked.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4 as CONTENT_TYPE

from backend.contract import Judged

__all__ = ["CONTENT_TYPE", "Metrics"]

# s; a view takes 13 ms on one core of a server, a 100-megapixel picture 3 s to decode.
SECONDS: Final = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)


class Metrics:
    """Of one service; `waiting` tells the length of its queue."""

    def __init__(self, waiting: Callable[[], int]) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)  # memory, time, open files; nothing where there is no /proc
        self._requests = Counter(
            "candid_requests", "Requests answered.", ("method", "route", "status"), registry=registry
        )
        self._verdicts = Counter(
            "candid_verdicts", "Verdicts given, remembered ones too.", ("rung", "verdict"), registry=registry
        )
        self._remembered = Counter(
            "candid_remembered",
            "Pictures whose verdict was remembered (hit) or not.",
            ("found",),
            registry=registry,
        )
        self._seconds = Histogram(
            "candid_seconds", "Time of a picture in a step.", ("step",), buckets=SECONDS, registry=registry
        )
        for step in ("decode", "score"):
            self._seconds.labels(step)
        for found in ("hit", "miss"):
            self._remembered.labels(found)
        queue = Gauge("candid_queue", "Pictures that are judged or wait for it.", registry=registry)
        queue.set_function(waiting)

    def answered(self, method: str, route: str, status: int) -> None:
        """`route` as it is declared, never the path that was asked."""
        self._requests.labels(method, route, status).inc()

    def judged(self, judged: Judged) -> None:
        self._verdicts.labels(judged.decided_by, judged.verdict).inc()

    def remembered(self, hit: bool) -> None:
        self._remembered.labels("hit" if hit else "miss").inc()

    @contextmanager
    def decoding(self) -> Iterator[None]:
        """Decoding, cutting views, and the rungs above the model, with the wait for a worker."""
        with self._seconds.labels("decode").time():
            yield

    @contextmanager
    def scoring(self) -> Iterator[None]:
        """The model, with the wait for a core."""
        with self._seconds.labels("score").time():
            yield

    def text(self) -> bytes:
        return generate_latest(self._registry)
