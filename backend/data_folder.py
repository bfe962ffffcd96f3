"""The user's data folder: the token, who is paired, remembered verdicts, corrections. For its user alone.

In: a folder (the platform's usual one unless the settings name another). Out: the same, there and closed
to other users (mode 0700 where the system has modes).
"""

import os
import tempfile
from pathlib import Path

from backend.errors import DataFolderError

TOKEN = "token"  # of this user's own programs
PAIRED = "paired.json"  # who else may ask; hashes only
CODES = "pairing.json"  # codes of pairings that are open
TRUST = "trust"  # the folder of the trust list of Content Credentials
TUNING = "tuning.json"  # the fastest way over this machine's cores, by model
VERDICTS = "verdicts.sqlite"
CORRECTIONS = "corrections"  # real/ and fake/, as training reads them


def open_data_folder(folder: Path) -> Path:
    """Makes it where it is not there. Raises DataFolderError."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise DataFolderError(
            f"The data folder {folder} cannot be made ({error.strerror}). Name another with --data."
        ) from error
    return folder


def write_private(path: Path, content: str | bytes) -> None:
    """All of it or nothing, readable by its user alone from the first byte on. Raises DataFolderError."""
    try:
        # mkstemp makes files of mode 0600.
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content.encode() if isinstance(content, str) else content)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise DataFolderError(f"{path} cannot be written ({error.strerror}).") from error
