"""What several commands share: their flags, settings from them, and the end when nothing can start."""

from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console

from backend.errors import CandidError
from backend.settings import Settings

Port = Annotated[int | None, typer.Option(help="The port.  [default: 8017]")]
Model = Annotated[Path | None, typer.Option(help="A model folder.  [default: the shipped model]")]
Data = Annotated[
    Path | None, typer.Option(help="The folder of tokens, verdicts, corrections.  [default: the user's]")
]


def settings_from(**flags: Any) -> Settings:
    """Flags that were given, above the environment and the defaults."""
    return Settings(**{name: value for name, value in flags.items() if value is not None})


def give_up(error: CandidError, what: str = "Candid cannot start.") -> NoReturn:
    Console(stderr=True, soft_wrap=True).print(f"[bold red]{what}[/] {error}")
    raise typer.Exit(1)
