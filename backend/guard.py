"""The door: which requests may reach the service at all. An ASGI middleware.

A page in the reader's browser can send requests to any port of this machine. Two headers that it
cannot forge tell it apart: Host (a rebound name is not ours) and Origin (a page's is http or https).
Our extension's requests come without Origin, or with that of an extension. Other extensions and other
users of the machine can send both: they have no token, which every route but the pairing wants.
"""

import ipaddress
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from backend.answers import answer
from backend.errors import ForbiddenHost, ForbiddenOrigin, RequestError, Unauthorised

NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
EXTENSION_ORIGINS = ("chrome-extension://", "moz-extension://")
OPEN = "/v1/pairing"  # and what lies below it: how a program gets its token

Accepts = Callable[[str], bool]


class Guard:
    """Answers with a problem where a request is not for us. `accepts` knows the tokens."""

    def __init__(self, app: ASGIApp, accepts: Accepts, exposed: bool = False) -> None:
        self.app, self._accepts, self._exposed = app, accepts, exposed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            error = refusal(Headers(scope=scope), scope["path"], self._accepts, self._exposed)
            if error is not None:
                await answer(error.problem(), scope)(scope, receive, send)
                return
        await self.app(scope, receive, send)


def refusal(headers: Headers, path: str, accepts: Accepts, exposed: bool = False) -> RequestError | None:
    """Why a request with these headers is not answered; None where it is."""
    if not _is_ours(headers.get("host", ""), exposed):
        return ForbiddenHost("This service answers requests to 127.0.0.1 or localhost only.")
    origin = headers.get("origin")
    if origin is not None and not origin.startswith(EXTENSION_ORIGINS):
        return ForbiddenOrigin("This service answers the Candid extension and local programs, not web pages.")
    if path == OPEN or path.startswith(f"{OPEN}/"):
        return None
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not accepts(token.strip()):
        return Unauthorised(
            "Send `Authorization: Bearer TOKEN`. Pair the extension, or see `python -m backend token`."
        )
    return None


def _is_ours(host: str, exposed: bool) -> bool:
    """Rebinding needs a name: whoever is reached by an address was asked at that address."""
    name = host[1 : host.index("]")] if host.startswith("[") and "]" in host else host.rsplit(":", 1)[0]
    if name.lower() in NAMES:
        return True
    return exposed and _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
