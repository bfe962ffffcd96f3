"""The real process told to end: what was begun is answered, and nothing stays behind."""

import concurrent.futures
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from backend.tokens import Tokens
from tests.pictures import encoded, pixels

WAIT = 60.0  # s; for a busy machine


def processes_below(process: int) -> list[int]:
    listed = subprocess.run(["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True)
    pairs = [line.split() for line in listed.stdout.splitlines()]
    children = [int(child) for child, parent in pairs if int(parent) == process]
    return children + [below for child in children for below in processes_below(child)]


def runs(process: int) -> bool:
    """A process that has ended and that nobody has asked about yet (Z) does not."""
    shown = subprocess.run(["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True)
    return shown.stdout.strip()[:1] not in ("", "Z")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_a_picture_in_flight_is_answered_before_the_service_ends(
    model_folder: Path, tmp_path: Path, told: signal.Signals
) -> None:
    slow = encoded(pixels(4000, 4000, level=220), "PNG", compress_level=1)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = ["-m", "backend", "--port", str(port), "--model", str(model_folder), "--data", str(tmp_path)]
    headers = {"Authorization": f"Bearer {Tokens(tmp_path).own()}"}
    environment = {**os.environ, "CANDID_PATIENCE": str(WAIT)}
    address = f"http://127.0.0.1:{port}"
    until = time.monotonic() + WAIT
    with (
        subprocess.Popen(
            [sys.executable, *command], env=environment, stderr=subprocess.PIPE, text=True
        ) as service,
        httpx.Client(base_url=address, headers=headers, timeout=WAIT, trust_env=False) as client,
        concurrent.futures.ThreadPoolExecutor(1) as pool,
    ):
        try:
            while not serves(client):
                assert service.poll() is None and time.monotonic() < until
                time.sleep(0.1)
            below = processes_below(service.pid)
            asked = pool.submit(client.post, "/v1/score", content=slow)
            while "candid_queue 1.0" not in client.get("/v1/metrics").text:
                assert not asked.done(), asked.result().text
            service.send_signal(told)
            answer = asked.result()
            _, said = service.communicate(timeout=WAIT)
        finally:
            service.kill()
    assert (answer.status_code, answer.json().get("verdict"), service.returncode) == (200, "fake", 0)
    assert "Traceback" not in said and "Abort" not in said
    assert len(below) >= 3  # the fork server and its workers
    while left := [process for process in below if runs(process)]:
        assert time.monotonic() < until, left
        time.sleep(0.1)


def serves(client: httpx.Client) -> bool:
    try:
        return client.get("/v1/health").status_code == 200
    except httpx.ConnectError:
        return False
