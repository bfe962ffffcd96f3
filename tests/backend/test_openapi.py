"""Schemathesis against the service's own OpenAPI document: whatever is sent, the answer is a promised one.

Without a token on the pairing, with one elsewhere; bodies are anything at all.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from backend.settings import Settings
from tests.conftest import RunningService, running_service

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)


@pytest.fixture(scope="module")
def own(model_folder: Path) -> Iterator[RunningService]:
    """Its pairings would stand in the way of other tests'."""
    with running_service(Settings(model=model_folder)) as running:
        yield running


@pytest.fixture
def api(own: RunningService) -> Any:
    with own.client() as client:
        return schemathesis.openapi.from_dict(client.get("/openapi.json").json())


def test_every_answer_is_one_that_the_document_promises(api: Any, own: RunningService) -> None:
    headers = {"Authorization": f"Bearer {own.token}"}
    asked: set[str] = set()
    for operation in api.get_all_operations():

        @settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(operation.ok().as_strategy())
        def check(case: Any) -> None:
            answer = case.call(base_url=own.address, headers=headers)
            case.validate_response(answer, checks=CHECKS)
            asked.add(f"{case.method} {case.path}")

        check()
    assert len(asked) == len(list(api.get_all_operations()))


def test_the_document_knows_every_route(api: Any) -> None:
    known = {operation.ok().label for operation in api.get_all_operations()}
    routes = Path(__file__).parents[2].joinpath("backend", "routes.py").read_text()
    assert len(known) == routes.count("    @app.")
