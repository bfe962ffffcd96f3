"""scan, doctor and models, as they are typed."""

import csv
import json
import platform
import re
import socket
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from click.testing import Result
from typer.main import get_command
from typer.testing import CliRunner

from backend.commandline.commands import commands
from backend.judge import Judge
from backend.service import version
from backend.settings import Settings
from backend.tokens import Tokens
from tests.conftest import running_service
from tests.model_folders import write_model_folder
from tests.pictures import encoded, pixels


def run(*arguments: object) -> Result:
    return CliRunner().invoke(commands, [str(argument) for argument in arguments])


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    (folder / "deep").mkdir(parents=True)
    (folder / "fake.png").write_bytes(encoded(pixels(300, 300, level=220), "PNG"))
    (folder / "deep" / 'real, "quoted".jpg').write_bytes(encoded(pixels(300, 300, level=40)))
    (folder / "broken.webp").write_bytes(b"nothing")
    (folder / "notes.txt").write_text("no picture")
    return folder


def rows(out: Path) -> list[dict[str, str]]:
    if out.suffix == ".csv":
        return list(csv.DictReader(out.open(newline="")))
    return [json.loads(line) for line in out.read_text().splitlines()]


@pytest.mark.parametrize("name", ["table.csv", "table.jsonl"])
def test_scan_writes_a_table_and_goes_on_where_it_was_killed(
    pictures: Path, model_folder: Path, tmp_path: Path, name: str
) -> None:
    out = tmp_path / name
    done = run("scan", pictures, "--out", out, "--model", model_folder)
    assert (done.exit_code, "3 rows" in done.stdout) == (3, True), done.output
    found = {row["file"]: row["verdict"] or row["failed"] for row in rows(out)}
    assert found == {
        "fake.png": "fake", 'deep/real, "quoted".jpg': "real", "broken.webp": "not_a_picture",
    }  # fmt: skip
    first = rows(out)[0]
    content = out.read_text()
    out.write_text(
        content[: content.rindex(rows(out)[-1]["file"].split("/")[-1][:4]) + 2]
    )  # cut in its last row
    (pictures / "fake.png").write_bytes(encoded(pixels(300, 300, level=30), "PNG"))
    assert run("scan", pictures, "--out", out, "--model", model_folder).exit_code == 0
    again = {row["file"]: row["verdict"] or row["failed"] for row in rows(out)}
    assert again == {**found, "fake.png": "real"}
    assert first["file"] == "fake.png" or first in rows(out)


def whole(out: Path) -> list[dict[str, Any]]:
    """Rows of a table that is written at the end of its scan."""
    if out.suffix == ".parquet":
        table = pyarrow.parquet.read_table(out)
        assert str(table.schema.field("probability").type) == "double"
        return table.to_pylist()
    found = json.loads(out.read_text())
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("name", ["table.parquet", "table.json"])
def test_scan_writes_a_table_at_its_end_and_goes_on_where_it_was_killed(
    pictures: Path, model_folder: Path, tmp_path: Path, name: str
) -> None:
    out = tmp_path / name
    scan = ("scan", pictures, "--out", out, "--model", model_folder)
    done = run(*scan)
    assert done.exit_code == 3, done.output
    [first, *others] = whole(out)
    assert {row["file"]: row["verdict"] or row["failed"] for row in (first, *others)} == {
        "fake.png": "fake", 'deep/real, "quoted".jpg': "real", "broken.webp": "not_a_picture",
    }  # fmt: skip
    # As it lies there when it was killed: no table yet, the rows so far beside it.
    out.unlink()
    so_far = tmp_path / f"{name}.rows.jsonl"
    so_far.write_text(json.dumps({**first, "decided_by": "me"}) + '\n{"file": "cu')
    assert run(*scan).exit_code == 3
    expected = {row["file"]: row for row in ({**first, "decided_by": "me"}, *others)}
    assert {row["file"]: row for row in whole(out)} == expected
    assert not so_far.exists()
    # Nor is anything judged again that stands in the table of a scan that has ended.
    assert run(*scan).exit_code == 3
    assert {row["file"]: row for row in whole(out)} == expected


def test_scan_without_pyarrow_says_what_to_install(
    pictures: Path, model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    done = run("scan", pictures, "--out", tmp_path / "a.parquet", "--model", model_folder)
    assert (done.exit_code, "extra [parquet]" in done.stderr) == (1, True)
    done = run("scan", pictures, "--out", tmp_path / "a.xlsx", "--model", model_folder)
    assert (done.exit_code, ".csv, .json, .jsonl, .parquet" in done.stderr) == (1, True)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("mine.csv", "a,b\n1,2\n"),
        ("mine.json", '{"a": 1}\n'),
        ("mine.json", '[{"a": 1}]\n'),
        ("mine.json", "[1]"),
        ("mine.json", "{"),
    ],
)
def test_scan_touches_no_file_that_is_not_its_own(
    pictures: Path, model_folder: Path, tmp_path: Path, name: str, content: str
) -> None:
    out = tmp_path / name
    out.write_text(content)
    done = run("scan", pictures, "--out", out, "--model", model_folder)
    assert (done.exit_code, out.read_text(), "is no table of a scan" in done.stderr) == (1, content, True)


def examined(*arguments: object) -> tuple[int, dict[str, str], dict[str, str]]:
    """doctor: its exit status, what it found right by name, and the settings with their origins."""
    done = CliRunner().invoke(commands, ["doctor", *map(str, arguments)], env={"COLUMNS": "300"})
    above, below = done.stdout.split("\nSettings (")
    found = dict(re.findall(r"^ ✓ +(\S+(?: \S+)*)  +(.+?) *$", above, re.M))
    return done.exit_code, found, dict(re.findall(r"^ +(\w+)  +(.+?) *$", below, re.M))


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own, for others pair with what is shared; beside it a file of settings."""
    file = tmp_path / "candid.toml"
    file.write_text("queue = 7\n")
    monkeypatch.setenv("CANDID_SETTINGS", str(file))
    monkeypatch.setenv("CANDID_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def test_doctor_tells_all_of_a_service_that_runs(model_folder: Path, data: Path) -> None:
    Tokens(data).issue("Firefox")
    picture = encoded(pixels(300, 300, level=220))
    with running_service(Settings(model=model_folder, data=data)) as service:
        with service.client() as client:
            for path in ("/v1/score", "/v1/feedback?label=real"):
                client.post(path, content=picture).raise_for_status()
        port = service.address.rsplit(":", 1)[1]
        status, found, _ = examined("--model", model_folder, "--port", port)
    assert status == 0
    versions = dict(each.split(" ") for each in found["libraries"].split(", "))
    assert versions == {name: metadata.version(name) for name in versions}
    assert {"numpy", "pillow", "c2pa-python"} < set(versions)
    assert any(name.startswith("onnxruntime") for name in versions)
    device = Judge.from_folder(model_folder).session.device
    expected = {
        "model": f"brightness 1 (onnx) on {device}", "data folder": str(data), "paired": "Firefox",
        "remembered verdicts": "1", "corrections": "1",
        "port": f"Candid {version()} runs at 127.0.0.1:{port} and judges with brightness 1",
    }  # fmt: skip
    assert {name: found[name] for name in expected} == expected


def test_doctor_finds_nothing_wrong_where_no_service_runs(model_folder: Path, data: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    status, found, _ = examined("--model", model_folder, "--port", port)
    assert (status, found["port"]) == (0, f"127.0.0.1:{port} is free; Candid does not run")
    assert found["Candid"].startswith(f"{version()} on Python {platform.python_version()}")
    assert "not measured yet" in found["cores"]
    assert "nothing yet" in found["paired"]
    assert (found["remembered verdicts"], found["corrections"]) == ("0", "0")


def test_doctor_says_where_each_setting_comes_from(model_folder: Path, data: Path) -> None:
    _, _, settings = examined("--model", model_folder, "--port", 1)
    origins = {name: re.split("  +", told) for name, told in settings.items()}
    assert set(origins) == set(Settings.model_fields)
    assert {name: tuple(origins.pop(name)) for name in ("model", "port", "data", "queue")} == {
        "model": (str(model_folder), "flag"), "port": ("1", "flag"),
        "data": (str(data), "environment"), "queue": ("7", "file"),
    }  # fmt: skip
    assert {origin for _, origin in origins.values()} == {"default"}


def test_doctor_says_what_is_wrong_and_what_to_do(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        done = run("doctor", "--model", tmp_path, "--port", other.getsockname()[1])
    said = " ".join(done.stdout.split())
    assert done.exit_code == 1
    assert "python -m export" in said and "give another port" in said


def test_models_are_listed_and_verified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = write_model_folder(tmp_path / "models" / "mine", name="mine")
    assert "mine 1" in run("models", "list").stdout
    assert run("models", "verify", folder).exit_code == 0
    (folder / "model.onnx").write_bytes(b"half")
    done = run("models", "verify", folder)
    assert (done.exit_code, "model.onnx" in done.stderr) == (1, True)


def every(command: Any, *words: str) -> Iterator[tuple[str, ...]]:
    """Each command below this one, by the words that are typed for it."""
    yield words
    for name in getattr(command, "list_commands", lambda _: [])(None):
        yield from every(command.get_command(None, name), *words, name)


@pytest.mark.parametrize("command", list(every(get_command(commands))), ids=" ".join)
def test_every_command_explains_itself_with_an_example(
    command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    done = run(*command, "--help")
    assert (done.exit_code, "Usage" in done.stdout) == (0, True)
    assert " ".join(("python -m backend", *command)) in done.stdout


def test_a_wrong_setting_is_told_in_one_sentence() -> None:
    done = run("doctor", "--port", 0)
    assert (done.exit_code, "--port" in done.stderr, "Traceback" in done.output) == (1, True, False)


def test_help_lists_the_commands_that_are_imported_when_they_are_typed() -> None:
    assert {"check", "models", "service", "token", "trust"} <= set(run("--help").stdout.split())
    assert {"show", "list", "revoke"} <= set(run("token", "--help").stdout.split())
