"""`make soak`: mutated pictures and faults against the real service; every good picture must get its verdict.

    python -m tests.soak --pictures 50000 --minutes 20

Broken pictures are sent as fast as they are answered, good ones between them. Meanwhile workers and the
service itself are killed with SIGKILL, the verdict cache is overwritten with garbage, senders leave in the
middle of a body or before the answer, a thousand connections bring nothing. Pictures are sent again while a
service that was killed here restarts. Lost is a picture without an answer in a minute, one whose connection
breaks without such a reason, and a good one that gets another verdict than it must.
"""

import itertools
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import httpx
import typer
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded

from backend.contract import Judged, Problem
from backend.http_server import allow_open_files
from backend.tokens import Tokens
from tests.model_folders import write_model_folder
from tests.mutations import Mutated, mutated
from tests.pictures import encoded, pixels

SENDERS = 8
EVERY = 5.0  # s from fault to fault
BATCH = 500
PATIENCE = 60.0  # s for an answer
MEANT = {220: "fake", 40: "real", 128: "unsure"}  # of the tests' model, by brightness


class Service:
    """The real one, in a process that may be killed."""

    def __init__(self, model: Path, data: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.model, self.data, self.token = model, data, Tokens(data).own()
        self.kills = 0
        self.serves = False  # has answered since it was started
        self.start()

    def start(self) -> None:
        command = [
            "-m",
            "backend",
            "--port",
            str(self.port),
            "--model",
            str(self.model),
            "--data",
            str(self.data),
        ]
        self.process = subprocess.Popen([sys.executable, *command], stderr=subprocess.DEVNULL)

    def kill(self) -> None:
        """And starts it again. Counted before and after: no request that meets it is held against it."""
        self.kills += 1
        self.serves = False
        self.process.kill()
        self.process.wait()
        self.kills += 1
        self.start()

    def client(self) -> httpx.Client:
        headers = {"Authorization": f"Bearer {self.token}"}
        # The service closes idle connections after five seconds: one must not be taken up at that moment.
        limits = httpx.Limits(keepalive_expiry=2)
        return httpx.Client(
            base_url=f"http://127.0.0.1:{self.port}", headers=headers, limits=limits, trust_env=False
        )

    def leave(self, body: bytes, sent: int) -> None:
        """Sends so many bytes of the body, and goes."""
        lines = ["POST /v1/score HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Bearer {self.token}"]
        head = "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode()
        with socket.create_connection(("127.0.0.1", self.port), 5) as sender:
            sender.sendall(head + body[:sent])

    def workers(self) -> list[int]:
        """Children of the fork server, which is a child of the service."""
        return [grandchild for child in children(self.process.pid) for grandchild in children(child)]


def children(process: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process)], capture_output=True, text=True)
    return [int(line) for line in listed.stdout.split()]


class Soak:
    """Counts what was sent, answered, broken and lost, until it `ends`."""

    def __init__(self, service: Service, ends: float) -> None:
        self.service, self.ends = service, ends
        self.counts, self.faults = Counter[str](), Counter[str]()
        self.lost: list[str] = []
        self._lock = threading.Lock()
        self._faults = itertools.cycle(["worker", "cache", "leavers", "worker", "idle", "service"])
        self._idle: list[socket.socket] = []

    def count(self, what: str) -> None:
        with self._lock:
            self.counts[what] += 1

    def broken(self, client: httpx.Client, data: bytes) -> None:
        answer = self.answer(client, data, "broken")
        if answer is None:
            return None
        if answer.status_code == 200:
            Judged.model_validate(answer.json())
            return self.count("broken pictures that still were pictures")
        reason = Problem.model_validate(answer.json()).reason
        if reason == "internal":
            self.lost.append("a broken picture got `internal`")
        return self.count(f"broken pictures refused: {reason}")

    def good(self, client: httpx.Client, level: int, seed: int) -> None:
        data = encoded(pixels(160 + seed % 400, 150, level=level), "PNG")
        until = time.monotonic() + PATIENCE
        while (answer := self.answer(client, data, "good")) is not None:
            if answer.status_code == 200:
                said = Judged.model_validate(answer.json()).verdict
                if said != MEANT[level]:
                    self.lost.append(f"{said} instead of {MEANT[level]}")
                return self.count("good pictures judged")
            if time.monotonic() > until:
                return self.lost.append("a good picture had no verdict in a minute")
            self.count(f"good pictures sent again after: {answer.json()['reason']}")
            time.sleep(0.2)
        return None

    def answer(self, client: httpx.Client, data: bytes, kind: str) -> httpx.Response | None:
        """None where there was none; it says then whose fault that is."""
        until = time.monotonic() + PATIENCE
        while (left := min(until, self.ends) - time.monotonic()) > 0:
            kills = self.service.kills
            try:
                answer = client.post("/v1/score", content=data, timeout=left)
            except httpx.TimeoutException:
                break
            except httpx.HTTPError as error:
                if self.service.serves and self.service.kills == kills:
                    self.lost.append(
                        f"{type(error).__name__} for a {kind} picture, and nobody killed the service"
                    )
                    return None
                self.count(f"{kind} pictures sent again: the service was killed")
                time.sleep(0.5)
            else:
                if self.service.kills == kills:
                    self.service.serves = True
                return answer
        if until < self.ends:
            self.lost.append(f"a {kind} picture had no answer in a minute")
        else:
            self.count(f"{kind} pictures given up: the time was over")
        return None

    def fault(self) -> None:
        while self._idle:  # of the fault before
            self._idle.pop().close()
        match next(self._faults):
            case "worker":
                for worker in self.service.workers()[:1]:
                    with suppress(ProcessLookupError):  # it has just ended
                        os.kill(worker, signal.SIGKILL)
                        self.faults["workers killed"] += 1
            case "service":
                self.service.kill()
                self.faults["services killed and started again"] += 1
            case "cache":
                file = self.service.data / "verdicts.sqlite"
                with suppress(FileNotFoundError), file.open("r+b") as opened:  # moved aside, or not there yet
                    opened.write(os.urandom(8192))
                    self.faults["caches overwritten"] += 1
            case "idle":
                with suppress(OSError):  # while it starts again
                    for _ in range(1000):
                        self._idle.append(socket.create_connection(("127.0.0.1", self.service.port), 5))
                        self._idle[-1].send(b"POST /v1/score HTTP/1.1\r\n", socket.MSG_NOSIGNAL)
                self.faults["connections that brought nothing more"] += len(self._idle)
            case "leavers":
                with suppress(OSError):  # while it starts again
                    for seed in range(25):
                        body = encoded(pixels(400, 300, seed=seed), "PNG", compress_level=1)
                        self.service.leave(body, len(body) // 2)
                        self.faults["senders that left in the middle of a body"] += 1
                        self.service.leave(body + os.urandom(8), len(body) + 8)  # never remembered
                        self.faults["senders that left before the answer"] += 1


def broken_pictures(count: int, seed: int) -> list[bytes]:
    """Without hypothesis' own stopping: all of them, different for each seed."""
    found: list[bytes] = []

    @settings(
        max_examples=count, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(mutated)
    def collect(picture: Mutated) -> None:
        found.append(picture.data)

    seeded(seed)(collect)()
    return found


def batches(pictures: int) -> Iterator[list[bytes]]:
    sent = seed = 0
    while sent < pictures:
        batch = broken_pictures(min(BATCH, pictures - sent), seed)
        sent, seed = sent + len(batch), seed + 1
        yield batch


def soak(
    pictures: Annotated[int, typer.Option(help="Broken pictures to send.")] = 50_000,
    minutes: Annotated[float, typer.Option(help="At most.")] = 20.0,
) -> None:
    ends, random_seed = time.monotonic() + 60 * minutes, 0
    allow_open_files()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(SENDERS) as pool:
        service = Service(write_model_folder(Path(folder) / "model"), Path(folder) / "data")
        run, stop = Soak(service, ends), threading.Event()

        def break_things() -> None:
            while not stop.wait(EVERY):
                run.fault()

        breaker = threading.Thread(target=break_things)
        try:
            with service.client() as client:
                run.good(client, 220, 0)  # waits until it serves
                breaker.start()
                for batch in batches(pictures):
                    list(pool.map(lambda data: run.broken(client, data), batch))
                    for level in MEANT:
                        random_seed += 1
                        run.good(client, level, random_seed)
                    if time.monotonic() > ends:
                        break
        finally:
            stop.set()
            if breaker.is_alive():
                breaker.join()
            service.process.terminate()
            try:
                service.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                service.process.kill()
                run.lost.append("the service did not end when it was told to")
    for name, number in [*sorted(run.counts.items()), *sorted(run.faults.items())]:
        print(f"{number:8,}  {name}")
    print(f"{len(run.lost):8,}  verdicts lost {sorted(set(run.lost)) if run.lost else ''}")
    raise typer.Exit(1 if run.lost else 0)


if __name__ == "__main__":
    typer.run(soak)
