"""`python -m backend pair`: the code of a pairing, for a service that has no terminal of its own."""

import time
import urllib.error

from rich.console import Console
from rich.text import Text

from backend.commandline.options import give_up
from backend.errors import CandidError, DataFolderError
from backend.pairing import LIFETIME
from backend.running import ask_health
from backend.settings import Settings
from backend.shown_codes import ShownCode, shown_codes
from backend.tokens import Tokens

LOOK = 0.3  # s


def pair(settings: Settings, patience: float = LIFETIME) -> int:
    """Waits so many seconds for a program to ask. The exit status: 0 when one was paired."""
    try:
        tokens = Tokens(settings.data)
        ask_health(settings.host, settings.port, tokens.own())
    except DataFolderError as error:
        give_up(error, "Nothing can be paired.")
    except (OSError, ValueError) as error:
        give_up(CandidError(_unanswered(settings, error)), "Nothing can be paired.")
    console = Console(highlight=False)
    console.print("Choose Pair in the popup of the Candid extension; its code will stand here.")
    before = {entry.id for entry in tokens.paired()}
    waiting_until = time.time() + patience
    told: list[ShownCode] = []
    while True:
        shown = shown_codes(settings.data)
        for each in shown:
            if each not in told:
                code = f"{each.code[:3]} {each.code[3:]}"
                console.print(Text.assemble(f"\n  {each.name} asks. Type there:  ", (code, "bold"), "\n"))
        told += [each for each in shown if each not in told]
        for entry in tokens.paired():
            if entry.id not in before:
                console.print(Text(f"{entry.name} is paired."))
                return 0
        if told and not shown:
            console.print("The code has ended. Ask for a new one where you wanted to pair.")
            return 1
        if not told and time.time() > waiting_until:
            console.print("Nothing has asked to be paired.")
            return 1
        time.sleep(LOOK)


def _unanswered(settings: Settings, error: Exception) -> str:
    place = f"{settings.host}:{settings.port}"
    if isinstance(error, urllib.error.HTTPError):
        return f"Something else, or another user's Candid, answers at {place}."
    return f"No service answers at {place}. Start it: `python -m backend` does."
