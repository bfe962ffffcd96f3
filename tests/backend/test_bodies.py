"""Bodies that stall or never end: refused, not waited for, and the next picture is judged."""

import json
import select
import socket
from collections.abc import Iterator

import pytest

from backend.bodies import MAX_JSON
from backend.contract import Problem
from backend.picture import MAX_BYTES
from backend.settings import Settings
from tests.backend.test_connections import GOOD, Impatient, connect, head
from tests.conftest import RunningService, running_service

CHUNK = b"%x\r\n%s\r\n" % (1 << 16, bytes(1 << 16))
BUFFERS = 16 * 1024 * 1024  # bytes that the system holds between sender and service, at most


@pytest.fixture(scope="module")
def hurried(service: RunningService) -> Iterator[RunningService]:
    settings = Settings(model=service.model)
    with running_service(settings, protocol=Impatient, body_patience=0.5) as running:
        yield running


def refusal(connection: socket.socket) -> Problem:
    answer = b""
    while not answer.endswith(b"}"):
        more = connection.recv(65536)
        assert more, "the connection was closed without an answer"
        answer += more
    said, _, body = answer.partition(b"\r\n\r\n")
    problem = Problem.model_validate(json.loads(body))
    assert said.startswith(b"HTTP/1.1 %d" % problem.status)
    return problem


def assert_judges(service: RunningService) -> None:
    with service.client() as client:
        assert client.post("/v1/score", content=GOOD).json()["verdict"] == "fake"


def test_a_body_that_stalls_is_refused_and_the_next_picture_is_judged(hurried: RunningService) -> None:
    with connect(hurried) as slow:
        slow.sendall(head(hurried, GOOD) + GOOD[: len(GOOD) // 2])
        problem = refusal(slow)
    assert (problem.status, problem.reason) == (408, "timed_out")
    assert_judges(hurried)


def test_a_body_that_trickles_in_is_not_waited_for(hurried: RunningService) -> None:
    """The wait is for the whole body: a byte now and then does not begin it anew."""
    with connect(hurried) as slow:
        slow.sendall(head(hurried, GOOD))
        for byte in GOOD:
            slow.sendall(bytes([byte]))
            if select.select([slow], [], [], 0.1)[0]:
                break
        problem = refusal(slow)
    assert (problem.status, problem.reason) == (408, "timed_out")
    assert_judges(hurried)


@pytest.mark.parametrize(("path", "limit"), [("/v1/score", MAX_BYTES), ("/v1/pairing", MAX_JSON)])
def test_an_endless_body_is_refused_at_its_limit(hurried: RunningService, path: str, limit: int) -> None:
    lines = ["POST {} HTTP/1.1", "Host: 127.0.0.1", "Authorization: Bearer {}", "Transfer-Encoding: chunked"]
    sent = 0
    with connect(hurried) as endless:
        endless.sendall(("\r\n".join([*lines, "", ""])).format(path, hurried.token).encode())
        while not select.select([endless], [], [], 0)[0]:
            endless.sendall(CHUNK)
            sent += len(CHUNK)
            assert sent <= limit + BUFFERS
        problem = refusal(endless)
        with pytest.raises(ConnectionError):  # it is not read for ever, either
            while True:
                endless.sendall(CHUNK)
    assert (problem.status, problem.reason) == (413, "too_many_bytes")
    assert_judges(hurried)
