"""Pairing: a program asks, the terminal shows a short code, the reader types it where the program asks.

    ask ──> open ── right code ──> paired (a token of its own)
             ├── two minutes ────> ended
             └── five wrong ─────> ended

Six digits are few, so tries are bounded three times over: five for a request, three requests open at once,
and after twenty-five wrong codes no pairing until the service starts again: a chance of 1 in 40,000 for
whoever guesses. Pure but for the clock, which is given.
"""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from backend.errors import PairingEnded, PairingLocked, WrongCode

LIFETIME = 120.0  # s
TRIES = 5
DIGITS = 6
MOST_OPEN = 3
MOST_WRONG = 25


@dataclass(slots=True)
class Request:
    """An open request."""

    id: str
    name: str
    code: str
    ends: float  # of the clock
    tries: int = TRIES


class Pairings:
    """The open requests of this run of the service."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._open: dict[str, Request] = {}
        self._wrong = 0

    def ask(self, name: str) -> Request:
        """Raises PairingLocked."""
        self._forget_old()
        if self._wrong >= MOST_WRONG:
            raise PairingLocked("Too many wrong codes were sent. Start Candid again to pair.")
        if len(self._open) >= MOST_OPEN:
            raise PairingLocked("Other pairings are open. Try again in two minutes.")
        code = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
        request = Request(secrets.token_urlsafe(16), name, code, self._clock() + LIFETIME)
        self._open[request.id] = request
        return request

    def answer(self, id: str, code: str) -> str:
        """The name of what is now paired. Raises PairingEnded, WrongCode."""
        self._forget_old()
        request = self._open.get(id)
        if request is None or self._wrong >= MOST_WRONG:
            raise PairingEnded("This pairing has ended. Ask for a new code.")
        if hmac.compare_digest(request.code.encode(), code.encode()):
            del self._open[id]
            return request.name
        self._wrong += 1
        request.tries -= 1
        if request.tries == 0:
            del self._open[id]
            raise PairingEnded(f"The code was wrong {TRIES} times. Ask for a new one.")
        raise WrongCode(f"The code is wrong. Tries left: {request.tries}.")

    def open(self) -> list[tuple[Request, float]]:
        """Requests that may be answered, each with the seconds it has left."""
        self._forget_old()
        now = self._clock()
        return [(request, request.ends - now) for request in self._open.values()]

    def _forget_old(self) -> None:
        now = self._clock()
        self._open = {id: request for id, request in self._open.items() if request.ends > now}
