"""`python -m backend token`: the token of this machine's own programs; below it, who else was paired."""

import typer
from rich.console import Console
from rich.table import Table

from backend.commandline.options import Data, give_up, settings_from
from backend.errors import DataFolderError
from backend.tokens import Tokens

commands = typer.Typer()


@commands.callback(invoke_without_command=True)
def token(context: typer.Context, data: Data = None) -> None:
    """Prints the token for programs of yours; below it, who else may ask the service.

    curl -H "Authorization: Bearer $(python -m backend token)" http://127.0.0.1:8017/v1/health
    """
    if context.invoked_subcommand is None:
        show(data)


@commands.command("show")
def show(data: Data = None) -> None:
    """Prints the token, as `token` alone does.

    python -m backend token show
    """
    print(_tokens(data).own())


@commands.command("list")
def list_paired(data: Data = None) -> None:
    """Lists what was paired.

    python -m backend token list
    """
    paired = _tokens(data).paired()
    if not paired:
        print("Nothing is paired.")
        return
    table = Table("id", "name", "since", box=None)
    for entry in paired:
        table.add_row(entry.id, entry.name, entry.since)
    Console().print(table)


@commands.command("revoke")
def revoke(id: str, data: Data = None) -> None:
    """Ends a pairing by its id, at once, also in a service that runs.

    python -m backend token revoke 3f2a9c1d
    """
    if not _tokens(data).revoke(id):
        print(f"Nothing is paired under {id}. `python -m backend token list` shows what is.")
        raise typer.Exit(1)
    print(f"{id} is revoked.")


def _tokens(data: Data) -> Tokens:
    try:
        return Tokens(settings_from(data=data).data)
    except DataFolderError as error:
        give_up(error, "There are no tokens.")
