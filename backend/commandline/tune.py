"""`python -m backend tune`: the fastest way over the cores of this machine, measured and kept."""

from rich.console import Console
from rich.table import Table

from backend.commandline.options import give_up
from backend.data_folder import open_data_folder
from backend.errors import StartupError
from backend.model_folder import open_model_folder
from backend.settings import Settings
from backend.tuning import choose, keep_plan, measure


def tune(settings: Settings) -> None:
    try:
        folder = open_model_folder(settings.model)
        timed = measure(folder)
        chosen = choose(timed)
        keep_plan(open_data_folder(settings.data), folder, chosen)
    except StartupError as error:
        give_up(error, "Nothing was measured.")
    names = ("", "runs at once", "cores each", "views each", "a picture alone", "pictures a second")
    table = Table(*names, box=None)
    for plan, each in timed.items():
        mark = "→" if plan == chosen else ""
        way = (str(plan.at_once), str(plan.threads), str(plan.batch))
        table.add_row(mark, *way, f"{1000 * each.alone:.0f} ms", f"{1 / each.crowd:.1f}")
    Console().print(table)
