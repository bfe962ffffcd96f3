"""Verdicts remembered on this machine, in SQLite: the same bytes under the same model are judged once.

A key names bytes, hints, model and everything else that a verdict depends on. It survives kill -9 (a
write-ahead log). A disk that is full or read-only means no cache, never an error; a corrupt file is moved
aside. Only verdicts can be put in. Not safe for several threads.
"""

import logging
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from pydantic import ValidationError

from backend.contract import Judged
from backend.likeness import bands, distance, is_featureless

log = logging.getLogger(__name__)
Result = TypeVar("Result")

SCHEMA: Final = 1  # counted up with the table; a file with another number begins anew
CORRUPT: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
ALIKE: Final = 3  # bits of 64; at most BANDS - 1, or the bands below would miss some
SHAPE: Final = 0.03  # sides may differ by this share in their ratio: a crop is another picture
CLEAN_EVERY: Final = 200  # verdicts
TABLE: Final = """
CREATE TABLE IF NOT EXISTS verdicts (
    key TEXT PRIMARY KEY, judged TEXT NOT NULL, used REAL NOT NULL, model TEXT NOT NULL,
    likeness INTEGER, band0 INTEGER, band1 INTEGER, band2 INTEGER, band3 INTEGER
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_use ON verdicts (used);
CREATE INDEX IF NOT EXISTS by_band0 ON verdicts (band0);
CREATE INDEX IF NOT EXISTS by_band1 ON verdicts (band1);
CREATE INDEX IF NOT EXISTS by_band2 ON verdicts (band2);
CREATE INDEX IF NOT EXISTS by_band3 ON verdicts (band3);
"""


@dataclass(frozen=True, slots=True)
class Remembered:
    """A verdict, and the likeness of its picture; None where the picture is too plain to be recognised."""

    judged: Judged
    likeness: int | None


class VerdictCache:
    """At most `most` verdicts in `file`; those unused the longest go first. 0 remembers nothing."""

    def __init__(self, file: Path, most: int) -> None:
        self._file, self._most = file, most
        self._database: sqlite3.Connection | None = None
        self._given_up = most == 0
        self._put = 0

    def get(self, key: str) -> Remembered | None:
        return self._try(lambda database: self._get(database, key), None)

    def put(self, key: str, judged: Judged, likeness: int) -> None:
        self._try(lambda database: self._keep(database, key, judged, likeness), None)

    def larger(self, likeness: int | None, than: Judged) -> Judged | None:
        """The largest remembered picture that looks the same, has the same shape, and more pixels."""
        if likeness is None:
            return None
        return self._try(lambda database: self._larger(database, likeness, than), None)

    def count(self) -> int:
        return self._try(lambda database: int(_one(database, "SELECT count(*) FROM verdicts")), 0)

    def close(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None

    def _get(self, database: sqlite3.Connection, key: str) -> Remembered | None:
        row = database.execute("SELECT judged, likeness FROM verdicts WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        judged = _parsed(row[0])
        if judged is None:
            return None
        database.execute("UPDATE verdicts SET used = ? WHERE key = ?", (time.time(), key))
        return Remembered(judged, None if row[1] is None else _unsigned(row[1]))

    def _keep(self, database: sqlite3.Connection, key: str, judged: Judged, likeness: int) -> None:
        known = None if is_featureless(likeness) else likeness
        parts = bands(known) if known is not None else (None,) * 4
        row = (key, judged.model_dump_json(), time.time(), judged.model.sha256)
        database.execute(
            "INSERT OR REPLACE INTO verdicts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*row, None if known is None else _signed(known), *parts),
        )
        self._put += 1
        if self._put % CLEAN_EVERY == 1:
            database.execute(
                "DELETE FROM verdicts WHERE key IN "
                "(SELECT key FROM verdicts ORDER BY used DESC LIMIT -1 OFFSET ?)",
                (self._most,),
            )

    def _larger(self, database: sqlite3.Connection, likeness: int, than: Judged) -> Judged | None:
        rows = database.execute(
            "SELECT judged, likeness FROM verdicts "
            "WHERE (band0 = ? OR band1 = ? OR band2 = ? OR band3 = ?) AND model = ?",
            (*bands(likeness), than.model.sha256),
        )
        near = [judged for judged, other in rows if distance(_unsigned(other), likeness) <= ALIKE]
        found = map(_parsed, near)
        fitting = [each for each in found if each is not None and _is_larger(each, than)]
        return max(fitting, key=lambda each: each.picture.width, default=None)

    def _try(self, work: Callable[[sqlite3.Connection], Result], otherwise: Result) -> Result:
        """Whatever is wrong with the file, the picture can be judged without it."""
        if self._given_up:
            return otherwise
        try:
            if self._database is None:
                self._database = _open(self._file)
            return work(self._database)
        except sqlite3.DatabaseError as error:
            self.close()
            if getattr(error, "sqlite_errorcode", None) in CORRUPT and self._move_aside():
                return otherwise
            self._give_up(error)
        except OSError as error:
            self._give_up(error)
        return otherwise

    def _give_up(self, error: Exception) -> None:
        log.warning("Verdicts are not remembered from here on: %s: %s.", self._file, error)
        self._given_up = True

    def _move_aside(self) -> bool:
        aside = self._file.with_name(f"{self._file.name}.broken-{int(time.time())}")
        try:
            self._file.rename(aside)
            for ending in ("-wal", "-shm"):
                self._file.with_name(self._file.name + ending).unlink(missing_ok=True)
        except OSError:
            return False
        log.warning(
            "%s is corrupt and was moved to %s; verdicts are remembered anew.", self._file, aside.name
        )
        return True


def _open(file: Path) -> sqlite3.Connection:
    file.touch(mode=0o600)  # which pictures one has seen is private
    database = sqlite3.connect(file, isolation_level=None, timeout=2, check_same_thread=False)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = NORMAL")  # a power cut may lose the last verdicts, not the file
    if _one(database, "PRAGMA user_version") != SCHEMA:
        database.execute("DROP TABLE IF EXISTS verdicts")
        database.execute(f"PRAGMA user_version = {SCHEMA}")
    database.executescript(TABLE)
    return database


def _parsed(text: str) -> Judged | None:
    """None where it is of another version, or damaged."""
    try:
        return Judged.model_validate_json(text)
    except ValidationError:
        return None


def _one(database: sqlite3.Connection, query: str) -> int:
    return int(database.execute(query).fetchone()[0])


def _is_larger(one: Judged, other: Judged) -> bool:
    big, small = one.picture, other.picture
    ratio = (big.width * small.height) / (big.height * small.width)
    return big.width > small.width and abs(ratio - 1) <= SHAPE


def _signed(value: int) -> int:
    """SQLite's integers have 64 bits and a sign."""
    return value - (1 << 64) if value >= 1 << 63 else value


def _unsigned(value: int) -> int:
    return value & ((1 << 64) - 1)
