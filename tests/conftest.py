"""Fixtures that several parts share."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from backend.app import create_app
from backend.bodies import PATIENCE
from backend.http_server import PatientProtocol, server_for
from backend.judge import Judge
from backend.open_judge import open_judge
from backend.service import Service
from backend.settings import Settings
from backend.tokens import Tokens
from tests.model_folders import write_model_folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Real browsers last: a mistake in the code shows sooner elsewhere."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@dataclass(frozen=True)
class RunningService:
    """The real service on a free port, in a thread."""

    address: str
    model: Path
    token: str
    inside: Service

    def client(self, token: str | None = None) -> httpx.Client:
        """Of a program that may ask, unless another token is given."""
        headers = {"Authorization": f"Bearer {self.token if token is None else token}"}
        return httpx.Client(base_url=self.address, timeout=30, trust_env=False, headers=headers)


@pytest.fixture(scope="session", autouse=True)
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Nothing that a test starts finds or changes what the user has."""
    folder = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CANDID_DATA", str(folder))
        patch.setenv("CANDID_SETTINGS", str(folder / "candid.toml"))
        yield folder


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model_folder(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="session")
def service(model_folder: Path, data_folder: Path) -> Iterator[RunningService]:
    with running_service(Settings(model=model_folder)) as running:
        yield running


@contextmanager
def running_service(
    settings: Settings,
    judge: Callable[[Settings], Judge] = open_judge,
    port: int = 0,
    wanted: Callable[[], Path] | None = None,
    protocol: type[PatientProtocol] = PatientProtocol,
    body_patience: float = PATIENCE,
) -> Iterator[RunningService]:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    port = listener.getsockname()[1]
    app = create_app(settings.model_copy(update={"port": port}), judge, wanted, body_patience)
    server = server_for(app, protocol)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the service did not start"
        time.sleep(0.02)
    try:
        yield RunningService(
            f"http://127.0.0.1:{port}", settings.model, Tokens(settings.data).own(), app.state.service
        )
    finally:
        server.should_exit = True
        thread.join(timeout=10)
