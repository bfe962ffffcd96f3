"""How the service's log is written: for people, as JSON, or without the line of each request."""

import logging
from typing import Literal

from pythonjsonlogger.json import JsonFormatter

Log = Literal["text", "json", "quiet"]


def write_logs(how: Log) -> None:
    """To standard error, from INFO on."""
    handler = logging.StreamHandler()
    if how == "json":
        names = {"levelname": "level", "name": "logger"}
        fields = "{levelname}{name}{message}"
        handler.setFormatter(JsonFormatter(fields, style="{", timestamp="time", rename_fields=names))
    logging.basicConfig(level=logging.INFO, format="%(message)s", handlers=[handler], force=True)
    if how == "quiet":
        logging.getLogger("candid.requests").setLevel(logging.WARNING)
