"""The service's routes, a few lines each. Bytes of pictures in, verdicts or problems out."""

from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import unquote

from fastapi import Depends, FastAPI, Header, Request, Response

from backend.answers import PROBLEM_JSON
from backend.bodies import json_body, picture_bytes
from backend.contract import (
    Health,
    Judged,
    ModelJson,
    PairingCode,
    PairingDone,
    PairingOpened,
    PairingRequest,
    Problem,
)
from backend.corrections import Label
from backend.evidence.hints import Hints
from backend.leaving import while_asked
from backend.metrics import CONTENT_TYPE
from backend.pairing import LIFETIME
from backend.requests_seen import say
from backend.service import Service

MAX_LABEL = 200  # characters of a platform's label


async def _service(request: Request) -> Service:
    """Not a plain function: FastAPI would run that in a thread."""
    service: Service = request.app.state.service
    return service


ServiceDependency = Annotated[Service, Depends(_service)]


async def _hints(candid_platform_label: Annotated[str | None, Header()] = None) -> Hints:
    """Header values are ASCII: the extension sends the label percent-encoded."""
    return Hints(unquote(candid_platform_label)[:MAX_LABEL] if candid_platform_label else None)


HintsDependency = Annotated[Hints, Depends(_hints)]


def _problems(*codes: int) -> dict[int | str, dict[str, Any]]:
    schema = Problem.model_json_schema()
    return {
        code: {"description": HTTPStatus(code).phrase, "content": {PROBLEM_JSON: {"schema": schema}}}
        for code in (401, 403, *codes)
    }


def _body(content_type: str, schema: dict[str, object]) -> dict[str, object]:
    """For the OpenAPI document: these bodies are read by hand, within limits."""
    return {"requestBody": {"required": True, "content": {content_type: {"schema": schema}}}}


PICTURE = _body("application/octet-stream", {"type": "string", "format": "binary"})


def add_routes(app: FastAPI) -> None:
    _add_judging(app)
    _add_facts(app)
    _add_pairing(app)


def _add_judging(app: FastAPI) -> None:
    @app.post("/v1/score", responses=_problems(400, 408, 413, 415, 422, 503), openapi_extra=PICTURE)
    async def score(request: Request, service: ServiceDependency, hints: HintsDependency) -> Judged:
        """Judges one picture: the body is its bytes as they are."""
        judged = await while_asked(request, service.score(await picture_bytes(request), hints))
        say(request.scope, judged.verdict)
        return judged

    @app.post(
        "/v1/feedback",
        status_code=204,
        responses=_problems(400, 408, 413, 415, 422, 503, 507),
        openapi_extra=PICTURE,
    )
    async def feedback(request: Request, service: ServiceDependency, label: Label) -> None:
        """Keeps a picture under what it really is, for training: the body is its bytes."""
        await while_asked(request, service.correct(await picture_bytes(request), label))

    @app.post(
        "/v1/heat",
        response_class=Response,
        responses={**_problems(400, 404, 408, 413, 415, 422, 503), 200: {"content": {"image/png": {}}}},
        openapi_extra=PICTURE,
    )
    async def heat(request: Request, service: ServiceDependency) -> Response:
        """Draws where the model sees traces, to lay over the picture: PNG with transparency."""
        drawn = await while_asked(request, service.heat(await picture_bytes(request)))
        return Response(drawn, media_type="image/png")


def _add_facts(app: FastAPI) -> None:
    @app.get("/v1/health", responses=_problems())
    async def health(service: ServiceDependency) -> Health:
        """Says whether pictures can be judged, and what judges them."""
        return service.health()

    @app.get("/v1/model", responses=_problems(503))
    async def model(service: ServiceDependency) -> ModelJson:
        """model.json of the model that judges."""
        return service.model.ready().judge.folder.model

    @app.get(
        "/v1/metrics",
        response_class=Response,
        responses={**_problems(), 200: {"content": {"text/plain": {}}}},
    )
    async def metrics(service: ServiceDependency) -> Response:
        """Counts and times, as Prometheus reads them."""
        return Response(service.metrics.text(), media_type=CONTENT_TYPE)


def _add_pairing(app: FastAPI) -> None:
    """The one door without a token."""

    @app.post(
        "/v1/pairing",
        status_code=201,
        responses=_problems(408, 413, 422, 429),
        openapi_extra=_body("application/json", PairingRequest.model_json_schema()),
    )
    async def ask(request: Request, service: ServiceDependency) -> PairingOpened:
        """Shows a code where the service runs."""
        wanted = await json_body(request, PairingRequest)
        return PairingOpened(id=service.ask_to_pair(wanted.name).id, seconds=int(LIFETIME))

    @app.post(
        "/v1/pairing/{id}",
        responses=_problems(408, 410, 413, 422),
        openapi_extra=_body("application/json", PairingCode.model_json_schema()),
    )
    async def answer(id: str, request: Request, service: ServiceDependency) -> PairingDone:
        """Gives a token for the right code."""
        return PairingDone(token=service.pair(id, (await json_body(request, PairingCode)).code))
