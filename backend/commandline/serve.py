"""`python -m backend`: serves until Ctrl-C."""

import ipaddress
import signal
import socket
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from backend.commandline.options import give_up
from backend.data_folder import open_data_folder
from backend.errors import NotLoopback, PortTaken, StartupError
from backend.logs import write_logs
from backend.model_watch import Wanted
from backend.open_judge import open_judge
from backend.settings import Settings

if TYPE_CHECKING:
    import uvicorn


def open_service(settings: Settings, wanted: Wanted) -> Callable[[], None]:
    """All that can go wrong at a start, and the serving itself, which ends with Ctrl-C. `wanted` names the
    model folder to serve later on, when the settings may have changed."""
    try:
        write_logs(settings.log, open_data_folder(settings.data))
        with ThreadPoolExecutor(1) as beside:
            opening = beside.submit(open_judge, settings)
            # FastAPI takes as long to read as onnxruntime, which leaves Python alone, to load a model.
            from backend.app import create_app
            from backend.http_server import allow_open_files, server_for
        judge = opening.result()  # a broken model is told here, in one sentence
        listener = listen(settings)
        app = create_app(settings, lambda asked: judge if asked is settings else open_judge(asked), wanted)
    except StartupError as error:
        give_up(error)
    allow_open_files()
    return partial(_serve_until_told, server_for(app), listener)


def _serve_until_told(server: "uvicorn.Server", listener: socket.socket) -> None:
    """Being told to end is no failure. uvicorn answers what was begun and then raises the signal again, whose
    default is to die of it: launchd would start the service anew."""
    for told in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told, lambda *_: sys.exit(0))
    server.run(sockets=[listener])


def listen(settings: Settings) -> socket.socket:
    """Raises PortTaken, NotLoopback."""
    if not (is_loopback(settings.host) or settings.expose):
        raise NotLoopback(
            f"{settings.host} can be reached by other machines. If that is what you want, add --expose: "
            f"whoever asks needs a token, and the connection is not encrypted."
        )
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        raise PortTaken(
            f"Port {settings.port} on {settings.host} cannot be used ({error.strerror}). If Candid runs "
            f"already, that is all; otherwise give another port with --port."
        ) from error
    return listener


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
