"""Starts and stops what the demo needs: the backend (a process of its own) and the feed (a thread)."""

import socket
import subprocess
import sys
import threading
import time
import urllib.error
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import uvicorn
from starlette.types import ASGIApp

from backend.demo.errors import BackendStopped, PortInUse
from backend.running import ask_health
from backend.settings import Settings
from backend.tokens import Tokens

HOST = "127.0.0.1"
BACKEND_PORT = 8017  # where the extension asks: extension/src/judge/backend.ts
START_TIMEOUT = 60.0  # s; a cold disk and a large model
State = Literal["ready", "starting", "absent", "foreign"]


@contextmanager
def running_backend(model: Path | None = None) -> Iterator[subprocess.Popen[bytes] | None]:
    """Started here, or None where one runs already. Raises PortInUse, BackendStopped."""
    match backend_state():
        case "ready" | "starting":
            wait_for_backend(None)
            yield None
            return
        case "foreign":
            raise PortInUse(
                f"Another program, or another user's Candid, answers on port {BACKEND_PORT}, where the "
                f"extension looks for Candid. Stop it and try again."
            )
    command = [sys.executable, "-m", "backend", "--port", str(BACKEND_PORT), "--log", "quiet"]
    if model is not None:
        command += ["--model", str(model)]
    # A session of its own: Ctrl-C is for the launcher, which then stops the backend.
    process = subprocess.Popen(command, start_new_session=True)
    try:
        wait_for_backend(process)
        yield process
    finally:
        stop(process)


def wait_for_backend(process: subprocess.Popen[bytes] | None) -> None:
    """Returns when it judges. Raises BackendStopped."""
    deadline = time.monotonic() + START_TIMEOUT
    while backend_state() != "ready":
        if process is not None and process.poll() is not None:
            raise BackendStopped("The backend did not start; its own words stand above.")
        if time.monotonic() > deadline:
            raise BackendStopped(f"The backend was not ready after {START_TIMEOUT:.0f} seconds.")
        time.sleep(0.1)


def backend_state() -> State:
    """Who answers on the backend's port."""
    token = Tokens(Settings().data).own()
    try:
        body = ask_health(HOST, BACKEND_PORT, token)
    except urllib.error.HTTPError:
        return "foreign"
    except urllib.error.URLError as error:
        return "absent" if isinstance(error.reason, ConnectionRefusedError) else "foreign"
    except (OSError, ValueError):
        return "foreign"
    if not isinstance(body, dict) or "contract" not in body:
        return "foreign"
    return "ready" if body.get("status") == "ready" else "starting"


@contextmanager
def serving(site: ASGIApp, port: int) -> Iterator[str]:
    """The site's address while it is served. Raises PortInUse."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if sys.platform != "win32":  # there it would let two programs share the port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen()  # from here on a browser that comes early waits instead of being refused
    except OSError as error:
        listener.close()
        raise PortInUse(
            f"Port {port} cannot be used for the feed ({error.strerror}). Give another: make run PORT=8020."
        ) from error
    server = uvicorn.Server(uvicorn.Config(site, log_level="warning", access_log=False, lifespan="off"))
    # A browser keeps its connections open: they are cut when the demo ends.
    server.config.timeout_graceful_shutdown = 1
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{listener.getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join(timeout=5)
        listener.close()


def stop(process: subprocess.Popen[bytes]) -> None:
    """Asks it to end, and insists after a while."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
