"""Who may ask the service: this user's programs, by the token file; what was paired, by its own token.

Tokens of paired programs are kept as sha256 only: who reads the file cannot ask with it. 256 random bits
need no slow hash. Both files are read again when they change, so that a revoked token ends at once.
"""

import hashlib
import hmac
import logging
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from backend.data_folder import PAIRED, TOKEN, open_data_folder, write_private
from backend.errors import DataFolderError

log = logging.getLogger(__name__)
PREFIX = "candid_"  # lets scanners of leaked secrets know what they found


class Paired(BaseModel):
    """A program that was paired."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    name: str
    since: str  # ISO 8601, UTC
    sha256: str


class _PairedFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    format: int = 1
    paired: list[Paired] = []


@dataclass(frozen=True, slots=True)
class _Read:
    """What the files said, and the stamps of the files that said it."""

    stamps: tuple[object, ...]
    hashes: tuple[bytes, ...]


class Tokens:
    """The tokens in a data folder, which is made where it is not there."""

    def __init__(self, folder: Path) -> None:
        """Raises DataFolderError."""
        self._token = open_data_folder(folder) / TOKEN
        self._paired = folder / PAIRED
        self._read: _Read | None = None
        self.own()

    def own(self) -> str:
        """The token of this user's own programs; made when first asked for. Raises DataFolderError."""
        try:
            token = self._token.read_text(encoding="ascii").strip()
            if token:
                self._token.chmod(0o600)  # a copied folder may have lost it
                return token
        except FileNotFoundError:
            pass
        except (OSError, UnicodeDecodeError) as error:
            raise DataFolderError(
                f"{self._token} cannot be read ({error}). Delete it: a new one is made."
            ) from error
        write_private(self._token, new_token() + "\n")
        return self.own()

    def accepts(self, token: str) -> bool:
        """Takes the same time for a token that is nearly right as for one that is not at all."""
        presented = _digest(token)
        matches = [hmac.compare_digest(presented, known) for known in self._hashes()]
        return any(matches)

    def paired(self) -> list[Paired]:
        """Oldest first. A broken file is moved aside: nobody is paired then."""
        try:
            return _PairedFile.model_validate_json(self._paired.read_bytes()).paired
        except FileNotFoundError:
            return []
        except ValidationError:
            aside = self._paired.with_name(f"{PAIRED}.broken-{int(time.time())}")
            self._paired.rename(aside)
            log.warning("%s is broken and was moved to %s: pair again.", self._paired, aside.name)
            return []

    def issue(self, name: str) -> tuple[Paired, str]:
        """A new token for `name`; this is the only time that it can be seen. Raises DataFolderError."""
        token = new_token()
        entry = Paired(
            id=secrets.token_hex(4),
            name=name,
            since=datetime.now(UTC).isoformat(timespec="seconds"),
            sha256=_digest(token).hex(),
        )
        self._write([*self.paired(), entry])
        return entry, token

    def revoke(self, id: str) -> bool:
        """False where nothing is paired under it. Raises DataFolderError."""
        before = self.paired()
        after = [entry for entry in before if entry.id != id]
        self._write(after)
        return len(after) < len(before)

    def _write(self, paired: list[Paired]) -> None:
        write_private(self._paired, _PairedFile(paired=paired).model_dump_json(indent=2) + "\n")

    def _hashes(self) -> tuple[bytes, ...]:
        stamps = (_stamp(self._token), _stamp(self._paired))
        if self._read is None or self._read.stamps != stamps:
            hashes = [_digest(self.own()), *(bytes.fromhex(entry.sha256) for entry in self.paired())]
            self._read = _Read((_stamp(self._token), _stamp(self._paired)), tuple(hashes))
        return self._read.hashes


def new_token() -> str:
    return PREFIX + secrets.token_urlsafe(32)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _stamp(path: Path) -> object:
    """Changes whenever the file is written: every write makes a new file."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size
