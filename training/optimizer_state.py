"""What a Keras optimiser has built up (momenta, steps), which the network's own file does not hold."""

from pathlib import Path
from typing import Any

import numpy as np
from keras import ops

from training import run_folder


def write(path: Path, optimizer: Any) -> None:
    """As npz, whole or not at all."""
    values = {str(n): ops.convert_to_numpy(v.value) for n, v in enumerate(optimizer.variables)}
    run_folder.write(path, lambda part: np.savez(part, **values))


def read(path: Path, optimizer: Any) -> None:
    """Into an optimiser that is built for the same variables."""
    with np.load(path) as values:
        for number, variable in enumerate(optimizer.variables):
            variable.assign(values[str(number)])
