"""Which browser on this machine can be started with the extension in it, and with which flags.

Google Chrome is not among them: since version 137 it ignores --load-extension. Chromium, Brave and Edge
take it. In any of them, Chrome included, the extension can be loaded by hand.
"""

import os
import shutil
import sys
from pathlib import Path

from backend.demo.errors import NoBrowser, NoExtension

COMMANDS = (
    "chromium",
    "chromium-browser",
    "brave-browser",
    "brave",
    "microsoft-edge",
    "microsoft-edge-stable",
)
MAC_APPS = ("Chromium", "Brave Browser", "Microsoft Edge")
WINDOWS_PROGRAMS = (
    "Chromium/Application/chrome.exe",
    "BraveSoftware/Brave-Browser/Application/brave.exe",
    "Microsoft/Edge/Application/msedge.exe",
)
BUILT = Path(__file__).parents[2] / "extension" / ".output" / "chrome-mv3"


def find_browser(given: Path | None = None) -> Path:
    """The one given, else the first that is installed. Raises NoBrowser."""
    if given is not None:
        found = shutil.which(given)
        if found is None:
            raise NoBrowser(f"{given} is no program. Give a browser's path with --browser.")
        return Path(found)
    for command in COMMANDS:
        if path := shutil.which(command):
            return Path(path)
    for place in _usual_places():
        if place.is_file():
            return place
    raise NoBrowser("No Chromium, Brave or Edge was found.")


def require_display() -> None:
    """A window needs one. Raises NoBrowser."""
    named = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if not named and sys.platform not in ("darwin", "win32"):
        raise NoBrowser("This machine has no display (DISPLAY is not set), so no browser window can open.")


def require_extension(folder: Path) -> Path:
    """The built extension, absolute. Raises NoExtension."""
    if not (folder / "manifest.json").is_file():
        raise NoExtension(f"The extension is not built in {folder}. `make extension` builds it.")
    return folder.resolve()


def flags(extension: Path) -> list[str]:
    """For a Chromium that runs this extension alone and asks and fetches nothing by itself."""
    chosen = [
        f"--load-extension={extension}",
        f"--disable-extensions-except={extension}",
        "--no-first-run",
        "--no-default-browser-check",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--password-store=basic",
    ]
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [*chosen, "--no-sandbox"] if as_root else chosen  # Chromium's sandbox refuses root


def steps(extension: Path, page: str) -> str:
    """How to load the extension by hand."""
    return (
        "To see the badges in a browser of yours:\n"
        "  1. Chrome, Brave, Edge: open chrome://extensions and switch on Developer mode.\n"
        "     Firefox: run `make extension`, then open about:debugging#/runtime/this-firefox.\n"
        f"  2. Choose Load unpacked and the folder {extension}.\n"
        f"     Firefox: Load Temporary Add-on and {extension.parent / 'firefox-mv3' / 'manifest.json'}.\n"
        f"  3. Open Candid's popup, choose Pair, and type the code that appears here.\n"
        f"  4. Open {page}"
    )


def _usual_places() -> list[Path]:
    if sys.platform == "darwin":
        homes = (Path("/Applications"), Path.home() / "Applications")
        return [home / f"{app}.app" / "Contents" / "MacOS" / app for app in MAC_APPS for home in homes]
    if sys.platform == "win32":
        variables = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
        homes = tuple(Path(os.environ[name]) for name in variables if name in os.environ)
        return [home / program for program in WINDOWS_PROGRAMS for home in homes]
    return []
