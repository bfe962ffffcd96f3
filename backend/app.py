"""The service's routes, a few lines each. Bytes of pictures in, verdicts or problems out."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from importlib import metadata
from typing import Annotated
from urllib.parse import unquote

from fastapi import Depends, FastAPI, Header, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from backend.contract import Health, Judged, ModelJson, Problem, Reason
from backend.errors import Busy, NotReady, TooManyBytes, WireError
from backend.evidence.hints import Hints
from backend.guard import PROBLEM_JSON, Guard
from backend.judge import Judge
from backend.picture import MAX_BYTES, MIN_SIDE
from backend.settings import Settings

log = logging.getLogger("candid")
MAX_LABEL = 200  # characters of a platform's label


class Service:
    """The judge, its worker threads and the bound on what may wait for them."""

    def __init__(self, settings: Settings, open_judge: Callable[[Settings], Judge]) -> None:
        self.settings, self._open_judge = settings, open_judge
        self.judge: Judge | None = None
        self._workers = ThreadPoolExecutor(settings.workers, "picture")
        self._waiting = 0

    def start(self) -> None:
        judge = self._open_judge(self.settings)
        judge.session.warm()
        self.judge = judge

    def stop(self) -> None:
        self._workers.shutdown(cancel_futures=True)

    def ready(self) -> Judge:
        if self.judge is None:
            raise NotReady("The model is still being loaded. Try again in a second.")
        return self.judge

    async def score(self, data: bytes, hints: Hints) -> Judged:
        judge = self.ready()
        if self._waiting >= self.settings.queue:
            raise Busy(f"{self._waiting} pictures are waiting already. Try again in a second.")
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._workers, judge.judge, data, hints)
        finally:
            self._waiting -= 1


def open_judge(settings: Settings) -> Judge:
    """The judge that the settings name. Raises ModelFolderError."""
    return Judge.from_folder(settings.model)


def create_app(settings: Settings, open_judge: Callable[[Settings], Judge] = open_judge) -> FastAPI:
    """The whole service. The model is loaded when the app starts, not here."""
    service = Service(settings, open_judge)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        service.start()
        judge = service.ready()
        log.info(
            "Candid judges with %s %s on %s at http://127.0.0.1:%s",
            judge.folder.model.name, judge.folder.model.version, judge.session.device, settings.port,
        )  # fmt: skip
        yield
        service.stop()

    app = FastAPI(title="Candid", version=version(), lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.service = service
    app.add_middleware(Guard)
    _add_error_answers(app)
    _add_routes(app)
    return app


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


ServiceDependency = Annotated[Service, Depends(_service)]


async def _hints(candid_platform_label: Annotated[str | None, Header()] = None) -> Hints:
    """Header values are ASCII: the extension sends the label percent-encoded."""
    return Hints(unquote(candid_platform_label)[:MAX_LABEL] if candid_platform_label else None)


def _add_routes(app: FastAPI) -> None:
    @app.post("/v1/score", responses={code: {"model": Problem} for code in (400, 413, 415, 422, 503)})
    async def score(
        request: Request, service: ServiceDependency, hints: Annotated[Hints, Depends(_hints)]
    ) -> Judged:
        """Judges one picture: the body is its bytes as they are."""
        return await service.score(await _body(request), hints)

    @app.get("/v1/health")
    async def health(service: ServiceDependency) -> Health:
        """Says whether pictures can be judged, and what judges them."""
        judge = service.judge
        return Health(
            status="ready" if judge else "starting",
            version=version(),
            provider=judge.session.provider if judge else None,
            device=judge.session.device if judge else None,
            model=judge.folder.judged_model if judge else None,
            minimum_side=MIN_SIDE,
        )

    @app.get("/v1/model")
    async def model(service: ServiceDependency) -> ModelJson:
        """model.json of the model that judges."""
        return service.ready().folder.model


async def _body(request: Request) -> bytes:
    """Stops reading at the limit, so that an endless body costs no memory."""
    parts, total = [], 0
    async for part in request.stream():
        total += len(part)
        if total > MAX_BYTES:
            raise TooManyBytes(f"The body has more than {MAX_BYTES:,} bytes; larger pictures are not read.")
        parts.append(part)
    return b"".join(parts)


def _add_error_answers(app: FastAPI) -> None:
    """Every error of the API has the same shape: problem+json with a reason."""

    @app.exception_handler(WireError)
    async def known(_: Request, error: WireError) -> JSONResponse:
        return _answer(error.problem())

    @app.exception_handler(HTTPException)
    async def http(_: Request, error: HTTPException) -> JSONResponse:
        reasons: dict[int, Reason] = {404: "not_found", 405: "method_not_allowed"}
        reason = reasons.get(error.status_code, "invalid_request")
        return _answer(Problem(status=error.status_code, reason=reason, message=str(error.detail)))

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        message = f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
        return _answer(Problem(status=422, reason="invalid_request", message=message))

    @app.exception_handler(Exception)
    async def unknown(_: Request, error: Exception) -> JSONResponse:
        log.error("a picture failed: %s", type(error).__name__, exc_info=error)
        message = "Candid made a mistake; the picture was not judged. The log of the service says more."
        return _answer(Problem(status=500, reason="internal", message=message))


def _answer(problem: Problem) -> JSONResponse:
    wait = {"Retry-After": "1"} if problem.status == 503 else None
    return JSONResponse(problem.model_dump(), problem.status, wait, PROBLEM_JSON)


def version() -> str:
    """Of this package; "0" where it runs from a checkout that is not installed."""
    try:
        return metadata.version("candid")
    except metadata.PackageNotFoundError:
        return "0"
