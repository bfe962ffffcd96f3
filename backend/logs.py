"""How the service's log is written: for people, as JSON, or without the line of each request."""

import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final, Literal

from pythonjsonlogger.json import JsonFormatter

LOG: Final = "candid.log"
LARGEST: Final = 1_000_000  # bytes, of two such files
Log = Literal["text", "json", "quiet"]


def write_logs(how: Log, data: Path) -> None:
    """To standard error, from INFO on; to the data folder where there is none (Windows without a window)."""
    handler: logging.Handler = logging.StreamHandler()
    if sys.stderr is None:
        handler = RotatingFileHandler(data / LOG, maxBytes=LARGEST, backupCount=1, encoding="utf-8")
    if how == "json":
        names = {"levelname": "level", "name": "logger"}
        fields = "{levelname}{name}{message}"
        handler.setFormatter(JsonFormatter(fields, style="{", timestamp="time", rename_fields=names))
    logging.basicConfig(level=logging.INFO, format="%(message)s", handlers=[handler], force=True)
    if how == "quiet":
        logging.getLogger("candid.requests").setLevel(logging.WARNING)
