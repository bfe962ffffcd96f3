"""Keeps TensorFlow's first lines from the terminal: on a machine without CUDA they look like failures.

They are written by C++ to file descriptor 2 before any setting of TensorFlow's is read, so that neither
TF_CPP_MIN_LOG_LEVEL nor Python's logging stops them.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

STDERR = 2


def import_keras() -> None:
    """Imports Keras with its backend and has it look for a GPU, in silence unless that fails."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with _held_back():
        import keras

        keras.distribution.list_devices()


@contextmanager
def _held_back() -> Iterator[None]:
    """What is written to descriptor 2 is shown only if an exception ends the block."""
    sys.stderr.flush()
    with tempfile.TemporaryFile() as kept:
        shown = os.dup(STDERR)
        os.dup2(kept.fileno(), STDERR)
        try:
            yield
        except BaseException:
            kept.seek(0)
            os.write(shown, kept.read())
            raise
        finally:
            sys.stderr.flush()
            os.dup2(shown, STDERR)
            os.close(shown)
