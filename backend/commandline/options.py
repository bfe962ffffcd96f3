"""What several commands share: their flags, settings from them, and the end when nothing can start.

All commands are known by name before one is run: what only running needs is imported then.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from backend.errors import CandidError
    from backend.settings import Settings

Port = Annotated[int | None, typer.Option(help="The port.  [default: 8017]")]
Model = Annotated[Path | None, typer.Option(help="A model folder.  [default: the shipped model]")]
Data = Annotated[
    Path | None, typer.Option(help="The folder of tokens, verdicts, corrections.  [default: the user's]")
]


def settings_from(**flags: Any) -> "Settings":
    """Flags that were given, above the environment, the file and the defaults."""
    from backend.errors import SettingsError
    from backend.settings import read_settings

    try:
        return read_settings(**flags)
    except SettingsError as error:
        give_up(error, "A setting is wrong.")


def give_up(error: "CandidError", what: str = "Candid cannot start.") -> NoReturn:
    from rich.console import Console
    from rich.text import Text

    # Never as rich's markup: names of files may look like it.
    Console(stderr=True, soft_wrap=True).print(Text.assemble((what, "bold red"), f" {error}"))
    raise typer.Exit(1)
