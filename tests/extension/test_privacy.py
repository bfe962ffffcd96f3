"""docs/privacy.md is true of the built extension: its permissions, whom it can reach, what it keeps."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from backend.demo.browsers import BUILT

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "privacy.md").read_text()
BROWSERS = ("chrome-mv3", "firefox-mv3")
BACKEND = "http://127.0.0.1:8017"
# In the code without being asked: namespaces, patterns of pages, documentation named in messages of TF.js,
# the host that a page's own picture is rewritten to (feed/sites/reddit.ts), and the page that is named to the
# servers of a site's pictures (feed/sites/pixiv.ts).
NEVER_ASKED = (
    "http://www.w3.org/",
    "http://*/*",
    "https://*/*",
    "https://developer.mozilla.org/",
    "https://emscripten.org/",
    "https://github.com/tensorflow/",
    "https://i.redd.it/",
    "https://www.pixiv.net/",
)


def manifest(browser: str) -> dict[str, Any]:
    file = BUILT.with_name(browser) / "manifest.json"
    if not file.is_file():
        pytest.fail(f"The extension is not built in {file.parent}: run `make extension`.")
    found: dict[str, Any] = json.loads(file.read_text())
    return found


def permissions(browser: str) -> set[str]:
    built = manifest(browser)
    names = ("permissions", "host_permissions", "optional_permissions", "optional_host_permissions")
    return {each for name in names for each in built.get(name, [])}


def explained() -> set[str]:
    table = TEXT.split("## Why it asks")[1]
    return set(re.findall(r"^\| `([^`]+)`", table, re.M))


def test_each_permission_is_explained_and_no_other() -> None:
    assert explained() == permissions("chrome-mv3") | permissions("firefox-mv3")
    assert permissions("chrome-mv3") - permissions("firefox-mv3") == {"offscreen", "sidePanel"}


def test_firefox_is_told_that_nothing_is_collected() -> None:
    gecko = manifest("firefox-mv3")["browser_specific_settings"]["gecko"]
    assert gecko["data_collection_permissions"] == {"required": ["none"]}
    assert "**Candid collects nothing.**" in TEXT


@pytest.mark.parametrize("browser", BROWSERS)
def test_nothing_but_the_program_on_this_machine_can_be_contacted(browser: str) -> None:
    code = [
        path.read_text()
        for path in BUILT.with_name(browser).rglob("*")
        if path.suffix in (".js", ".html", ".css")
    ]
    addresses = {each for text in code for each in re.findall(r"\b(?:https?|wss?)://[^\s\"'`)\\]+", text)}
    assert BACKEND in addresses
    assert f"`{BACKEND}`" in TEXT
    assert sorted(each for each in addresses - {BACKEND} if not each.startswith(NEVER_ASKED)) == []


def test_history_is_as_large_as_the_text_says() -> None:
    store = (ROOT / "extension" / "src" / "history" / "store.ts").read_text()
    [most] = re.findall(r"MOST = (\d+);", store)
    assert f"holds {most} entries at most" in TEXT


def test_the_history_is_off_at_first() -> None:
    settings = (ROOT / "extension" / "src" / "settings.ts").read_text()
    assert "history: false," in settings
