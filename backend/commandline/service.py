"""`python -m backend service ...`: the service starts with its user's session, by the system's own means."""

import getpass
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import typer

import backend
from backend.autostart import SYSTEMS, Autostart, Command, Program
from backend.commandline.options import give_up, settings_from
from backend.errors import AutostartError, StartupError
from backend.running import ask_health
from backend.settings import PREFIX, Settings
from backend.tokens import Tokens

PATIENCE = 20.0  # s to answer after it was started
NOTHING = "Nothing was changed."
HELP = """Starts Candid when you log in.

python -m backend service install
"""
commands = typer.Typer(no_args_is_help=True, help=HELP)


@commands.command("install")
def install() -> None:
    """Starts Candid now and at each login, with the settings of candid.toml.

    python -m backend service install
    """
    system, settings = _system(), settings_from()
    file = Path.home() / system.file
    _can_start(settings, installed=file.exists())
    if file.exists():
        _switch_off(system, file)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(system.text(_program()))
    try:
        for command in system.on:
            _run(command, file)
    except AutostartError as error:
        file.unlink()
        give_up(error, "Candid was not installed.")
    print(f"Installed: {file}")
    if not _answers_within(settings, PATIENCE):
        give_up(AutostartError(f"Its log says why: {system.log}"), "It does not answer yet.")
    print(f"Candid runs at {settings.host}:{settings.port}, now and after each login. Its log: {system.log}")
    print("To pair an extension: `python -m backend pair`")


@commands.command("uninstall")
def uninstall() -> None:
    """Stops Candid and starts it at login no more; what it remembers stays.

    python -m backend service uninstall
    """
    system = _system()
    file = Path.home() / system.file
    if not file.exists():
        print("Candid is not installed as a service.")
        return
    _switch_off(system, file)
    file.unlink()
    print(f"Removed: {file}")


@commands.command("status")
def status() -> None:
    """Says whether Candid starts at login, and whether it runs; exit status 1 where it does not.

    python -m backend service status
    """
    system, settings = _system(), settings_from()
    file = Path.home() / system.file
    print(f"At login: {f'yes ({file})' if file.exists() else 'no'}")
    health = _health(settings)
    place = f"{settings.host}:{settings.port}"
    if health is None:
        print(f"Now: nothing answers at {place}. The log of the service: {system.log}")
        raise typer.Exit(1)
    by = "this service" if file.exists() and _is_on(system, file) else "started by hand"
    print(f"Now: {health['status']} at {place} ({by}), {health['device']}")


def _system() -> Autostart:
    system = SYSTEMS.get("linux" if sys.platform.startswith("linux") else sys.platform)
    if system is None:
        give_up(AutostartError(f"{sys.platform} has no row in backend/autostart.py."), NOTHING)
    return system


def _program() -> Program:
    domain = os.environ.get("USERDOMAIN")
    user = f"{domain}\\{getpass.getuser()}" if domain else getpass.getuser()
    # Not resolved: the interpreter of a virtual environment is a link, and knows its packages by its place.
    return Program(Path(sys.executable), Path(backend.__file__).parents[1], Path.home(), user)


def _can_start(settings: Settings, installed: bool) -> None:
    """A model that is broken, or a port that is taken, is told here and not in a log at the next login."""
    from backend.open_judge import open_judge

    try:
        open_judge(settings)
    except StartupError as error:
        give_up(error, NOTHING)
    if not installed and _health(settings) is not None:
        place = f"{settings.host}:{settings.port}"
        give_up(AutostartError(f"Candid runs at {place} already: stop it there, then try again."), NOTHING)
    unseen = sorted(name for name in os.environ if name.startswith(PREFIX))
    if unseen:
        print(f"A login does not know {', '.join(unseen)}: what is meant to last belongs into candid.toml.")


def _switch_off(system: Autostart, file: Path) -> None:
    for command in system.off:
        try:
            _run(command, file)
        except AutostartError:
            continue  # it was off already


def _is_on(system: Autostart, file: Path) -> bool:
    try:
        _run(system.ask, file)
    except AutostartError:
        return False
    return True


def _run(command: Command, file: Path) -> None:
    """Raises AutostartError with what the system said."""
    uid = os.getuid() if hasattr(os, "getuid") else 0
    filled = [part.format(file=file, uid=uid) for part in command]
    try:
        done = subprocess.run(filled, capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise AutostartError(f"`{' '.join(filled)}`: {error}") from error
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip() or f"exit status {done.returncode}"
        raise AutostartError(f"`{' '.join(filled)}`: {said}")


def _health(settings: Settings) -> Any:
    try:
        return ask_health(settings.host, settings.port, Tokens(settings.data).own())
    except (StartupError, OSError, ValueError):
        return None


def _answers_within(settings: Settings, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if _health(settings) is not None:
            return True
        time.sleep(0.3)
    return False
