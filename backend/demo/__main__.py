"""`python -m backend.demo`: backend, demo feed and a browser with the extension, until Ctrl-C."""

import logging
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from backend.demo.browsers import BUILT, find_browser, flags, require_display, require_extension, steps
from backend.demo.errors import DemoError, NoBrowser
from backend.demo.feed import create_feed
from backend.demo.pairing import paired
from backend.demo.posts import bundled_posts, folder_posts
from backend.demo.screenshot import take_screenshot
from backend.demo.servers import running_backend, serving, stop
from backend.errors import DataFolderError

Process = subprocess.Popen[bytes]
# Ctrl-C, being asked to end, a terminal that closes (which Windows does not tell).
STOPPING = [signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]
commands = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
say = Console(soft_wrap=True, highlight=False).print


@commands.command()
def demo(
    pictures: Annotated[
        Path | None, typer.Option(help="Fill the feed from this folder; real/ and fake/ in it give captions.")
    ] = None,
    port: Annotated[int, typer.Option(help="The feed's port on 127.0.0.1.")] = 8018,
    model: Annotated[
        Path | None, typer.Option(help="A model folder for the backend.  [default: the shipped model]")
    ] = None,
    browser: Annotated[
        Path | None, typer.Option(help="A Chromium, Brave or Edge.  [default: the first one found]")
    ] = None,
    extension: Annotated[Path, typer.Option(help="The built extension.", show_default=False)] = BUILT,
    window: Annotated[bool, typer.Option(help="Open a browser on the feed.")] = True,
    screenshot: Annotated[
        Path | None, typer.Option(help="Save a picture of the feed, taken by a headless browser, and end.")
    ] = None,
) -> None:
    """Shows a feed of photographs and fakes, judged by the backend and badged by the extension."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    for number in STOPPING:
        signal.signal(number, _interrupt)
    try:
        posts = bundled_posts() if pictures is None else folder_posts(pictures)
        built = require_extension(extension)
        with running_backend(model) as backend, serving(create_feed(posts), port) as address:
            if screenshot is not None:
                with paired(built) as copy:
                    take_screenshot(address, find_browser(browser), copy, screenshot)
                say(f"Saved {screenshot}")
                return
            say(f"{len(posts)} posts at {address}" + ("" if backend else " (the backend ran already)"))
            with _browser(browser, built, address) if window else nullcontext() as process:
                if process is None:
                    say(f"\n{steps(built, address)}\n\nCtrl-C stops everything.")
                _wait(backend, process)
    except (DemoError, DataFolderError) as error:
        _give_up(error)
    except KeyboardInterrupt:
        say("\nStopped.")


@contextmanager
def _browser(given: Path | None, extension: Path, address: str) -> Iterator[Process | None]:
    """In a fresh profile, which goes with it. None where there is no browser or no display."""
    try:
        program = find_browser(given)
        require_display()
    except NoBrowser as reason:
        say(str(reason))
        yield None
        return
    say(f"{program.name} opens with the extension, in a profile of its own. Ctrl-C stops everything.")
    with (
        paired(extension) as copy,
        tempfile.TemporaryDirectory(prefix="candid-", ignore_cleanup_errors=True) as profile,
    ):
        process = subprocess.Popen(
            [program, f"--user-data-dir={profile}", *flags(copy), address],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,  # Chromium's own complaints about the desktop
            start_new_session=True,
        )
        try:
            yield process
        finally:
            stop(process)


def _wait(backend: Process | None, browser: Process | None) -> None:
    while True:
        if browser is not None and browser.poll() is not None:
            say("The browser was closed: stopped.")
            return
        if backend is not None and backend.poll() is not None:
            raise DemoError(f"The backend ended with status {backend.returncode}.")
        time.sleep(0.3)


def _interrupt(*_: object) -> NoReturn:
    """Once: a second Ctrl-C must not cut the cleaning up short, or backend and browser would stay."""
    for number in STOPPING:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _give_up(error: Exception) -> NoReturn:
    Console(stderr=True, soft_wrap=True).print(f"[bold red]The demo cannot run.[/] {error}")
    raise typer.Exit(1)


if __name__ == "__main__":
    commands()
