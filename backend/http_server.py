"""How the service is put on the network: uvicorn, with an end to waiting for the head of a request.

uvicorn has no such end: its timer for idle connections stops at the first byte, so that a sender of one byte
a minute holds a connection for good. Bodies have theirs in bodies.py; once a request is whole, it takes what
it takes. After an answer the time begins anew with the first byte, be it of a next request or of a body that
nobody reads any more.
"""

import asyncio
import sys
from typing import Any, ClassVar, Final

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

OPEN_FILES: Final = 8192  # connections and pictures of a bad day; systems begin with 1024 or 256


class PatientProtocol(H11Protocol):
    """Of one connection."""

    HEAD: ClassVar[float] = 10.0  # s from the first byte, or the connection, to the end of the head

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)  # type: ignore[arg-type]
        self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._wait_no_more()
        elif self._waiting is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_no_more()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._waiting = self.loop.call_later(self.HEAD, self._close)

    def _wait_no_more(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _close(self) -> None:
        self._waiting = None
        if not self.transport.is_closing():
            self.transport.close()


def server_for(app: ASGIApp, protocol: type[PatientProtocol] = PatientProtocol) -> uvicorn.Server:
    """Its log goes where the service's own goes; each request has its line there already."""
    return uvicorn.Server(
        uvicorn.Config(app, http=protocol, ws="none", log_level="warning", access_log=False, log_config=None)
    )


def allow_open_files(wanted: int = OPEN_FILES) -> None:
    """As many as the system lets this program have without asking; Windows has no such limit."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
