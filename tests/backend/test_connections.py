"""Connections that bring nothing: a thousand of them harm nobody, and none is waited for without an end."""

import socket
import time
from collections.abc import Iterator

import pytest

from backend.http_server import PatientProtocol, allow_open_files
from backend.settings import Settings
from tests.conftest import RunningService, running_service
from tests.pictures import encoded, pixels

GOOD = encoded(pixels(300, 300, level=220))
MANY = 1000
WAIT = 20.0  # s; for a busy machine


class Impatient(PatientProtocol):
    HEAD = 0.5


@pytest.fixture(scope="module")
def impatient(service: RunningService) -> Iterator[RunningService]:
    with running_service(Settings(model=service.model), protocol=Impatient) as running:
        yield running


def connect(service: RunningService) -> socket.socket:
    return socket.create_connection(("127.0.0.1", int(service.address.rsplit(":", 1)[1])), timeout=WAIT)


def head(service: RunningService, body: bytes) -> bytes:
    lines = ["POST /v1/score HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Bearer {service.token}"]
    return ("\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""])).encode()


def test_a_thousand_connections_that_bring_nothing_harm_nobody(service: RunningService) -> None:
    allow_open_files(4 * MANY)
    idle = [connect(service) for _ in range(MANY)]
    try:
        for each in idle[::2]:
            each.sendall(b"POST /v1/score HTTP/1.1\r\nHost: 127.0")
        with service.client() as client:
            assert client.post("/v1/score", content=GOOD).json()["verdict"] == "fake"
    finally:
        for each in idle:
            each.close()


@pytest.mark.parametrize(
    "sent",
    [b"", b"P", b"POST /v1/score HTTP/1.1\r\nHost: 127.0.0.1\r\nX-"],
    ids=["nothing", "a byte", "half"],
)
def test_a_head_that_does_not_come_is_not_waited_for(impatient: RunningService, sent: bytes) -> None:
    with connect(impatient) as slow:
        slow.sendall(sent)
        assert slow.recv(1) == b""


def test_a_head_that_comes_byte_by_byte_is_not_waited_for(impatient: RunningService) -> None:
    """uvicorn's own timer begins anew with each byte."""
    until = time.monotonic() + WAIT
    with connect(impatient) as slow, pytest.raises(OSError):
        while time.monotonic() < until:
            slow.sendall(b"P")
            time.sleep(0.05)


def test_a_second_head_on_a_kept_connection_is_not_waited_for(impatient: RunningService) -> None:
    with connect(impatient) as slow:
        slow.sendall(head(impatient, GOOD) + GOOD)
        answer = slow.recv(65536)
        assert answer.startswith(b"HTTP/1.1 200")
        slow.sendall(b"POST /v1")
        while more := slow.recv(65536):
            answer += more
        assert answer.count(b"HTTP/1.1") == 1


def test_a_request_that_has_begun_takes_the_time_it_takes(impatient: RunningService) -> None:
    with connect(impatient) as slow:
        slow.sendall(head(impatient, GOOD))
        time.sleep(3 * Impatient.HEAD)  # its body has a limit of its own
        slow.sendall(GOOD)
        assert slow.recv(65536).startswith(b"HTTP/1.1 200")
