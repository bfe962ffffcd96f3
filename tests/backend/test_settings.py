"""Settings: which source wins, where a value came from, and mistakes that are told by name."""

from pathlib import Path

import pytest

from backend.errors import SettingsError
from backend.settings import Settings, origins, read_settings


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "candid.toml"
    monkeypatch.setenv("CANDID_SETTINGS", str(path))
    return path


@pytest.mark.parametrize(
    ("in_file", "in_environment", "flag", "value", "origin"),
    [
        (None, None, None, 8017, "default"),
        (1000, None, None, 1000, "file"),
        (1000, "2000", None, 2000, "environment"),
        (1000, "2000", 3000, 3000, "flag"),
    ],
)
def test_the_nearer_source_wins_and_is_named(
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    in_file: int | None,
    in_environment: str | None,
    flag: int | None,
    value: int,
    origin: str,
) -> None:
    if in_file is not None:
        file.write_text(f"port = {in_file}\n")
    if in_environment is not None:
        monkeypatch.setenv("CANDID_PORT", in_environment)
    assert (read_settings(port=flag).port, origins(port=flag)["port"]) == (value, origin)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_may_stand_in_the_file(file: Path, name: str) -> None:
    other = {
        "host": '"::1"',
        "expose": "true",
        "model": '"m"',
        "data": '"d"',
        "patience": "1.5",
        "log": '"json"',
    }
    file.write_text(f"{name} = {other.get(name, '7')}\n")
    assert getattr(read_settings(), name) != Settings.model_fields[name].default or name == "data"
    assert origins()[name] == ("environment" if name == "data" else "file")  # the tests set it


@pytest.mark.parametrize(
    ("content", "variable", "flag", "told"),
    [
        ("port = 0", None, None, r"port \(.*candid.toml\)"),
        ("prot = 1", None, None, r"prot \(.*candid.toml\)"),
        ("port = ", None, None, "cannot be read"),
        ("", "many", None, "variable CANDID_PORT"),
        ("", None, 70000, "flag --port"),
    ],
)
def test_a_mistake_is_told_by_its_place(
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    content: str,
    variable: str | None,
    flag: int | None,
    told: str,
) -> None:
    file.write_text(content)
    if variable is not None:
        monkeypatch.setenv("CANDID_PORT", variable)
    with pytest.raises(SettingsError, match=told):
        read_settings(port=flag)
