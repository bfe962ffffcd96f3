"""Real browsers with the built extension, and the real backend on the port where the extension asks.

A browser that is not installed skips its tests, said in red at the end; with CI=true it fails them.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, Worker, sync_playwright

from backend.demo.browsers import BUILT, find_browser, flags
from backend.demo.errors import NoBrowser
from backend.demo.feed import create_feed
from backend.demo.pairing import paired
from backend.demo.posts import Post
from backend.demo.servers import BACKEND_PORT, backend_state, running_backend, serving
from tests.browser import check
from tests.browser.firefox import firefox_with_extension

ServeFeed = Callable[[list[Post]], str]
OpenTab = Callable[..., AbstractContextManager[check.Page]]
missing: list[str] = []
DRIVER = pytest.StashKey[Playwright]()


@pytest.fixture(scope="session")
def chromium() -> Path:
    try:
        return find_browser()
    except NoBrowser as error:
        return _without(f"{error} Install Chromium.")


@pytest.fixture(scope="session")
def firefox() -> Path:
    for command in ("firefox-esr", "firefox"):
        if path := shutil.which(command):
            return Path(path)
    return _without("No Firefox was found.")


@pytest.fixture(scope="session")
def extension() -> Path:
    return _built(BUILT)


@pytest.fixture(scope="session")
def firefox_extension() -> Path:
    return _built(BUILT.with_name("firefox-mv3"))


@pytest.fixture(scope="session")
def playwright(request: pytest.FixtureRequest) -> Iterator[Playwright]:
    """tests/feeds has this fixture, too, and a process can run one synchronous driver only: it is shared."""
    running = request.config.stash.get(DRIVER, None)
    if running is not None:
        yield running
        return
    with sync_playwright() as driver:
        request.config.stash[DRIVER] = driver
        yield driver


@pytest.fixture(scope="module")
def browser(playwright: Playwright, chromium: Path, extension: Path) -> Iterator[BrowserContext]:
    """One for the tests of a module; its verdicts are remembered from test to test."""
    with launched(playwright, chromium, extension) as context:
        yield context


@pytest.fixture
def page(browser: BrowserContext) -> Iterator[Page]:
    """An empty tab of it."""
    opened = browser.new_page()
    yield opened
    opened.close()


@pytest.fixture
def fresh_browser(playwright: Playwright, chromium: Path, extension: Path) -> Iterator[BrowserContext]:
    """One that has never seen a picture."""
    with launched(playwright, chromium, extension) as context:
        yield context


@pytest.fixture(scope="session")
def without_model(extension: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built extension without the model: where the backend does not run, nothing judges."""
    return _copied_without_model(extension, tmp_path_factory.mktemp("extension"))


@pytest.fixture(scope="session")
def firefox_without_model(firefox_extension: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _copied_without_model(firefox_extension, tmp_path_factory.mktemp("extension"))


def _copied_without_model(extension: Path, folder: Path) -> Path:
    copied = folder / "without-model"
    shutil.copytree(extension, copied)
    shutil.rmtree(copied / "model")
    return copied


@pytest.fixture
def browser_without_model(
    playwright: Playwright, chromium: Path, without_model: Path
) -> Iterator[BrowserContext]:
    with launched(playwright, chromium, without_model) as context:
        yield context


@pytest.fixture(params=["chromium", "firefox"])
def open_tab(request: pytest.FixtureRequest, tmp_path: Path) -> OpenTab:
    """Opens a tab in a fresh browser of either kind. `known`: the service knows it without a pairing."""
    given = request.getfixturevalue

    @contextmanager
    def opened(model: bool = False, known: bool = True) -> Iterator[check.Page]:
        if request.param == "firefox":
            extension = given("firefox_extension" if model else "firefox_without_model")
            log = tmp_path / "geckodriver.log"
            with firefox_with_extension(given("firefox"), extension, log, known=known) as tab:
                yield tab
            return
        extension = given("extension" if model else "without_model")
        launch = launched if known else launched_as_it_is
        with launch(given("playwright"), given("chromium"), extension) as context:
            yield context.new_page()

    return opened


def require_free_port() -> None:
    """The extension asks one port: tests that answer there need it for themselves."""
    if backend_state() != "absent":
        pytest.fail(
            f"Port {BACKEND_PORT} is taken: a Candid (or another program) runs on it. Stop it: these tests "
            f"start a backend of their own, and the extension asks at no other port."
        )


@pytest.fixture
def free_port() -> None:
    require_free_port()


@pytest.fixture(scope="module")
def backend(model_folder: Path) -> Iterator[None]:
    """The real one, a process of its own, with the tiny model."""
    require_free_port()
    with running_backend(model_folder):
        yield


@pytest.fixture
def serve_feed() -> Iterator[ServeFeed]:
    """Serves feeds until the test ends."""
    with ExitStack() as stack:
        yield lambda posts: stack.enter_context(serving(create_feed(posts), 0))


@contextmanager
def launched(playwright: Playwright, chromium: Path, extension: Path) -> Iterator[BrowserContext]:
    """With a paired copy of the extension."""
    with paired(extension, "Test") as copy, launched_as_it_is(playwright, chromium, copy) as context:
        yield context


@contextmanager
def launched_as_it_is(
    playwright: Playwright, chromium: Path, extension: Path, **options: Any
) -> Iterator[BrowserContext]:
    """`options` are playwright's, of the browser and its pages."""
    with tempfile.TemporaryDirectory(prefix="candid-", ignore_cleanup_errors=True) as profile:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=chromium,
            headless=False,  # playwright's own headless mode has no extensions
            ignore_default_args=["--disable-extensions"],
            args=["--headless=new", *flags(extension)],
            **{"viewport": {"width": 900, "height": 900}, **options},
        )
        try:
            worker_of(context)
            yield context
        finally:
            context.close()


def worker_of(context: BrowserContext) -> Worker:
    """The extension's background."""
    workers = context.service_workers
    return workers[0] if workers else context.wait_for_event("serviceworker", timeout=20_000)


def _built(folder: Path) -> Path:
    if not (folder / "manifest.json").is_file():
        pytest.fail(f"The extension is not built in {folder}: run `make extension`.")
    return folder


def _without(reason: str) -> Path:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    missing.append(reason)
    pytest.skip(reason)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for reason in missing:
        terminalreporter.write_line(f"BROWSER TESTS WERE SKIPPED. {reason}", red=True, bold=True)
