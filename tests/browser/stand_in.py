"""A program that stands in for the backend on its port and spoils the answers of a real judge."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from backend.contract import Health, Problem, Verdict
from backend.demo.servers import BACKEND_PORT, serving
from backend.judge import Judge

Spoiling = Literal["honest", "wrong", "late", "failing", "silent", "gibberish", "cut", "starting"]
OTHER: dict[Verdict, Verdict] = {"fake": "real", "real": "fake", "unsure": "fake"}
LATE = 6.0  # s; longer than the deadline of the tests that use it


@contextmanager
def standing_in(spoiling: Spoiling, model: Path) -> Iterator[str]:
    """Answers on the backend's port while the context lasts."""
    judge = Judge.from_folder(model)
    released = asyncio.Event()

    async def health(_: Request) -> JSONResponse:
        if spoiling == "starting":
            nothing = Health(
                status="starting", version="0", provider=None, device=None, model=None, minimum_side=64
            )
            return JSONResponse(nothing.model_dump())
        answer = Health(
            status="ready", version="0", provider="CPUExecutionProvider", device="CPU",
            model=judge.folder.judged_model, minimum_side=64,
        )  # fmt: skip
        return JSONResponse(answer.model_dump())

    async def score(request: Request) -> Response:
        judged = judge.judge(await request.body())
        match spoiling:
            case "wrong":
                judged = judged.model_copy(update={"verdict": OTHER[judged.verdict]})
            case "late":
                await asyncio.sleep(LATE)
            case "failing":
                problem = Problem(status=500, reason="internal", message="spoiled for a test")
                return JSONResponse(problem.model_dump(), 500)
            case "silent":
                await released.wait()
            case "gibberish":
                return JSONResponse({"verdict": judged.verdict})
            case "cut":  # no JSON
                return Response(judged.model_dump_json()[:-9], media_type="application/json")
        return JSONResponse(judged.model_dump())

    site = Starlette(routes=[Route("/v1/health", health), Route("/v1/score", score, methods=["POST"])])
    with serving(site, BACKEND_PORT) as address:
        yield address
