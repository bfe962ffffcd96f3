"""`python -m backend` serves; `python -m backend check FILE...` judges files in the terminal."""

import json
import logging
import socket
from pathlib import Path
from typing import Annotated, NoReturn

import typer
import uvicorn
from rich.console import Console
from rich.table import Table

from backend.app import create_app, open_judge
from backend.contract import Judged
from backend.errors import CandidError, PortTaken, StartupError
from backend.judge import Judge
from backend.settings import Settings

HOST = "127.0.0.1"  # never another address: see docs/architecture.md
EXIT_STATUS = {"real": 0, "unsure": 0, "fake": 3}
COLOURS = {"fake": "bold red", "real": "default", "unsure": "yellow"}

commands = typer.Typer(add_completion=True, no_args_is_help=False, pretty_exceptions_enable=False)
Port = Annotated[int | None, typer.Option(help="The port on 127.0.0.1.  [default: 8017]")]
Model = Annotated[Path | None, typer.Option(help="A model folder.  [default: the shipped model]")]


@commands.callback(invoke_without_command=True)
def serve(context: typer.Context, port: Port = None, model: Model = None) -> None:
    """Judges pictures on this machine; no picture leaves it.

    Without a command it serves on 127.0.0.1 until Ctrl-C.
    """
    if context.invoked_subcommand is not None:
        return
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    settings = _settings(port, model)
    try:
        judge = open_judge(settings)  # a broken model is told here, in one sentence
        listener = _listen(settings.port)
    except StartupError as error:
        _stop(error)
    app = create_app(settings, lambda _: judge)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    server.run(sockets=[listener])


@commands.command()
def check(
    files: list[Path],
    model: Model = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Judges files; exit status 3 when one is fake, 1 when one could not be judged, else 0."""
    try:
        judge = open_judge(_settings(None, model))
    except StartupError as error:
        _stop(error)
    statuses = [_check(judge, file, as_json) for file in files]
    raise typer.Exit(1 if 1 in statuses else max(statuses, default=0))


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


def _settings(port: int | None, model: Path | None) -> Settings:
    given = {"port": port, "model": model}
    return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        raise PortTaken(
            f"Port {port} on {HOST} cannot be used ({error.strerror}). If Candid runs already, that is "
            f"all; otherwise give another port with --port."
        ) from error
    return listener


def _stop(error: CandidError) -> NoReturn:
    Console(stderr=True).print(f"[bold red]Candid cannot start.[/] {error}")
    raise typer.Exit(1)


if __name__ == "__main__":
    commands()
