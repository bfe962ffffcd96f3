"""Starts what is measured: Candid's service, and LitServe with the same model, each a process of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from backend.bench.load import Request
from backend.data_folder import TUNING
from backend.tokens import Tokens

PATIENCE = 120.0  # s to start
TUNED_WITHIN = 30.0  # s; on a GPU never


@dataclass(frozen=True, slots=True)
class Server:
    """A server under load."""

    address: str
    request: Request
    process: subprocess.Popen[bytes]
    first_answer: float  # s from its start

    def memory(self) -> float:
        """MB that it and its workers hold; what they share counts once (PSS) where the system tells it."""
        tree = [psutil.Process(self.process.pid)]
        tree += tree[0].children(recursive=True)
        return sum(_held(process) for process in tree) / 1e6


@contextmanager
def candid(model: Path, data: Path, picture: bytes) -> Iterator[Server]:
    """Nothing is remembered: each picture is judged."""
    port = _free_port()
    command = ["-m", "backend", "--port", str(port), "--model", str(model), "--data", str(data)]
    headers = {"Authorization": f"Bearer {Tokens(data).own()}"}

    def request(body: bytes) -> dict[str, object]:
        return {"content": body, "headers": headers}

    address = f"http://127.0.0.1:{port}/v1/score"
    with _running(command, address, request, picture, {"CANDID_REMEMBERED": "0"}) as server:
        _until_tuned(data)
        yield server


def _until_tuned(data: Path) -> None:
    """It measures its way over the cores in the first quiet moment: that is not to be measured with it."""
    deadline = time.perf_counter() + TUNED_WITHIN
    while not (data / TUNING).exists() and time.perf_counter() < deadline:
        time.sleep(0.1)


@contextmanager
def litserve(model: Path, picture: bytes) -> Iterator[Server]:
    """What one would take off the shelf."""
    port = _free_port()
    command = ["-m", "backend.bench.litserve_server", str(model), str(port)]

    def request(body: bytes) -> dict[str, object]:
        return {"files": {"request": ("picture", body, "application/octet-stream")}}

    with _running(command, f"http://127.0.0.1:{port}/predict", request, picture, {}) as server:
        yield server


@contextmanager
def _running(
    command: list[str], address: str, request: Request, picture: bytes, environment: dict[str, str]
) -> Iterator[Server]:
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *command],
        env=os.environ | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _until_answered(process, address, request, picture, begun + PATIENCE)
        yield Server(address, request, process, time.perf_counter() - begun)
    finally:
        _end(process)


def _until_answered(
    process: subprocess.Popen[bytes], address: str, request: Request, picture: bytes, deadline: float
) -> None:
    while True:
        try:
            httpx.post(address, **request(picture), timeout=30, trust_env=False).raise_for_status()
            return
        except httpx.HTTPError as error:
            if process.poll() is not None or time.perf_counter() > deadline:
                raise RuntimeError(f"The server at {address} did not start.") from error
            time.sleep(0.02)


def _end(process: subprocess.Popen[bytes]) -> None:
    """With its children: LitServe leaves some behind."""
    children = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
    for child in children:
        if child.is_running():
            child.kill()


def _held(process: psutil.Process) -> int:
    found = process.memory_full_info()
    return int(getattr(found, "pss", found.rss))


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
