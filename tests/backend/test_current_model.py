"""Another model takes over while the service runs; a broken one does not."""

import asyncio
import json
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from backend.commandline.commands import commands
from backend.current_model import CurrentModel
from backend.model_watch import ModelWatch
from backend.open_judge import open_judge
from backend.settings import Settings, read_settings, settings_file
from tests.conftest import running_service
from tests.model_folders import write_model_folder
from tests.pictures import encoded, pixels

BODY = encoded(pixels(300, 300, level=220))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_model_folder(tmp_path / "models" / "mine")


@contextmanager
def current(folder: Path, data: Path) -> Iterator[CurrentModel]:
    settings = Settings(model=folder, data=data, workers=1)
    with ThreadPoolExecutor(1) as inference:
        yield CurrentModel(settings, open_judge, lambda: folder, inference, "0")


async def rested(model: CurrentModel) -> None:
    """Two looks: a change is taken up when it has come to rest."""
    await model.look()
    await model.look()


def test_a_change_counts_once_and_when_it_has_come_to_rest(folder: Path) -> None:
    watch = ModelWatch(lambda: folder)
    assert watch.change() is None
    (folder / "model.json").write_text("half")
    assert watch.change() is None
    (folder / "model.json").write_text("half of it")
    assert [watch.change() for _ in range(3)] == [None, folder, None]


def test_a_new_model_takes_over_and_a_picture_that_was_begun_ends_with_the_old(
    folder: Path, tmp_path: Path
) -> None:
    async def use(model: CurrentModel) -> None:
        await model.start()
        before = model.ready()
        with before.used():
            write_model_folder(folder, version="2")
            await rested(model)
            after = model.ready()
            assert after.judge.folder.model.version == "2" and after.stamp != before.stamp
            await before.workers.warm()  # its processes still work
        await asyncio.gather(*model._ending)
        with pytest.raises(RuntimeError):
            before.workers._pool.schedule(print)
        model.stop()

    with current(folder, tmp_path) as model:
        asyncio.run(use(model))


@pytest.mark.parametrize("name", ["model.json", "model.onnx"])
def test_a_broken_model_is_refused_and_the_old_one_stays(
    folder: Path, tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def use(model: CurrentModel) -> None:
        await model.start()
        before, whole = model.ready(), (folder / name).read_bytes()
        (folder / name).write_bytes(whole[: len(whole) // 2])
        await rested(model)
        assert model.ready() is before
        assert name in str(model.refused) and name in caplog.text
        (folder / name).write_bytes(whole)
        await rested(model)
        assert model.ready() is before and model.refused is None
        model.stop()

    with current(folder, tmp_path) as model:
        asyncio.run(use(model))


def test_models_use_changes_what_a_running_service_serves(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CANDID_SETTINGS", str(tmp_path / "config" / "candid.toml"))
    settings_file().parent.mkdir()
    settings_file().write_text("# mine\nqueue = 9\n")
    write_model_folder(tmp_path / "models" / "other", name="other")
    shutil.copytree(folder, tmp_path / "models" / "broken")
    (tmp_path / "models" / "broken" / "model.onnx").write_bytes(b"half")

    def use(name: str) -> int:
        return CliRunner().invoke(commands, ["models", "use", name]).exit_code

    assert [use("mine"), use("broken"), use("nothing")] == [0, 1, 1]
    assert read_settings().model == folder and settings_file().read_text().startswith("# mine\nqueue = 9")
    with running_service(read_settings(), wanted=lambda: read_settings().model) as running:
        with running.client() as client:
            assert client.post("/v1/score", content=BODY).json()["model"]["name"] == "brightness"
            assert use("other") == 0
            deadline = time.monotonic() + 20
            while client.get("/v1/health").json()["model"]["name"] != "other":
                assert time.monotonic() < deadline
                time.sleep(0.1)
            assert client.post("/v1/score", content=BODY).json()["model"]["name"] == "other"
            (tmp_path / "models" / "other" / "model.json").write_text(json.dumps({}))
            while not (refused := client.get("/v1/health").json()["refused"]):
                assert time.monotonic() < deadline
                time.sleep(0.1)
            assert client.post("/v1/score", content=BODY).json()["model"]["name"] == "other"
        port = running.address.rsplit(":", 1)[1]
        doctor = CliRunner().invoke(commands, ["doctor", "--port", port])
    assert doctor.exit_code == 1 and refused[:40] in doctor.stdout
