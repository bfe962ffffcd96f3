"""The door: which requests may reach the service at all. An ASGI middleware, outermost.

A page in the reader's browser can send requests to any port of this machine. Two headers that it
cannot forge tell it apart: Host (a rebound name is not ours) and Origin (a page's is http or https).
Our extension's requests come without Origin, or with that of an extension.
"""

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from backend.errors import ForbiddenHost, ForbiddenOrigin, RequestError

HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})
EXTENSION_ORIGINS = ("chrome-extension://", "moz-extension://")
PROBLEM_JSON = "application/problem+json"


class Guard:
    """Answers 403 with a problem where a request is not for us."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (error := refusal(Headers(scope=scope))) is not None:
            problem = error.problem()
            response = JSONResponse(problem.model_dump(), problem.status, media_type=PROBLEM_JSON)
            await response(scope, receive, send)
            return
        await self.app(scope, receive, send)


def refusal(headers: Headers) -> RequestError | None:
    """Why a request with these headers is not answered; None where it is. Pure."""
    host = headers.get("host", "")
    name = host if host.endswith("]") else host.rsplit(":", 1)[0] if ":" in host else host
    if name.lower() not in HOSTS:
        return ForbiddenHost("This service answers requests to 127.0.0.1 or localhost only.")
    origin = headers.get("origin")
    if origin is not None and not origin.startswith(EXTENSION_ORIGINS):
        return ForbiddenOrigin("This service answers the Candid extension and local programs, not web pages.")
    return None
