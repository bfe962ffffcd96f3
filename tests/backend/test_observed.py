"""What the service says of itself: metrics and a line for each request, with nothing of a picture."""

import json
import logging
from pathlib import Path
from urllib.parse import quote

import pytest
from prometheus_client.parser import text_string_to_metric_families

from backend.logs import write_logs
from tests.conftest import RunningService
from tests.pictures import encoded, pixels

Sample = tuple[str, frozenset[tuple[str, str]]]
FAKE = encoded(pixels(310, 300, level=220, seed=77))
SECRET = "/v1/pairing/holiday.jpg"


def metrics(service: RunningService) -> dict[Sample, float]:
    with service.client() as client:
        answer = client.get("/v1/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    families = text_string_to_metric_families(answer.text)
    return {(s.name, frozenset(s.labels.items())): s.value for each in families for s in each.samples}


def sample(name: str, **labels: str) -> Sample:
    return name, frozenset(labels.items())


def test_metrics_count_requests_verdicts_and_steps(service: RunningService) -> None:
    before = metrics(service)
    with service.client() as client:
        for _ in range(2):
            client.post("/v1/score", content=FAKE)
        client.post("/v1/score", content=b"no picture")
        client.post("/v1/score", content=FAKE, headers={"host": "evil.example"})
        client.post(SECRET, json={"code": "123456"})
    after = metrics(service)
    score = {"method": "POST", "route": "/v1/score"}
    grown = {
        sample("candid_requests_total", **score, status="200"): 2,
        sample("candid_requests_total", **score, status="415"): 1,
        sample("candid_requests_total", method="POST", route="none", status="403"): 1,
        sample("candid_requests_total", method="POST", route="/v1/pairing/{id}", status="410"): 1,
        sample("candid_verdicts_total", rung="model", verdict="fake"): 2,
        sample("candid_remembered_total", found="hit"): 1,
        sample("candid_remembered_total", found="miss"): 2,
        sample("candid_seconds_count", step="score"): 1,
        sample("candid_seconds_count", step="decode"): 2,
    }
    assert {each: after[each] - before.get(each, 0) for each in grown} == grown
    assert after[sample("candid_queue")] == 0
    assert "holiday" not in str(after)


def test_metrics_are_behind_the_token(service: RunningService) -> None:
    with service.client("wrong") as client:
        assert client.get("/v1/metrics").status_code == 401


def test_each_request_has_one_line_with_nothing_of_picture_or_address(
    service: RunningService, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "candid.requests"), service.client() as client:
        client.post("/v1/score?q=holiday", content=FAKE, headers={"Candid-Platform-Label": quote("holiday")})
        client.post("/v1/score", content=b"holiday")
        client.post(SECRET, json={"code": "123456"})
        client.get("/holiday.jpg")
        client.get("/v1/health", headers={"Authorization": "Bearer holiday"})
    lines = [message.rsplit(" ", 2)[0] for message in caplog.messages]
    assert lines == [
        "POST /v1/score 200 fake",
        "POST /v1/score 415 not_a_picture",
        "POST /v1/pairing/{id} 410 pairing_ended",
        "GET none 404 not_found",
        "GET none 401 unauthorised",
    ]
    assert "holiday" not in str([record.__dict__ for record in caplog.records])


def test_the_log_as_json_has_an_object_a_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers.clear()
    try:
        write_logs("json", tmp_path)
        logging.getLogger("candid").warning("one\ntwo", extra={"status": 200})
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
    [line] = capsys.readouterr().err.splitlines()
    said = json.loads(line)
    assert (said["level"], said["logger"], said["message"], said["status"]) == (
        "WARNING", "candid", "one\ntwo", 200,
    )  # fmt: skip
    assert said["time"]
