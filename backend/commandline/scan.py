"""`python -m backend scan DIR`: every picture below a folder to a table on disk.

A row is written as soon as its picture is judged; a scan that was stopped goes on where it ended, and files
that did not change since are not judged again.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table as Grid
from rich.text import Text

from backend.commandline.options import give_up
from backend.commandline.scan_table import Row, Table
from backend.errors import CandidError, StartupError, WireError
from backend.evidence.hints import Hints
from backend.judge import Judge
from backend.open_judge import open_judge
from backend.picture import ENDINGS
from backend.settings import Settings
from backend.workers import Workers

MOST_SHOWN = 10


def scan(settings: Settings, folder: Path, out: Path) -> int:
    """The exit status: 3 when one is fake, else 0."""
    try:
        table = Table(out)
        judge = open_judge(settings)
        known = {row.file: row for row in table.read() if row.model == judge.folder.weights.sha256}
    except (StartupError, ValueError, OSError) as error:
        give_up(CandidError(str(error)), "The scan cannot start.")
    todo = [path for path in pictures(folder) if not _is_known(path, folder, known)]
    if not todo and not known:
        give_up(CandidError(f"{folder} holds no pictures ({', '.join(sorted(ENDINGS))})."), "Nothing to do.")
    rows = dict(known)
    table.begin(rows.values())  # without rows of other models or changed files, which are judged again
    with closing(table), Progress() as progress:
        bar = progress.add_task("judging", total=len(todo))

        async def run() -> None:
            async for row in _judged(judge, settings, folder, todo):
                rows[row.file] = row
                table.add(row)
                progress.advance(bar)

        asyncio.run(run())
    table.end(rows.values())
    summary(list(rows.values()), out)
    return 3 if any(row.verdict == "fake" for row in rows.values()) else 0


def pictures(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.suffix.lower() in ENDINGS and path.is_file())


def summary(rows: list[Row], out: Path) -> None:
    console = Console()
    counts = Grid("verdict", "pictures", box=None)
    for word, number in Counter(row.verdict or f"not judged: {row.failed}" for row in rows).most_common():
        counts.add_row(word, str(number))
    console.print(counts)
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
