"""Errors of training: each message says what was found and what to do.

TrainingError
    DataError               the folder of pictures cannot be learned from
    WeightsUnreadable       a file of pretrained weights is missing or of another kind
    BadOption               an option's value, or two options together, make no sense
    ResumeRefused           the run folder holds another run than the one asked for
    Diverged                the loss is no longer a number
"""

import sys
from collections.abc import Callable

from backend.errors import StartupError


class TrainingError(Exception):
    """Base of everything that `python -m training.*` reports without a traceback."""


class DataError(TrainingError):
    """The folder of pictures cannot be learned from: nothing there, one class only, ..."""


class WeightsUnreadable(TrainingError):
    """Pretrained weights could not be fetched or read."""


class BadOption(TrainingError):
    """An option's value, or two options together, make no sense."""


class ResumeRefused(TrainingError):
    """The run folder holds another run than the one asked for."""


class Diverged(TrainingError):
    """The loss is no longer a number."""


def exit_status(command: Callable[[], int]) -> int:
    """Of a command that opens a model: its own, or 2 and one sentence where it cannot be done."""
    try:
        return command()
    except (TrainingError, StartupError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
