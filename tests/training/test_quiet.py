"""The first lines of TensorFlow, held back unless something fails."""

import os

import pytest

from training.quiet import _held_back


def test_lines_of_a_start_that_works_are_not_shown(capfd: pytest.CaptureFixture[str]) -> None:
    with _held_back():
        os.write(2, b"Could not find cuda drivers\n")
    os.write(2, b"later\n")
    assert capfd.readouterr().err == "later\n"


def test_lines_of_a_start_that_fails_are_shown(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ImportError), _held_back():
        os.write(2, b"libstdc++ is too old\n")
        raise ImportError
    assert capfd.readouterr().err == "libstdc++ is too old\n"
