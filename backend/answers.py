"""Every error of the API as the same shape: problem+json with a reason."""

import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import Scope

from backend.contract import Problem, Reason
from backend.errors import WireError
from backend.requests_seen import say

log = logging.getLogger("candid")
PROBLEM_JSON = "application/problem+json"
REASONS: dict[int, Reason] = {404: "not_found", 405: "method_not_allowed", 413: "too_many_bytes"}
HEADERS = {503: {"Retry-After": "1"}, 429: {"Retry-After": "120"}, 401: {"WWW-Authenticate": "Bearer"}}


def answer(problem: Problem, scope: Scope) -> JSONResponse:
    """To the request of this scope."""
    say(scope, problem.reason)
    return JSONResponse(problem.model_dump(), problem.status, HEADERS.get(problem.status), PROBLEM_JSON)


def add_error_answers(app: FastAPI) -> None:
    @app.exception_handler(WireError)
    async def known(request: Request, error: WireError) -> JSONResponse:
        return answer(error.problem(), request.scope)

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> JSONResponse:
        reason = REASONS.get(error.status_code, "invalid_request")
        problem = Problem(status=error.status_code, reason=reason, message=str(error.detail))
        return answer(problem, request.scope)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        message = f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
        return answer(Problem(status=422, reason="invalid_request", message=message), request.scope)

    @app.exception_handler(Exception)
    async def unknown(request: Request, error: Exception) -> JSONResponse:
        log.error("a request failed: %s", type(error).__name__, exc_info=error)
        message = "Candid made a mistake; the picture was not judged. The log of the service says more."
        return answer(Problem(status=500, reason="internal", message=message), request.scope)
