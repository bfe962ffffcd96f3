"""The service under load and abuse: one verdict for many askers, a bounded queue, lost workers."""

import concurrent.futures
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from PIL import Image

from backend.contract import Judged, Problem
from backend.evidence.ladder import Rung
from backend.judge import Judge
from backend.prepare import Prepared
from backend.settings import Settings
from tests.backend.test_workers import crashes, sleeps
from tests.conftest import RunningService, running_service
from tests.model_folders import write_model_folder
from tests.pictures import encoded, pixels

GOOD = encoded(pixels(300, 300, level=220))
SLEEP = {"Candid-Platform-Label": "sleep"}


class CountingJudge(Judge):
    decided = 0

    def decide(self, prepared: Prepared) -> Judged:
        self.decided += 1
        return super().decide(prepared)


@pytest.fixture(scope="module")
def judge(model_folder: Path) -> CountingJudge:
    found = CountingJudge.from_folder(
        model_folder, rungs=[Rung("metadata", sleeps), Rung("metadata", crashes)]
    )
    assert isinstance(found, CountingJudge)
    return found


@pytest.fixture
def narrow(judge: CountingJudge, model_folder: Path) -> Iterator[RunningService]:
    """With room for two pictures."""
    with running_service(
        Settings(model=model_folder, queue=2, patience=3, remembered=0), lambda _: judge
    ) as running:
        yield running


def leave(service: RunningService, body: bytes) -> None:
    """Asks for a picture that takes long, and goes."""
    with pytest.raises(httpx.ReadTimeout), service.client() as client:
        client.post("/v1/score", content=body, headers=SLEEP, timeout=2)


def test_the_same_picture_from_many_is_judged_once(narrow: RunningService, judge: CountingJudge) -> None:
    before = judge.decided
    with narrow.client() as client, concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: client.post("/v1/score", content=GOOD), range(8)))
    assert {answer.json()["verdict"] for answer in answers} == {"fake"}
    assert judge.decided - before < 8


def test_a_full_queue_says_when_to_come_again_and_leaving_makes_room(narrow: RunningService) -> None:
    slow = [encoded(pixels(300, 300, seed=seed)) for seed in (1, 2)]
    with narrow.client() as client, concurrent.futures.ThreadPoolExecutor(2) as pool:
        leaving = [pool.submit(leave, narrow, body) for body in slow]
        while narrow.inside.waiting < 2:
            time.sleep(0.01)
        answer = client.post("/v1/score", content=GOOD)
        assert (answer.status_code, answer.json()["reason"]) == (503, "busy")
        assert answer.headers["retry-after"] == "1"
        for each in leaving:
            each.result()
        while narrow.inside.waiting > 0:
            time.sleep(0.01)
        assert client.post("/v1/score", content=GOOD).status_code == 200
        too_long = client.post("/v1/score", content=slow[0], headers=SLEEP)
        assert (too_long.status_code, too_long.json()["reason"]) == (422, "timed_out")


def test_a_crashing_parser_fails_its_picture_and_the_next_is_judged(narrow: RunningService) -> None:
    with narrow.client() as client:
        lost = client.post("/v1/score", content=GOOD, headers={"Candid-Platform-Label": "crash"})
        assert (lost.status_code, Problem.model_validate(lost.json()).reason) == (422, "undecodable")
        assert client.post("/v1/score", content=GOOD).status_code == 200


class StuckJudge(Judge):
    """Its model hangs until it is freed."""

    freed = threading.Event()

    def decide(self, prepared: Prepared) -> Judged:
        self.freed.wait()
        return super().decide(prepared)

    def draw(self, prepared: Prepared) -> bytes:
        self.freed.wait()
        return super().draw(prepared)


def test_a_model_that_hangs_is_not_waited_for(model_folder: Path) -> None:
    stuck = StuckJudge.from_folder(model_folder)
    settings = Settings(model=model_folder, patience=3, remembered=0)
    with running_service(settings, lambda _: stuck) as running, running.client() as client:
        try:
            answers = [client.post(path, content=GOOD) for path in ("/v1/score", "/v1/heat")]
        finally:
            StuckJudge.freed.set()
        problems = [Problem.model_validate(answer.json()) for answer in answers]
        assert [problem.reason for problem in problems] == ["timed_out"] * 2
        assert all("The model took longer" in problem.message for problem in problems)
        assert client.post("/v1/score", content=GOOD).json()["verdict"] == "fake"


def test_a_sender_that_stops_in_the_middle_harms_nobody(service: RunningService) -> None:
    port = int(service.address.rsplit(":", 1)[1])
    head = (
        f"POST /v1/score HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {service.token}\r\n"
        f"Content-Length: 100000\r\n\r\n"
    )
    senders = [socket.create_connection(("127.0.0.1", port)) for _ in range(200)]
    for sender in senders[::2]:
        sender.sendall(head.encode() + b"half a picture")
    for sender in senders[::4]:
        sender.close()
    with service.client() as client:
        assert client.post("/v1/score", content=GOOD).status_code == 200
    for sender in senders:
        sender.close()


def test_verdicts_outlive_the_service_and_belong_to_their_model(
    judge: CountingJudge, model_folder: Path, tmp_path: Path
) -> None:
    settings = Settings(model=model_folder, data=tmp_path)
    original = Image.fromarray(pixels(1200, 900, seed=5))
    body, thumbnail = encoded(original), encoded(original.resize((300, 225)))
    answers = []
    for number in range(2):
        before = judge.decided
        with running_service(settings, lambda _: judge) as running, running.client() as client:
            answers.append(client.post("/v1/score", content=body).json())
            small = client.post("/v1/score", content=thumbnail).json()
        assert judge.decided - before == (2 if number == 0 else 0)
        assert small["evidence"][-1]["details"]["larger"]["width"] == 1200
    assert answers[0] == answers[1]
    other = CountingJudge.from_folder(write_model_folder(tmp_path / "other", version="2"))
    with running_service(settings, lambda _: other) as running, running.client() as client:
        assert client.post("/v1/score", content=body).json()["model"]["version"] == "2"
