"""What a start reads, in the service and in its workers, and what it leaves behind where it fails."""

import asyncio
import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest

from backend import fork_server
from backend.commandline.reading import reading
from backend.evidence.rungs import rungs
from backend.model_folder import open_model_folder
from backend.workers import Workers
from tests.model_folders import write_model_folder

OF_THE_SERVICE = {"fastapi", "onnxruntime", "pydantic_settings", "starlette", "typer", "uvicorn"}
OF_WORKERS = {"PIL.AvifImagePlugin", "PIL.JpegImagePlugin", "backend.prepare", "c2pa", "numpy", "pebble"}
OF_OTHER_COMMANDS = {"c2pa", "cryptography", "rich", "tomlkit"}
LOADED = "sorted(__import__('sys').modules)"
# As `python -m backend` reads them, without a service that runs.
SERVING = f"""
import backend.commandline.commands, backend.commandline.serve, backend.app, backend.http_server
print(*{LOADED})
"""


@pytest.mark.skipif(sys.platform == "win32", reason="each worker reads its code by itself there")
def test_workers_come_from_one_process_that_has_read_their_code_and_no_other(
    model_folder: Path, tmp_path: Path
) -> None:
    async def use() -> tuple[int, set[str]]:
        model = open_model_folder(model_folder).model
        workers = Workers(1, rungs(tmp_path), model.views, model.input, 20.0)
        try:
            return await workers._run(os.getppid, (), None), set(await workers._run(eval, (LOADED,), None))
        finally:
            workers.stop()

    fork_server.start()
    (parent, loaded), (other_parent, _) = asyncio.run(use()), asyncio.run(use())
    assert parent == other_parent != os.getpid()
    assert loaded >= OF_WORKERS and not loaded & OF_THE_SERVICE


def test_serving_reads_nothing_that_other_commands_and_workers_need() -> None:
    done = subprocess.run([sys.executable, "-c", SERVING], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert loaded >= OF_THE_SERVICE and not loaded & OF_OTHER_COMMANDS


@pytest.mark.parametrize("content", [b"half", None], ids=["another file", "no model"])
def test_a_broken_model_is_told_in_one_sentence_and_leaves_no_process(
    tmp_path: Path, content: bytes | None
) -> None:
    model = write_model_folder(tmp_path / "model") if content else tmp_path / "model"
    if content:
        (model / "model.onnx").write_bytes(content)
    flags = ("--port", "1", "--model", str(model), "--data", str(tmp_path / "data"))
    # It reads to the end of standard error, which every process holds that was started: none stays.
    done = subprocess.run(
        [sys.executable, "-m", "backend", *flags], stderr=subprocess.PIPE, text=True, timeout=60
    )
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith("Candid cannot start.") and str(model) in done.stderr


def test_garbage_is_collected_again_where_a_start_fails() -> None:
    with pytest.raises(ZeroDivisionError), reading():
        assert not gc.isenabled()
        print(1 / 0)
    assert gc.isenabled()
