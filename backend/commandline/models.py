"""`python -m backend models ...`: the model folders that are known, and whether one is whole."""

from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from backend.commandline.options import Model, give_up, settings_from
from backend.errors import ModelFolderError
from backend.model_folder import DEFAULT, MODEL_JSON, check_file, read_model_json

commands = typer.Typer(no_args_is_help=True, help="Model folders.")


@commands.command("list")
def list_models(model: Model = None) -> None:
    """Lists the shipped model, the one in use, and those in the folder `models` here."""
    used = settings_from(model=model).model
    places = dict.fromkeys([used, DEFAULT, *(path.parent for path in Path("models").glob(f"*/{MODEL_JSON}"))])
    table = Table("", "model", "runtimes", "folder", box=None)
    for place in places:
        mark = "→" if place == used else ""
        try:
            found = read_model_json(place)
        except ModelFolderError as error:
            table.add_row(mark, "broken", "", str(error))
            continue
        runtimes = ", ".join(dict.fromkeys(file.runtime for file in found.files))
        table.add_row(mark, f"{found.name} {found.version}", runtimes, str(place))
    Console(soft_wrap=True).print(table)


@commands.command("verify")
def verify(folder: Path) -> None:
    """Checks every file of a model folder against its sha256, and that onnxruntime runs it.

    python -m backend models verify models/mine
    """
    from backend.judge import Judge

    try:
        found = read_model_json(folder)
        for file in found.files:
            check_file(folder, file)
        judge = Judge.from_folder(folder)
        judge.session.warm()
    except ModelFolderError as error:
        give_up(error, "The model folder is not whole.")
    device = judge.session.device
    print(f"{found.name} {found.version}: {len(found.files)} files are whole; it runs on {device}.")
