"""The service over real HTTP: verdicts, problems, the guarded door."""

import concurrent.futures
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from backend.contract import Health, Judged, ModelJson, Problem
from backend.picture import MAX_BYTES
from tests.conftest import RunningService
from tests.pictures import encoded, pixels


def test_score_answers_with_a_verdict(service: RunningService) -> None:
    with service.client() as client:
        answer = client.post("/v1/score", content=encoded(pixels(300, 300, level=220)))
    judged = Judged.model_validate(answer.json())
    assert (answer.status_code, judged.verdict, judged.picture.format) == (200, "fake", "JPEG")


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        (b"", 400, "empty_body"),
        (b"no picture", 415, "not_a_picture"),
        (encoded(pixels(), "TIFF"), 415, "unsupported_format"),
        (encoded(pixels(30, 30), "PNG"), 422, "too_small"),
        (encoded(pixels())[:500], 422, "truncated"),
        (b"\xff\xd8\xff" + bytes(MAX_BYTES), 413, "too_many_bytes"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_score_answers_with_a_problem_never_a_verdict(
    service: RunningService, body: bytes, status: int, reason: str
) -> None:
    with service.client() as client:
        answer = client.post("/v1/score", content=body)
    problem = Problem.model_validate(answer.json())
    assert (answer.status_code, problem.status, problem.reason) == (status, status, reason)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path", "status", "reason"),
    [("GET", "/nothing", 404, "not_found"), ("GET", "/v1/score", 405, "method_not_allowed")],
)
def test_every_error_of_the_api_has_the_same_shape(
    service: RunningService, method: str, path: str, status: int, reason: str
) -> None:
    with service.client() as client:
        answer = client.request(method, path)
    assert (answer.status_code, Problem.model_validate(answer.json()).reason) == (status, reason)


def test_health_tells_what_really_runs(service: RunningService) -> None:
    with service.client() as client:
        health = Health.model_validate(client.get("/v1/health").json())
    assert health.status == "ready"
    assert health.provider in ("CPUExecutionProvider", "CUDAExecutionProvider")


def test_model_answers_with_model_json(service: RunningService) -> None:
    with service.client() as client:
        assert ModelJson.model_validate(client.get("/v1/model").json()).name == "brightness"


def test_no_answer_carries_cors_headers(service: RunningService) -> None:
    with service.client() as client:
        answers = [
            client.get("/v1/health", headers={"origin": "chrome-extension://a"}),
            client.options("/v1/score"),
        ]
    assert not [name for answer in answers for name in answer.headers if name.startswith("access-control")]


def run_backend(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "backend", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_a_port_in_use_is_a_clear_error(model_folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = run_backend("--port", port, "--model", str(model_folder))
    assert done.returncode == 1
    assert f"Port {port}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_model_is_a_clear_error(tmp_path: Path) -> None:
    done = run_backend("--model", str(tmp_path))
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "model.json" in done.stderr


def test_check_tells_the_verdict_by_its_exit_status(model_folder: Path, tmp_path: Path) -> None:
    fake, broken = tmp_path / "fake.png", tmp_path / "broken.png"
    fake.write_bytes(encoded(pixels(300, 300, level=250), "PNG"))
    broken.write_bytes(b"nothing")
    assert run_backend("check", str(fake), "--model", str(model_folder)).returncode == 3
    done = run_backend("check", str(fake), str(broken), "--json", "--model", str(model_folder))
    assert done.returncode == 1
    assert '"verdict": "fake"' in done.stdout
    assert '"failed"' in done.stdout


def test_the_service_answers_many_at_once(service: RunningService) -> None:
    bodies = [encoded(pixels(300, 300, level=level)) for level in (220, 40)] * 12
    with service.client() as client, concurrent.futures.ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda body: client.post("/v1/score", content=body), bodies))
    assert [answer.json()["verdict"] for answer in answers] == ["fake", "real"] * 12
