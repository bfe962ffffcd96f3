"""`python -m tests.breaks [WORD ...]`: breaks the code on purpose, one line at a time; the tests must notice.

In: the working tree and tests.breaks.table; WORDs choose breaks by what they say. Each is made in a copy of
the tracked files, and its tests run there; one that no test notices fails the command.
`make breaks`; some minutes for all.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.breaks.table import ALL, BROWSER, UNITS, Break

ROOT = Path(__file__).parents[2]
LINKED = (".venv", "extension/node_modules")  # not copied


def main(words: Sequence[str]) -> int:
    chosen = [each for each in ALL if not words or any(word in each.what for word in words)]
    unseen = []
    with tempfile.TemporaryDirectory() as folder:
        tree = copied(Path(folder) / "tree")
        # Green before anything is broken: else they would notice everything.
        for each in {each.tests: each for each in chosen}.values():
            if not passes(each, tree):
                print(f"{each.tests} fails by itself; mend that first.")
                return 1
        for each in chosen:
            seen = is_noticed(each, tree)
            print(f"{'noticed' if seen else 'NOT NOTICED'}: {each.what} ({each.tests})", flush=True)
            unseen += [] if seen else [each]
    print(f"{len(chosen) - len(unseen)} of {len(chosen)} breaks were noticed")
    return 1 if unseen or not chosen else 0


def copied(tree: Path) -> Path:
    """The tracked files as they are in the working tree."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
    for name in filter(None, listed.decode().split("\0")):
        if (ROOT / name).exists():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tree / name)
    for name in LINKED:
        (tree / name).symlink_to(ROOT / name)
    build(tree)  # types and model, which the unit tests want, too
    return tree


def build(tree: Path) -> None:
    """A break that does not even build is no break: then this raises."""
    subprocess.run(["npm", "run", "build"], cwd=tree / "extension", check=True, capture_output=True)


def is_noticed(each: Break, tree: Path) -> bool:
    """Breaks it, asks the tests, puts it back."""
    path = tree / each.file
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole.replace(each.text, each.instead), encoding="utf-8")
    try:
        if each in BROWSER:
            build(tree)
        return not passes(each, tree)
    finally:
        path.write_text(whole, encoding="utf-8")


def passes(each: Break, tree: Path) -> bool:
    if each in UNITS:
        return runs(["npx", "vitest", "run", each.tests], tree / "extension")
    return runs([str(tree / ".venv/bin/python"), "-m", "pytest", "-x", *each.tests.split()], tree)


def runs(command: list[str], folder: Path) -> bool:
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True).returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
