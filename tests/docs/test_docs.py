"""The documentation's commands, links and tables, held to what is there."""

import argparse
import importlib.util
import re
import shlex
from pathlib import Path

import pytest

from backend.model_folder import DEFAULT
from backend.settings import Settings

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    ROOT / name
    for name in (
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "docs/architecture.md",
        "docs/evidence.md",
        "docs/experiments.md",
        "docs/model-card.md",
        "docs/performance.md",
        "docs/privacy.md",
        "docs/reliability.md",
    )
]
LINKED = [*DOCUMENTS, ROOT / "extension" / "README.md"]
TEXTS = {file.name: file.read_text() for file in DOCUMENTS}
ALL = "\n".join(TEXTS.values())
CURRENT = "\n".join(
    text for name, text in TEXTS.items() if name != "CHANGELOG.md"
)  # which tells of old options
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.M | re.S)  # of commands
OTHER_BLOCK = re.compile(r"^```.*?^```", re.M | re.S)
INLINE = re.compile(r"`([^`]+)`")  # code, which may go on in the next line


def commands(text: str = ALL) -> str:
    """A line each."""
    inline = [" ".join(code.split()) for code in INLINE.findall(OTHER_BLOCK.sub("", text))]
    blocks = [block.replace("\\\n", " ") for block in BLOCK.findall(text)]
    return "\n".join([*inline, *blocks])


def named(pattern: str, text: str) -> list[str]:
    return sorted(set(re.findall(pattern, text)))


def targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))


@pytest.mark.parametrize("target", named(r"\bmake ([a-z-]+)", commands()))
def test_make_target_named_in_the_docs_exists(target: str) -> None:
    assert target in targets()


@pytest.mark.parametrize("module", named(r"python -m ([\w.]+)", commands()))
def test_module_named_in_the_docs_can_be_run(module: str) -> None:
    found = importlib.util.find_spec(module)
    assert found is not None
    assert "if __name__" in source(module), f"python -m {module} would do nothing"


def source(module: str) -> str:
    path = ROOT / module.replace(".", "/")
    return (path / "__main__.py" if path.is_dir() else path.with_suffix(".py")).read_text()


def parser_of(module: str, given: list[str]) -> argparse.ArgumentParser:
    found = importlib.import_module("export.__main__" if module == "export" else module)
    made: argparse.ArgumentParser = found.parser(given) if module == "training.fit" else found.parser()
    return made


@pytest.mark.parametrize(
    "command", named(r"python -m ((?:training|export)[\w.]* +[^\n#]+)", commands(CURRENT))
)
def test_command_of_training_or_export_in_the_docs_has_options_that_exist(command: str) -> None:
    module, *given = shlex.split(command)
    parser_of(module, given).parse_args(given)  # SystemExit where it does not


@pytest.mark.parametrize("script", named(r"npm --prefix extension run ([\w:-]+)", commands()) or ["build"])
def test_npm_script_named_in_the_docs_exists(script: str) -> None:
    assert f'"{script}":' in (ROOT / "extension" / "package.json").read_text()


@pytest.mark.parametrize("document", LINKED, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_links_of_a_document_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text())
    missing = [link for link in links if not (document.parent / link).exists()]
    if not (DEFAULT / "model.json").exists():  # they are taken with the shipped model
        missing = [link for link in missing if not link.startswith(("docs/feed.png", "docs/pictures/"))]
    assert missing == []


@pytest.mark.parametrize("name", list(Settings.model_fields))
def test_setting_stands_in_the_docs_with_its_meaning(name: str) -> None:
    field = Settings.model_fields[name]
    row = next(line for line in TEXTS["architecture.md"].splitlines() if line.startswith(f"| `{name}` "))
    assert f"`CANDID_{name.upper()}`" in row
    assert str(field.description) in row
    assert name in ("model", "data") or f"| {field.default} |" in row


@pytest.mark.parametrize("package", ["backend", "training", "export"])
def test_every_module_stands_in_the_table_of_folders(package: str) -> None:
    table = TEXTS["architecture.md"].split(f"| {package}/ ")[1].split("\n\n")[0]
    parts = [
        path for path in (ROOT / package).iterdir() if not path.name.startswith(("__init__", "__pycache__"))
    ]
    names = [f"{path.name}/" if path.is_dir() else path.name for path in parts if path.suffix in ("", ".py")]
    table += "`models/`"  # below it, the shipped one has its row
    assert [name for name in names if f"`{name}`" not in table] == []


def test_changelog_speaks_of_this_version() -> None:
    version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(), re.M)
    assert version and f"## {version.group(1)}" in TEXTS["CHANGELOG.md"]
