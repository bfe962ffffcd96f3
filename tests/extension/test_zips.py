"""The zips for the stores: a reviewer builds from the source zip what the Firefox zip holds, byte by byte."""

import json
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

from backend.model_folder import DEFAULT, read_model_json

EXTENSION = Path(__file__).parents[2] / "extension"
NPM = shutil.which("npm") or "npm"
STORES = ("chrome", "firefox", "sources")


@pytest.fixture(scope="module")
def zips() -> dict[str, Path]:
    """By store, as `npm run zip` writes them."""
    _run(["run", "zip"], EXTENSION)
    version = json.loads((EXTENSION / "package.json").read_text())["version"]
    return {store: EXTENSION / ".output" / f"candid-extension-{version}-{store}.zip" for store in STORES}


def _run(arguments: list[str], folder: Path) -> None:
    ran = subprocess.run([NPM, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, f"npm {' '.join(arguments)}: {ran.stdout[-2000:]}{ran.stderr[-2000:]}"


def _contents(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as opened:
        return {name: opened.read(name) for name in opened.namelist() if not name.endswith("/")}


def test_source_zip_builds_what_the_firefox_zip_holds(zips: dict[str, Path], tmp_path: Path) -> None:
    with zipfile.ZipFile(zips["sources"]) as opened:
        opened.extractall(tmp_path)
    # What `npm ci` would install from the same lock, without downloading it again.
    assert (tmp_path / "package-lock.json").read_bytes() == (EXTENSION / "package-lock.json").read_bytes()
    (tmp_path / "node_modules").symlink_to(EXTENSION / "node_modules")
    _run(["run", "build:firefox"], tmp_path)
    output = tmp_path / ".output" / "firefox-mv3"
    built = {
        path.relative_to(output).as_posix(): path.read_bytes() for path in output.rglob("*") if path.is_file()
    }
    zipped = _contents(zips["firefox"])
    assert sorted(built) == sorted(zipped)
    assert [name for name in zipped if built[name] != zipped[name]] == []


@pytest.mark.parametrize("store", ["chrome", "firefox"])
def test_zip_carries_the_shipped_model_and_no_token(zips: dict[str, Path], store: str) -> None:
    zipped = _contents(zips[store])
    carried: dict[str, Any] = json.loads(zipped["model/model.json"])
    assert carried["version"] == read_model_json(DEFAULT).version
    assert json.loads(zipped["pairing.json"]) == {"token": None}
    assert not [name for name in zipped if name.endswith((".map", ".ts", ".md"))]


def test_source_zip_says_how_to_build_it(zips: dict[str, Path]) -> None:
    sources = _contents(zips["sources"])
    readme = sources["README.md"].decode()
    for command in ("npm ci", "npm run build:firefox"):
        assert f"\n{command}\n" in readme
    assert not [name for name in sources if name.startswith(("node_modules/", ".output/", "."))]
