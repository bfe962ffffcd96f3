"""Everything that can go wrong, as one tree.

CandidError                   base; never a verdict
├── PictureError              the picture cannot be judged: the sender should know why
│   ├── EmptyBody             no bytes came
│   ├── NotAPicture           the bytes are no picture of a known kind
│   ├── UnsupportedFormat     a picture, but of a format that is not on the allow-list
│   ├── Truncated             the picture ends too early or is damaged
│   ├── TooManyBytes          larger than the byte limit
│   ├── TooManyPixels         larger than the pixel limit, or than memory (decompression bombs)
│   ├── TooSmall              too small to say anything about
│   ├── PictureTimedOut       its decoder ran too long and was stopped, or the model did not end
│   └── Undecodable           its decoder crashed
├── RequestError              the request is not one we take
│   ├── ForbiddenHost         not addressed to this machine: DNS rebinding
│   ├── ForbiddenOrigin       sent by a web page
│   ├── Unauthorised          no token, or one that is not (or no longer) ours
│   ├── WrongCode             not the code that the terminal shows
│   ├── PairingEnded          its two minutes or its five tries are over
│   ├── PairingLocked         too many requests or wrong codes
│   ├── SlowRequest           the body does not arrive
│   └── AskerLeft             the sender did not wait for the answer
├── NoEvidenceMap             the model does not say where it sees traces
├── ServiceError              the service cannot answer now
│   ├── NotReady              the model is still being loaded
│   ├── Busy                  too many pictures are waiting
│   └── NotKept               a correction could not be written
└── StartupError              `python -m backend` cannot start: printed, exit status 1
    ├── ModelFolderError      model.json or a weight file is missing, broken or of another version
    ├── SettingsError         a flag, a variable or the settings' file says what cannot be
    ├── DataFolderError       the user's data folder cannot be used
    ├── TrustListError        a trust list that is none, or that cannot be fetched, kept or read
    ├── NotLoopback           another address than this machine's, and not asked for twice
    ├── AutostartError        the system does not start the service by itself
    └── PortTaken             another program listens there
"""

from typing import ClassVar

from backend.contract import Problem, Reason


class CandidError(Exception):
    """Base of all; carries a sentence for people."""


class WireError(CandidError):
    """An error with a place in the wire contract."""

    reason: ClassVar[Reason] = "internal"
    status: ClassVar[int] = 500

    def problem(self) -> Problem:
        return Problem(status=self.status, reason=self.reason, message=str(self))


class PictureError(WireError):
    status = 422


class EmptyBody(PictureError):
    reason, status = "empty_body", 400


class NotAPicture(PictureError):
    reason, status = "not_a_picture", 415


class UnsupportedFormat(PictureError):
    reason, status = "unsupported_format", 415


class Truncated(PictureError):
    reason = "truncated"


class TooManyBytes(PictureError):
    reason, status = "too_many_bytes", 413


class TooManyPixels(PictureError):
    reason, status = "too_many_pixels", 413


class TooSmall(PictureError):
    reason = "too_small"


class PictureTimedOut(PictureError):
    reason = "timed_out"


class Undecodable(PictureError):
    reason = "undecodable"


class RequestError(WireError):
    status = 403


class ForbiddenHost(RequestError):
    reason = "forbidden_host"


class ForbiddenOrigin(RequestError):
    reason = "forbidden_origin"


class Unauthorised(RequestError):
    reason, status = "unauthorised", 401


class WrongCode(RequestError):
    reason = "wrong_code"


class PairingEnded(RequestError):
    reason, status = "pairing_ended", 410


class PairingLocked(RequestError):
    reason, status = "pairing_locked", 429


class SlowRequest(RequestError):
    reason, status = "timed_out", 408


class AskerLeft(RequestError):
    reason, status = "invalid_request", 499


class NoEvidenceMap(WireError):
    """Judging works, drawing does not: another model may have an evidence map."""

    reason, status = "not_found", 404


class ServiceError(WireError):
    status = 503


class NotReady(ServiceError):
    reason = "not_ready"


class Busy(ServiceError):
    reason = "busy"


class NotKept(ServiceError):
    reason, status = "not_kept", 507


class StartupError(CandidError):
    """Printed at start-up, without a traceback."""


class ModelFolderError(StartupError):
    """model.json or a weight file is missing, broken or of another version."""


class SettingsError(StartupError):
    """A setting has a value that it cannot have; the message names where it came from."""


class DataFolderError(StartupError):
    """The user's data folder cannot be made, read or written."""


class TrustListError(StartupError):
    """The file is no list of certificates, or cannot be fetched, kept or read."""


class NotLoopback(StartupError):
    """Listening for other machines has to be asked for by a flag of its own."""


class AutostartError(StartupError):
    """The system's own means to start a program at login failed, or are not known."""


class PortTaken(StartupError):
    """Another program listens on the port."""
