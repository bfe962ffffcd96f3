"""Which model folder is wanted now, and whether it is another than before: asked every second.

In: a function that names the folder (settings, read again). Out: the folder, once for each change and only
when it has come to rest, since folders are copied file by file.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from backend.errors import SettingsError

Wanted = Callable[[], Path]


@dataclass(frozen=True, slots=True)
class _Seen:
    """Differs whenever the choice or a file of the folder does."""

    folder: Path | None
    files: tuple[object, ...]
    error: str = ""


class ModelWatch:
    """What is there when it is made counts as known."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._known = self._before = self._look()

    def change(self) -> Path | None:
        """The folder to load, or None. Raises SettingsError, once, where the settings became unreadable."""
        now = self._look()
        rests = now == self._before
        self._before = now
        if now == self._known or not rests:
            return None
        self._known = now
        if now.error:
            raise SettingsError(now.error)
        return now.folder

    def _look(self) -> _Seen:
        try:
            folder = self._wanted()
        except SettingsError as error:
            return _Seen(None, (), str(error))
        return _Seen(folder, _files(folder))


def _files(folder: Path) -> tuple[object, ...]:
    """Name, number, time and size of each file: a copied file with the old time has another number."""
    try:
        stats = [(path.name, path.stat()) for path in sorted(folder.iterdir()) if path.is_file()]
    except OSError:
        return ()  # gone, or in the middle of being replaced
    return tuple((name, stat.st_ino, stat.st_mtime_ns, stat.st_size) for name, stat in stats)
