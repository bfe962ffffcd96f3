"""What a shell asks `candid`, the installed command, to complete a line; run as an installer writes it."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
ASKED = """
eval "$(candid --show-completion)"
complete -p candid
COMP_WORDS=(candid token re) COMP_CWORD=2
_candid_completion candid && echo "${COMPREPLY[@]}"
"""


@pytest.fixture
def candid(tmp_path: Path) -> Path:
    module, function = SCRIPTS["candid"].split(":")
    script = tmp_path / "bin" / "candid"
    script.parent.mkdir()
    script.write_text(
        f"#!{sys.executable}\nimport sys\nfrom {module} import {function}\nsys.exit({function}())\n"
    )
    script.chmod(0o755)
    return script


def environment(candid: Path, **more: str) -> dict[str, str]:
    path = os.pathsep.join((str(candid.parent), os.environ["PATH"]))
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), **more}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("candid t", {"trust", "token", "tune"}),
        ("candid scan --o", {"--out"}),
        ("candid models ", {"list", "use", "verify"}),
        ("candid trust update --d", {"--data"}),
    ],
)
def test_commands_and_options_are_completed_also_below_a_word(
    candid: Path, line: str, words: set[str]
) -> None:
    asked = environment(
        candid, _CANDID_COMPLETE="complete_bash", COMP_WORDS=line, COMP_CWORD=str(line.count(" "))
    )
    done = subprocess.run([sys.executable, candid], env=asked, capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == words


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not here")
def test_bash_takes_what_it_is_shown_and_completes_with_it(candid: Path) -> None:
    done = subprocess.run(
        ["bash", "--norc", "-ec", ASKED], env=environment(candid), capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["complete -o default -F _candid_completion candid", "revoke"]


def test_completion_is_not_offered_where_no_shell_can_take_it() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "backend", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "completion" not in done.stdout
