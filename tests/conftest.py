"""Fixtures that several parts share."""

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import uvicorn

from backend.app import create_app
from backend.settings import Settings
from tests.model_folders import write_model_folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Real browsers last: a mistake in the code shows sooner elsewhere."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@dataclass(frozen=True)
class RunningService:
    """The real service on a free port, in a thread."""

    address: str
    model: Path

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.address, timeout=30, trust_env=False)


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model_folder(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="session")
def service(model_folder: Path) -> Iterator[RunningService]:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    app = create_app(Settings(port=port, model=model_folder))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the service did not start"
        time.sleep(0.02)
    yield RunningService(f"http://127.0.0.1:{port}", model_folder)
    server.should_exit = True
    thread.join(timeout=10)
