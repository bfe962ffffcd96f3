"""`python -m backend scan DIR`: every picture below a folder to a table on disk.

A row is written as soon as its picture is judged; a scan that was stopped goes on where it ended, and files
that did not change since are not judged again.
"""

import asyncio
import csv
import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from backend.app import open_judge
from backend.commandline.options import give_up
from backend.errors import CandidError, StartupError, WireError
from backend.evidence.hints import Hints
from backend.judge import Judge
from backend.picture import ENDINGS
from backend.settings import Settings
from backend.workers import Workers

MOST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Row:
    """One file of the table. `verdict` is empty where `failed` says why."""

    file: str  # below the scanned folder
    verdict: str
    probability: float | None
    decided_by: str
    failed: str  # the wire's reason
    sha256: str
    bytes: int
    modified: int  # ns since 1970
    model: str  # sha256 of its weights


def scan(settings: Settings, folder: Path, out: Path) -> int:
    """The exit status: 3 when one is fake, else 0."""
    try:
        judge = open_judge(settings)
        known = {row.file: row for row in read(out) if row.model == judge.folder.weights.sha256}
    except (StartupError, ValueError, OSError) as error:
        give_up(CandidError(str(error)), "The scan cannot start.")
    todo = [path for path in pictures(folder) if not _is_known(path, folder, known)]
    if not todo and not known:
        give_up(CandidError(f"{folder} holds no pictures ({', '.join(sorted(ENDINGS))})."), "Nothing to do.")
    rows = dict(known)
    write(out, rows.values())  # without rows of other models or changed files, which are judged again
    with out.open("a", encoding="utf-8", newline="") as file, Progress() as progress:
        bar = progress.add_task("judging", total=len(todo))

        async def run() -> None:
            async for row in _judged(judge, settings, folder, todo):
                rows[row.file] = row
                file.write(_line(row, out))
                file.flush()
                progress.advance(bar)

        asyncio.run(run())
    summary(list(rows.values()), out)
    return 3 if any(row.verdict == "fake" for row in rows.values()) else 0


def pictures(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.suffix.lower() in ENDINGS and path.is_file())


def read(out: Path) -> Iterator[Row]:
    """The rows of a table; a last line that was cut off is left out. Raises ValueError for another table."""
    if not out.exists():
        return
    with out.open(encoding="utf-8", newline="") as file:
        if out.suffix == ".csv":
            yield from (row for row in map(_row, csv.DictReader(file)) if row is not None)
        else:
            yield from (row for row in map(_row, _objects(file)) if row is not None)


def write(out: Path, rows: Any) -> None:
    part = out.with_name(f"{out.name}.part")
    head = ",".join(field.name for field in fields(Row)) + "\r\n" if out.suffix == ".csv" else ""
    part.write_text(head + "".join(_line(row, out) for row in rows), encoding="utf-8", newline="")
    part.replace(out)


def summary(rows: list[Row], out: Path) -> None:
    console = Console()
    table = Table("verdict", "pictures", box=None)
    for word, number in Counter(row.verdict or f"not judged: {row.failed}" for row in rows).most_common():
        table.add_row(word, str(number))
    console.print(table)
    fakes = sorted((row for row in rows if row.verdict == "fake"), key=lambda row: -(row.probability or 0))
    for row in fakes[:MOST_SHOWN]:
        console.print(Text(f"  fake {row.probability:.2f}  {row.file}"))
    console.print(Text(f"{len(rows)} rows in {out}"))


async def _judged(judge: Judge, settings: Settings, folder: Path, todo: list[Path]) -> AsyncIterator[Row]:
    model = judge.folder.model
    workers = Workers(settings.workers, judge.rungs, model.views, model.input, settings.patience)
    slots = asyncio.Semaphore(2 * settings.workers)

    async def one(path: Path) -> Row:
        async with slots:
            return await _one(judge, workers, path, folder)

    try:
        for row in asyncio.as_completed([asyncio.create_task(one(path)) for path in todo]):
            yield await row
    finally:
        workers.stop()


async def _one(judge: Judge, workers: Workers, path: Path, folder: Path) -> Row:
    name, weights = str(path.relative_to(folder)), judge.folder.weights.sha256
    status = path.stat()
    try:
        prepared = await workers.prepare(path.read_bytes(), Hints())
        judged = await asyncio.to_thread(judge.decide, prepared)
    except WireError as error:
        return Row(name, "", None, "", error.reason, "", status.st_size, status.st_mtime_ns, weights)
    except OSError as error:
        return Row(name, "", None, "", str(error.strerror), "", status.st_size, status.st_mtime_ns, weights)
    return Row(
        name, judged.verdict, round(judged.probability, 4), judged.decided_by, "", judged.picture.sha256,
        status.st_size, status.st_mtime_ns, weights,
    )  # fmt: skip


def _is_known(path: Path, folder: Path, known: dict[str, Row]) -> bool:
    row = known.get(str(path.relative_to(folder)))
    if row is None:
        return False
    status = path.stat()
    if (row.bytes, row.modified) == (status.st_size, status.st_mtime_ns):
        return True
    del known[row.file]
    return False


def _line(row: Row, out: Path) -> str:
    if out.suffix != ".csv":
        return json.dumps(asdict(row)) + "\n"
    cells = ("" if value is None else str(value) for value in asdict(row).values())
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in cells) + "\r\n"


def _objects(lines: Any) -> Iterator[dict[str, Any]]:
    for line in lines:
        try:
            yield json.loads(line)
        except json.JSONDecodeError:  # the last one, where the scan was killed
            return


def _row(values: dict[str, Any]) -> Row | None:
    names = {field.name for field in fields(Row)}
    if set(values) != names:
        raise ValueError("The file is there and is no table of a scan. Give another with --out.")
    if any(value is None for name, value in values.items() if name != "probability"):
        return None  # cut off
    probability = values["probability"]
    try:
        return Row(
            **{
                **values,
                "probability": None if probability in ("", None) else float(probability),
                "bytes": int(values["bytes"]),
                "modified": int(values["modified"]),
            }
        )
    except ValueError:
        return None
