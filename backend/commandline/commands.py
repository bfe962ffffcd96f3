"""All commands of `python -m backend`; without one it serves.

What a command needs is imported when it runs: `token` answers in a tenth of the time, and serving begins with
the process that worker processes come from, which then reads their code beside this one.
"""

from pathlib import Path
from typing import Annotated

import typer

from backend.commandline.late_group import LateGroup
from backend.commandline.options import Data, Model, Port, settings_from

Host = Annotated[str | None, typer.Option(help="The address to listen at.  [default: 127.0.0.1]")]
Expose = Annotated[
    bool | None, typer.Option("--expose", help="Needed for a --host that other machines reach.")
]
LogOption = Annotated[
    str | None, typer.Option("--log", help="text, json, or quiet: no line for each request.  [default: text]")
]
Heat = Annotated[Path | None, typer.Option(help="Write a PNG of where the model sees traces (one file).")]
Out = Annotated[Path, typer.Option(help="The table: .csv, .json, .jsonl or .parquet.")]

commands = typer.Typer(
    cls=LateGroup, add_completion=True, no_args_is_help=False, pretty_exceptions_enable=False
)


@commands.callback(invoke_without_command=True)
def serve(
    context: typer.Context,
    host: Host = None,
    port: Port = None,
    model: Model = None,
    data: Data = None,
    expose: Expose = None,
    log: LogOption = None,
) -> None:
    """Judges pictures on this machine; no picture leaves it.

    Without a command it serves on 127.0.0.1 until Ctrl-C.

    python -m backend --model models/mine
    """
    if context.invoked_subcommand is None:
        from backend import fork_server
        from backend.commandline.reading import reading

        fork_server.start()
        flags = {"host": host, "port": port, "model": model, "data": data, "expose": expose, "log": log}
        with reading():
            from backend.commandline.serve import open_service
            from backend.settings import read_settings

            serve_until_stopped = open_service(settings_from(**flags), lambda: read_settings(**flags).model)
        serve_until_stopped()


@commands.command()
def check(
    files: list[Path],
    model: Model = None,
    data: Data = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    heat: Heat = None,
) -> None:
    """Judges files; exit status 3 when one is fake, 1 when one could not be judged, else 0.

    python -m backend check holiday.jpg
    """
    from backend.commandline.check import check as check_files

    raise typer.Exit(check_files(settings_from(model=model, data=data), files, as_json, heat))


@commands.command()
def scan(
    folder: Path,
    out: Out = Path("candid-scan.csv"),
    model: Model = None,
    data: Data = None,
) -> None:
    """Judges every picture below a folder into a table; goes on where it was stopped.

    python -m backend scan Pictures --out pictures.csv
    """
    from backend.commandline.scan import scan as scan_folder

    raise typer.Exit(scan_folder(settings_from(model=model, data=data), folder, out))


@commands.command()
def pair(port: Port = None, data: Data = None) -> None:
    """Shows the code that an extension asks for, where the service runs without a terminal.

    python -m backend pair
    """
    from backend.commandline.pair import pair as show_code

    raise typer.Exit(show_code(settings_from(port=port, data=data)))


@commands.command()
def tune(model: Model = None, data: Data = None) -> None:
    """Measures the fastest way over this machine's cores; the service does so by itself, once.

    For a machine that does nothing else meanwhile. A service that runs takes it up at its next start.

    python -m backend tune
    """
    from backend.commandline.tune import tune as measure

    measure(settings_from(model=model, data=data))


@commands.command()
def doctor(port: Port = None, model: Model = None, data: Data = None) -> None:
    """Says what is there, what is wrong, what to do, and where each setting comes from.

    python -m backend doctor
    """
    from backend.commandline.doctor import doctor as examine
    from backend.settings import origins

    flags = {"port": port, "model": model, "data": data}
    raise typer.Exit(examine(settings_from(**flags), origins(**flags)))
