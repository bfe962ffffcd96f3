"""The service, put together: the guarded door, the routes, the answers to errors, start and end."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from backend.answers import add_error_answers
from backend.bodies import PATIENCE
from backend.current_model import OpenJudge
from backend.guard import Guard
from backend.model_watch import Wanted
from backend.open_judge import open_judge
from backend.requests_seen import RequestsSeen
from backend.routes import add_routes
from backend.service import Service, version
from backend.settings import Settings

log = logging.getLogger("candid")


def create_app(
    settings: Settings,
    open_judge: OpenJudge = open_judge,
    wanted: Wanted | None = None,
    body_patience: float = PATIENCE,
) -> FastAPI:
    """The whole service. The model is loaded when the app starts, not here; `wanted` names the folder that
    is to be served later on, where the settings may change; a body may take `body_patience` seconds to
    arrive. Raises DataFolderError."""
    service = Service(settings, open_judge, wanted or (lambda: settings.model))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await service.start()
        judge = service.model.ready().judge
        log.info(
            "Candid judges with %s %s on %s at http://%s:%s",
            judge.folder.model.name, judge.folder.model.version, judge.session.device, settings.host,
            settings.port,
        )  # fmt: skip
        keeping_up = asyncio.create_task(service.keep_up())
        yield
        keeping_up.cancel()
        service.stop()

    app = FastAPI(title="Candid", version=version(), lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.service = service
    app.state.body_patience = body_patience
    app.add_middleware(Guard, accepts=service.tokens.accepts, exposed=settings.expose)
    app.add_middleware(RequestsSeen, metrics=service.metrics)
    add_error_answers(app)
    add_routes(app)
    return app
