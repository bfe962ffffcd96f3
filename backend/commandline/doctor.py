"""`python -m backend doctor`: what is there, what is not, and what to do about it."""

import platform
import sys
import urllib.error
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata

from rich.console import Console
from rich.table import Table
from rich.text import Text

from backend.data_folder import CORRECTIONS, VERDICTS
from backend.errors import DataFolderError, ModelFolderError
from backend.model_folder import open_model_folder
from backend.open_judge import open_judge
from backend.running import ask_health
from backend.service import version
from backend.session import VIEW_A_CORE
from backend.settings import Origin, Settings, settings_file
from backend.tokens import Tokens
from backend.tuning import kept_plan
from backend.verdict_cache import VerdictCache

LIBRARIES = ("onnxruntime", "onnxruntime-gpu", "numpy", "pillow", "c2pa-python")


@dataclass(frozen=True, slots=True)
class Finding:
    """One line. `advice` is there where something is wrong."""

    name: str
    found: str
    advice: str = ""


def doctor(settings: Settings, origins: dict[str, Origin]) -> int:
    """The exit status: 1 where something is wrong."""
    findings = list(examine(settings))
    console = Console()
    table = Table(show_header=False, box=None, padding=(0, 1))
    for each in findings:
        table.add_row(
            Text("✗" if each.advice else "✓", "red" if each.advice else "green"), each.name, each.found
        )
        if each.advice:
            table.add_row("", "", Text(f"→ {each.advice}", "bold"))
    console.print(table)
    console.print(Text(f"\nSettings ({settings_file()})"))
    chosen = Table(show_header=False, box=None, padding=(0, 1))
    for name, origin in origins.items():
        chosen.add_row("", name, str(getattr(settings, name)), Text(origin, "dim"))
    console.print(chosen)
    return 1 if any(each.advice for each in findings) else 0


def examine(settings: Settings) -> Iterator[Finding]:
    yield Finding("Candid", f"{version()} on Python {platform.python_version()}, {sys.platform}")
    yield Finding("libraries", ", ".join(_libraries()))
    yield _model(settings)
    yield from _way(settings)
    yield from _data(settings)
    yield _port(settings)


def _libraries() -> Iterator[str]:
    for name in LIBRARIES:
        try:
            yield f"{name} {metadata.version(name)}"
        except metadata.PackageNotFoundError:
            continue


def _model(settings: Settings) -> Finding:
    try:
        judge = open_judge(settings)
    except ModelFolderError as error:
        return Finding("model", str(settings.model), str(error))
    model = judge.folder.model
    return Finding(
        "model", f"{model.name} {model.version} ({judge.folder.weights.runtime}) on {judge.session.device}"
    )


def _way(settings: Settings) -> Iterator[Finding]:
    """Over the cores; where the model cannot be read, that is told elsewhere."""
    try:
        kept = kept_plan(settings.data, open_model_folder(settings.model))
    except ModelFolderError:
        return
    yield Finding("cores", f"{kept.words}, measured" if kept else f"{VIEW_A_CORE.words}, not measured yet")


def _data(settings: Settings) -> Iterator[Finding]:
    try:
        tokens = Tokens(settings.data)
    except DataFolderError as error:
        yield Finding("data folder", str(settings.data), str(error))
        return
    yield Finding("data folder", str(settings.data))
    names = [entry.name for entry in tokens.paired()]
    yield Finding(
        "paired", ", ".join(names) or "nothing yet: choose Pair in the extension's popup while Candid runs"
    )
    cache = VerdictCache(settings.data / VERDICTS, settings.remembered)
    yield Finding("remembered verdicts", str(cache.count()))
    cache.close()
    kept = sum(1 for path in (settings.data / CORRECTIONS).glob("*/*") if path.suffix != ".json")
    yield Finding("corrections", str(kept))


def _port(settings: Settings) -> Finding:
    place = f"{settings.host}:{settings.port}"
    token = Tokens(settings.data).own()
    try:
        body = ask_health(settings.host, settings.port, token)
        model = f"{body['model']['name']} {body['model']['version']}"
        told = f"Candid {body['version']} runs at {place} and judges with {model}"
        # It goes on with the model before; what is wrong with the new one is the advice.
        return Finding("port", told, body.get("refused") or "")
    except urllib.error.HTTPError as error:
        told = f"something else, or another user's Candid, answers at {place} ({error.code})"
        return Finding("port", told, "Stop it, or give another port with --port.")
    except urllib.error.URLError:
        return Finding("port", f"{place} is free; Candid does not run")
    except (OSError, ValueError, KeyError, TypeError):
        return Finding(
            "port", f"something else answers at {place}", "Stop it, or give another port with --port."
        )
