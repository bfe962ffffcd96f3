"""Each request is counted and gets one line in the log: an ASGI middleware, outside the door.

    POST /v1/score 200 fake 41 ms

The route as it is declared, the status, the word of the answer (a verdict, or a problem's reason) and the
time. Never the address that was asked, a header, or anything of a picture.
"""

import logging
import time
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.metrics import Metrics

log = logging.getLogger("candid.requests")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def say(scope: Any, word: str) -> None:
    """What the answer comes down to, for the line of the request."""
    scope.setdefault("state", {})["said"] = word


class RequestsSeen:
    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status, begun = 0, time.perf_counter()

        async def heard(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                # Now, not at the end: who has the answer finds itself counted.
                status = message["status"]
                self._tell(scope, status, time.perf_counter() - begun)
            await send(message)

        try:
            await self.app(scope, receive, heard)
        finally:
            if status == 0:  # nobody waits for an answer any more
                self._tell(scope, status, time.perf_counter() - begun)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in METHODS else "other"
        route = getattr(scope.get("route"), "path", "none")  # refused at the door, or there is none
        said = scope.get("state", {}).get("said", "")
        self._metrics.answered(method, route, status)
        milliseconds = round(1000 * seconds)
        facts = {"method": method, "route": route, "status": status, "said": said, "ms": milliseconds}
        words = " ".join(str(fact) for fact in (method, route, status, said) if fact != "")
        log.info("%s %d ms", words, milliseconds, extra=facts)
