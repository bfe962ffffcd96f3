"""The service, put together: the guarded door, the routes, the answers to errors, start and end."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI

from backend.answers import add_error_answers
from backend.data_folder import TRUST
from backend.evidence.rungs import rungs
from backend.guard import Guard
from backend.judge import Judge
from backend.routes import add_routes
from backend.service import Service, version
from backend.settings import Settings

log = logging.getLogger("candid")


def open_judge(settings: Settings) -> Judge:
    """The judge that the settings name. Raises ModelFolderError."""
    return Judge.from_folder(settings.model, rungs=rungs(settings.data / TRUST))


def create_app(settings: Settings, open_judge: Callable[[Settings], Judge] = open_judge) -> FastAPI:
    """The whole service. The model is loaded when the app starts, not here. Raises DataFolderError."""
    service = Service(settings, open_judge)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await service.start()
        judge = service.ready()
        log.info(
            "Candid judges with %s %s on %s at http://%s:%s",
            judge.folder.model.name, judge.folder.model.version, judge.session.device, settings.host,
            settings.port,
        )  # fmt: skip
        yield
        service.stop()

    app = FastAPI(title="Candid", version=version(), lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.service = service
    app.add_middleware(Guard, accepts=service.tokens.accepts, exposed=settings.expose)
    add_error_answers(app)
    add_routes(app)
    return app
