"""`python -m backend models ...`: the model folders that are known, and whether one is whole."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from backend.commandline.options import Model, give_up, settings_from
from backend.errors import ModelFolderError, SettingsError
from backend.model_folder import DEFAULT, MODEL_JSON, check_file, read_model_json
from backend.settings import PREFIX, keep_setting, origins

HELP = """Model folders: which there are, whether one is whole, which is served.

python -m backend models list
"""
commands = typer.Typer(no_args_is_help=True, help=HELP)


@commands.command("list")
def list_models(model: Model = None) -> None:
    """Lists the shipped model, the one in use, and those in the folder `models` here.

    python -m backend models list
    """
    used = settings_from(model=model).model
    places = dict.fromkeys([used, *known()])
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
    print(_verified(folder))


@commands.command("use")
def use(folder_or_name: Annotated[str, typer.Argument(metavar="FOLDER|NAME")]) -> None:
    """Serves a model from now on, after a check of all its files; a service that runs takes it up by itself.

    NAME is one that `models list` shows, `default` the shipped one.

    python -m backend models use models/mine
    """
    folder = _named(folder_or_name).resolve()
    said = _verified(folder)
    try:
        file = keep_setting("model", str(folder))
    except SettingsError as error:
        give_up(error, "The model is not used.")
    print(f"{said}\nServed from now on ({file}); a service that runs takes it up within seconds.")
    above = origins()["model"]
    if above != "file":
        print(f"But {PREFIX}MODEL is set and stands above that file: {settings_from().model} is used.")


def known() -> list[Path]:
    """The shipped model and those in the folder `models` here."""
    return [DEFAULT, *sorted(path.parent for path in Path("models").glob(f"*/{MODEL_JSON}"))]


def _named(folder_or_name: str) -> Path:
    """A folder as it is; else the one known model of that name."""
    if Path(folder_or_name, MODEL_JSON).exists():
        return Path(folder_or_name)
    if folder_or_name == DEFAULT.name:
        return DEFAULT
    found = [path for path in known() if folder_or_name in (path.name, _name(path))]
    if len(found) == 1:
        return found[0]
    what = "is no model folder and no name" if not found else f"is the name of {len(found)} folders"
    told = f"{folder_or_name} {what}. `python -m backend models list` shows what there is."
    return give_up(ModelFolderError(told), "The model is not used.")


def _name(folder: Path) -> str | None:
    try:
        return read_model_json(folder).name
    except ModelFolderError:
        return None


def _verified(folder: Path) -> str:
    """What was found; ends the program where something is wrong."""
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
    return f"{found.name} {found.version}: {len(found.files)} files are whole; it runs on {device}."
