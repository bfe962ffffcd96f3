"""How each system starts the service when its user logs in: one table, a row for each. Pure.

In: the program to run. Out: the file to write and its text, and the system's own commands to switch it on and
off and to ask for it. No administrator is needed anywhere.
"""

import plistlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

ABOUT: Final = "Candid judges pictures on this machine"
RESTARTS: Final = 5  # within two minutes: a service that cannot start then stays down, and doctor says why
PAUSE: Final = 5  # s between them
UNIT: Final = "candid.service"
LABEL: Final = "org.candid-detector.candid"  # launchd names by domain
TASK: Final = "Candid"


@dataclass(frozen=True, slots=True)
class Program:
    """What is started, for whom."""

    python: Path
    folder: Path  # in which `backend` is found
    home: Path
    user: str  # with its domain on Windows

    @property
    def command(self) -> tuple[str, ...]:
        return (str(self.python), "-m", "backend")

    @property
    def log(self) -> Path:
        """Where the system does not keep one by itself."""
        return self.home / "Library" / "Logs" / "candid.log"


Command = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Autostart:
    """One system's way. In commands, {file} is the file and {uid} the user's number."""

    file: str  # below the user's home
    text: Callable[[Program], bytes]
    on: tuple[Command, ...]
    off: tuple[Command, ...]
    ask: Command  # its exit status is 0 where the service is on
    log: str  # how to read it


def systemd_unit(program: Program) -> bytes:
    """systemd.service(5), for the user's own manager."""
    lines = [
        "[Unit]",
        f"Description={ABOUT}",
        "StartLimitIntervalSec=120",
        f"StartLimitBurst={RESTARTS}",
        "",
        "[Service]",
        "ExecStart=" + " ".join(map(_quoted, program.command)),
        f"WorkingDirectory={str(program.folder).replace('%', '%%')}",
        "Restart=on-failure",
        f"RestartSec={PAUSE}",
        "TimeoutStopSec=45",  # pictures that were begun are judged to their end, twice `patience` at most
        "NoNewPrivileges=yes",
        "",
        "[Install]",
        "WantedBy=default.target",
        "",
    ]
    return "\n".join(lines).encode()


def _quoted(part: str) -> str:
    """A percent sign is a specifier unless doubled; systemd runs no program with a quote in its name."""
    return '"' + part.replace("%", "%%") + '"'


def launchd_plist(program: Program) -> bytes:
    """launchd.plist(5), an agent of the user's session."""
    agent = {
        "Label": LABEL,
        "ProgramArguments": list(program.command),
        "WorkingDirectory": str(program.folder),
        "RunAtLoad": True,
        "KeepAlive": {"SuccessfulExit": False},
        "ThrottleInterval": 30,  # s between restarts; launchd has no limit to their number
        "StandardErrorPath": str(program.log),
    }
    return plistlib.dumps(agent)


def windows_task(program: Program) -> bytes:
    """The Task Scheduler's XML 1.2; pythonw has no window, and the log then goes to the data folder."""
    facts: dict[str, Any] = {
        "RegistrationInfo": {"Description": ABOUT},
        # Without a user, every user's logon is meant, and that only an administrator may ask for.
        "Triggers": {"LogonTrigger": {"Enabled": "true", "UserId": program.user}},
        "Principals": {
            "Principal": {
                "UserId": program.user, "LogonType": "InteractiveToken", "RunLevel": "LeastPrivilege",
            },
        },
        "Settings": {
            "MultipleInstancesPolicy": "IgnoreNew",
            "DisallowStartIfOnBatteries": "false",
            "StopIfGoingOnBatteries": "false",
            "ExecutionTimeLimit": "PT0S",  # none
            "RestartOnFailure": {"Interval": "PT1M", "Count": str(RESTARTS)},
        },
        "Actions": {
            "Exec": {
                "Command": str(program.python.with_name("pythonw.exe")), "Arguments": "-m backend",
                "WorkingDirectory": str(program.folder),
            },
        },
    }  # fmt: skip
    task = ElementTree.Element(
        "Task", version="1.2", xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task"
    )
    _add(task, facts)
    return bytes(ElementTree.tostring(task, encoding="utf-16", xml_declaration=True))


def _add(above: ElementTree.Element, facts: dict[str, Any]) -> None:
    for name, value in facts.items():
        element = ElementTree.SubElement(above, name)
        if isinstance(value, dict):
            _add(element, value)
        else:
            element.text = value


# By sys.platform.
SYSTEMS: Final = {
    "linux": Autostart(
        file=f".config/systemd/user/{UNIT}",
        text=systemd_unit,
        on=(("systemctl", "--user", "daemon-reload"), ("systemctl", "--user", "enable", "--now", UNIT)),
        off=(("systemctl", "--user", "disable", "--now", UNIT),),
        ask=("systemctl", "--user", "is-active", "--quiet", UNIT),
        log="journalctl --user -u candid",
    ),
    "darwin": Autostart(
        file=f"Library/LaunchAgents/{LABEL}.plist",
        text=launchd_plist,
        on=(("launchctl", "bootstrap", "gui/{uid}", "{file}"),),
        off=(("launchctl", "bootout", f"gui/{{uid}}/{LABEL}"),),
        ask=("launchctl", "print", f"gui/{{uid}}/{LABEL}"),
        log="less ~/Library/Logs/candid.log",
    ),
    "win32": Autostart(
        file="AppData/Local/candid/candid-task.xml",
        text=windows_task,
        on=(
            ("schtasks", "/Create", "/TN", TASK, "/XML", "{file}", "/F"),
            ("schtasks", "/Run", "/TN", TASK),
        ),
        off=(("schtasks", "/End", "/TN", TASK), ("schtasks", "/Delete", "/TN", TASK, "/F")),
        ask=("schtasks", "/Query", "/TN", TASK),
        log="candid.log in the data folder",
    ),
}
