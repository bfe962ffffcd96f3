"""Pairs the demo's browser by itself: a copy of the built extension that carries a token of its own.

The extension takes the token in its pairing.json where the reader has not paired it. The token ends with
the demo.
"""

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backend.settings import Settings
from backend.tokens import Tokens

FILE = "pairing.json"  # extension/src/judge/token.ts


@contextmanager
def paired(extension: Path, name: str = "Demo browser") -> Iterator[Path]:
    """The folder of a paired copy, while the context lasts. Raises DataFolderError."""
    tokens = Tokens(Settings().data)
    entry, token = tokens.issue(name)
    try:
        with tempfile.TemporaryDirectory(prefix="candid-", ignore_cleanup_errors=True) as folder:
            copy = Path(folder) / extension.name
            shutil.copytree(extension, copy)
            (copy / FILE).write_text(json.dumps({"token": token}))
            yield copy
    finally:
        tokens.revoke(entry.id)
