"""Codes of pairings that are open, in the data folder: so that `python -m backend pair` can show them where
the service has no terminal. For the user alone, as the token beside them; gone when the pairing ends."""

import logging
import time
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from backend.data_folder import CODES, write_private
from backend.errors import DataFolderError

log = logging.getLogger("candid")


class ShownCode(BaseModel):
    """A program that asks, and what must be typed there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    code: str
    until: float  # s since 1970


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    open: list[ShownCode] = []


def show_codes(folder: Path, codes: Iterable[ShownCode]) -> None:
    """In place of those before. Where the disk is full, the service's own log still has them."""
    shown = _File(open=list(codes))
    try:
        if shown.open:
            write_private(folder / CODES, shown.model_dump_json() + "\n")
        else:
            (folder / CODES).unlink(missing_ok=True)
    except (DataFolderError, OSError) as error:
        log.warning("The code is shown here alone: %s", error)


def shown_codes(folder: Path) -> list[ShownCode]:
    """Those that are still valid; none where nothing is open."""
    try:
        found = _File.model_validate_json((folder / CODES).read_bytes()).open
    except (OSError, ValidationError):
        return []
    return [each for each in found if each.until > time.time()]
