"""The service as a part of the user's session: what is written for each system, and that it can be paired."""

import os
import plistlib
import shutil
import socket
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import Result
from typer.testing import CliRunner

from backend.autostart import LABEL, SYSTEMS, Program, launchd_plist, systemd_unit, windows_task
from backend.commandline.commands import commands
from backend.data_folder import CODES
from backend.shown_codes import ShownCode, show_codes, shown_codes
from tests.conftest import RunningService

HERE = Path(__file__).parents[2]
ODD = Program(Path("/opt/my 50%u py/bin/python"), Path("/opt/50% candid"), Path("/home/me"), "PC\\me")
# What systemctl does, with a file for the process: the manager of a session is in no build machine.
SYSTEMCTL = """#!/bin/sh
echo "$*" >> {log}
case "$*" in
*enable*) [ -e {broken} ] && echo "no bus" >&2 && exit 1
    cd {here} && {python} -m backend >/dev/null 2>&1 & echo $! > {process} ;;
*disable*) kill $(cat {process}) && rm {process} ;;
*is-active*) [ -e {process} ] ;;
esac
"""


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
def test_systemd_reads_the_unit_as_it_is_meant(tmp_path: Path) -> None:
    python = tmp_path / "my 50%u py" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    unit = tmp_path / "candid.service"
    unit.write_bytes(systemd_unit(Program(python, HERE, tmp_path, "me")))
    assert told_by_systemd(unit) == []
    for wrong in (b"Restart=on-failing", b"ExecStart=/nowhere"):
        unit.write_bytes(systemd_unit(ODD) + b"[Service]\n" + wrong + b"\n")
        assert told_by_systemd(unit) != []


def told_by_systemd(unit: Path) -> list[str]:
    """It tells of units of the machine, too."""
    checked = subprocess.run(
        ["systemd-analyze", "--user", "verify", unit], capture_output=True, text=True, check=False,
        env={**os.environ, "XDG_RUNTIME_DIR": str(unit.parent)},
    )  # fmt: skip
    return [line for line in checked.stderr.splitlines() if "candid" in line or "initialize" in line]


def test_launchd_reads_the_plist_as_it_is_meant() -> None:
    agent = plistlib.loads(launchd_plist(ODD))
    assert (agent["Label"], agent["RunAtLoad"]) == (LABEL, True)
    assert agent["ProgramArguments"] == [str(ODD.python), "-m", "backend"]
    assert agent["WorkingDirectory"] == str(ODD.folder)


def test_the_windows_task_is_for_its_user_alone_and_never_ends() -> None:
    task = ElementTree.fromstring(windows_task(ODD))
    space = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
    found = {each.tag.partition("}")[2]: each.text for each in task.iter()}
    users = [each.text for each in task.findall(".//t:UserId", space)]
    assert users == ["PC\\me", "PC\\me"]
    assert (found["RunLevel"], found["ExecutionTimeLimit"]) == ("LeastPrivilege", "PT0S")
    assert found["WorkingDirectory"] == str(ODD.folder)


@pytest.mark.parametrize("name", SYSTEMS)
def test_every_command_of_the_table_can_be_filled(name: str) -> None:
    system = SYSTEMS[name]
    for command in (*system.on, *system.off, system.ask):
        assert "{" not in "".join(part.format(file="f", uid=1) for part in command)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(commands, arguments)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="systemctl's way")
def test_install_starts_it_status_says_so_and_uninstall_ends_it(
    model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, broken, process = (tmp_path / name for name in ("log", "broken", "process"))
    systemctl = tmp_path / "bin" / "systemctl"
    systemctl.parent.mkdir()
    systemctl.write_text(
        SYSTEMCTL.format(log=log, broken=broken, here=HERE, python=sys.executable, process=process)
    )
    systemctl.chmod(0o755)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for name, value in {
        "HOME": tmp_path, "PATH": f"{systemctl.parent}:/usr/bin:/bin", "CANDID_PORT": port,
        "CANDID_MODEL": model_folder, "CANDID_DATA": tmp_path / "data",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, str(value))
    unit = tmp_path / SYSTEMS["linux"].file
    assert run("service", "status").exit_code == 1
    broken.touch()
    failed = run("service", "install")
    assert (failed.exit_code, "no bus" in failed.stderr, unit.exists()) == (1, True, False)
    broken.unlink()
    try:
        done = run("service", "install")
        assert (done.exit_code, unit.exists(), "CANDID_MODEL" in done.stdout) == (0, True, True), done.output
        said = run("service", "status")
        assert (said.exit_code, "this service" in said.stdout) == (0, True), said.output
    finally:
        run("service", "uninstall")
    assert not unit.exists() and not process.exists()
    assert log.read_text().split().count("enable") == 2


def test_the_code_is_shown_where_the_service_has_no_terminal(
    service: RunningService, data_folder: Path
) -> None:
    port = service.address.rsplit(":", 1)[1]
    done: list[Result] = []
    showing = threading.Thread(target=lambda: done.append(run("pair", "--port", port)))
    showing.start()
    with service.client("none") as client:
        opened = client.post("/v1/pairing", json={"name": "Background"}).json()
        [shown] = shown_codes(data_folder)
        assert stat.S_IMODE((data_folder / CODES).stat().st_mode) == 0o600
        time.sleep(1)
        assert client.post(f"/v1/pairing/{opened['id']}", json={"code": shown.code}).status_code == 200
    showing.join(timeout=20)
    assert f"{shown.code[:3]} {shown.code[3:]}" in done[0].stdout and "is paired" in done[0].stdout
    assert done[0].exit_code == 0 and not (data_folder / CODES).exists()


def test_codes_of_the_past_are_shown_no_more(tmp_path: Path) -> None:
    codes = [
        ShownCode(name=name, code="1", until=time.time() + left) for name, left in (("a", -1), ("b", 60))
    ]
    show_codes(tmp_path, codes)
    assert [each.name for each in shown_codes(tmp_path)] == ["b"]
    (tmp_path / CODES).write_text("{")
    assert shown_codes(tmp_path) == []
    show_codes(tmp_path / "nowhere", codes)  # told in the log alone


def test_pairing_without_a_service_says_what_to_start(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    done = run("pair", "--port", port, "--data", str(tmp_path))
    assert (done.exit_code, "python -m backend" in done.stderr) == (1, True)
