"""What must run under torch and JAX asks for no TensorFlow of its own accord."""

import subprocess
import sys

import pytest

# Keras itself loads TensorFlow where that is its backend: who asks is what counts.
ASKED_BY = """
import builtins, importlib, sys
found, plain = [], builtins.__import__
def noted(name, globals=None, *more, **named):
    asking = (globals or {}).get("__name__", "")
    if name.split(".")[0] == "tensorflow" and asking.split(".")[0] in ("training", "backend"):
        found.append(asking)
    return plain(name, globals, *more, **named)
builtins.__import__ = noted
importlib.import_module(sys.argv[1])
print(found)
"""


@pytest.mark.parametrize("module", ["wild_network", "wild_training", "linear_head", "efficientnet_lite"])
def test_importing_what_runs_under_any_backend_asks_for_no_tensorflow(module: str) -> None:
    command = [sys.executable, "-c", ASKED_BY, f"training.{module}"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "[]\n"
