"""`make run` behind its set-up: the launcher, its feed with the bundled pictures, the shipped model."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext

from backend.demo.feed import encode
from backend.demo.posts import bundled_posts
from backend.demo.servers import backend_state, running_backend
from backend.judge import Judge
from backend.model_folder import DEFAULT
from tests.browser.check import check_feed
from tests.browser.conftest import ServeFeed

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("free_port", "extension")]
SOME = 8  # of the bundled posts, real and fake by turns: each costs a judgement more in this test


@contextmanager
def launcher(*arguments: object, env: Mapping[str, str] | None = None) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "backend.demo", *map(str, arguments)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env)
    try:
        yield process
    finally:
        process.terminate()  # it stops its backend; killed, it could not
        process.wait(timeout=30)


def test_launcher_prints_the_steps_and_ctrl_c_stops_everything(model_folder: Path) -> None:
    with launcher("--no-window", "--port", 0, "--model", model_folder) as process:
        assert process.stdout is not None
        said = ""
        while "Ctrl-C" not in said:
            line = process.stdout.readline()
            assert line, f"the launcher ended early: {said}"
            said += line
        assert backend_state() == "ready"
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0
    assert re.search(r"\d+ posts at http://127\.0\.0\.1:\d+/", said)
    assert "chrome-mv3" in said and "about:debugging" in said
    assert backend_state() == "absent", "the backend still runs"


def test_launcher_opens_a_browser_on_the_feed_and_ends_with_it(model_folder: Path, tmp_path: Path) -> None:
    told = tmp_path / "arguments.txt"
    stub = tmp_path / "browser"
    stub.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {told}\n')
    stub.chmod(0o755)
    environment = os.environ | {"DISPLAY": ":99"}
    with launcher("--port", 0, "--model", model_folder, "--browser", stub, env=environment) as process:
        assert process.wait(timeout=60) == 0
    arguments = told.read_text().splitlines()
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", arguments[-1])
    assert any(argument.startswith("--load-extension=") for argument in arguments)
    [profile] = [argument.split("=", 1)[1] for argument in arguments if "--user-data-dir=" in argument]
    assert not Path(profile).exists(), "the profile was left behind"
    assert backend_state() == "absent", "the backend still runs"


def test_launcher_takes_a_screenshot_of_badged_pictures(
    chromium: Path, model_folder: Path, tmp_path: Path
) -> None:
    file = tmp_path / "docs" / "feed.png"
    with launcher("--screenshot", file, "--port", 0, "--model", model_folder) as process:
        assert process.wait(timeout=120) == 0
    with Image.open(file) as picture:
        assert picture.width > 600 and picture.height > 600
    assert file.stat().st_size < 300_000


def test_shipped_model_badges_the_demo_feed_with_its_own_verdicts(
    fresh_browser: BrowserContext, serve_feed: ServeFeed
) -> None:
    posts = bundled_posts()[:SOME]
    judge = Judge.from_folder(DEFAULT)
    expected = {post.name: judge.judge(encode(post, 0)[0]).verdict for post in posts}
    with running_backend():
        page = fresh_browser.new_page()
        page.goto(serve_feed(posts))
        check_feed(page, expected, deadline=60)
