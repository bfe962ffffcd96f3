"""The reader's corrections, kept so that training reads the folder as it is.

    corrections/real/3f2a....jpg   the picture's bytes        corrections/fake/...
    corrections/real/3f2a....json  what the model had said, and when the reader disagreed

`python -m training.fit --data .../corrections` learns from them; its gathering looks at endings only.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from backend.contract import Judged
from backend.data_folder import open_data_folder, write_private
from backend.errors import DataFolderError, NotKept

Label = Literal["real", "fake"]
OTHER: dict[Label, Label] = {"real": "fake", "fake": "real"}
ENDINGS = {"JPEG": ".jpg"}  # others are named as their format


def keep(folder: Path, data: bytes, label: Label, judged: Judged) -> Path:
    """The picture's file. Who changes their mind moves it to the other label. Raises NotKept."""
    name = judged.picture.sha256
    ending = ENDINGS.get(judged.picture.format, f".{judged.picture.format.lower()}")
    said = {
        "label": label,
        "corrected": datetime.now(UTC).isoformat(timespec="seconds"),
        "judged": judged.model_dump(),
    }
    try:
        place = open_data_folder(folder / label)
        write_private(place / f"{name}.json", json.dumps(said, indent=2) + "\n")
        file = place / f"{name}{ending}"
        write_private(file, data)
        for leftover in (f"{name}.json", f"{name}{ending}"):
            (folder / OTHER[label] / leftover).unlink(missing_ok=True)
    except (DataFolderError, OSError) as error:
        raise NotKept(f"The correction was not kept: {error}") from error
    return file
