"""`python -m backend check FILE...`: verdicts with their evidence in the terminal."""

import json
from pathlib import Path

from rich.console import Console
from rich.table import Table

from backend.app import open_judge
from backend.commandline.options import give_up
from backend.contract import Judged
from backend.errors import CandidError, StartupError
from backend.judge import Judge
from backend.settings import Settings

EXIT_STATUS = {"real": 0, "unsure": 0, "fake": 3}
COLOURS = {"fake": "bold red", "real": "default", "unsure": "yellow"}


def check(settings: Settings, files: list[Path], as_json: bool) -> int:
    """The exit status."""
    try:
        judge = open_judge(settings)
    except StartupError as error:
        give_up(error)
    statuses = [_check(judge, file, as_json) for file in files]
    return 1 if 1 in statuses else max(statuses, default=0)


def _check(judge: Judge, file: Path, as_json: bool) -> int:
    try:
        judged = judge.judge(file.read_bytes())
    except (CandidError, OSError) as error:
        if as_json:
            print(json.dumps({"file": str(file), "failed": str(error)}))
        else:
            Console(stderr=True).print(f"[bold]{file}[/]: not judged: {error}")
        return 1
    if as_json:
        print(json.dumps({"file": str(file), **judged.model_dump()}))
    else:
        _show(file, judged)
    return EXIT_STATUS[judged.verdict]


def _show(file: Path, judged: Judged) -> None:
    console = Console()
    console.print(f"[bold]{file}[/]  [{COLOURS[judged.verdict]}]{judged.verdict}[/]  by {judged.decided_by}")
    table = Table(show_header=False, box=None, padding=(0, 2))
    for entry in judged.evidence:
        table.add_row(entry.kind, entry.says, entry.strength, entry.summary)
    console.print(table)
