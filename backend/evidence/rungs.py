"""The rungs above the model, in their order: what service and command line give to the judge.

They are read in worker processes: functions of modules and partials of such, which pickle.
"""

from functools import partial
from pathlib import Path

from backend.evidence.credentials import read_credentials
from backend.evidence.ladder import Rung
from backend.evidence.metadata import read_metadata
from backend.evidence.platform_label import read_label


def rungs(trust: Path) -> tuple[Rung, ...]:
    """`trust` is the folder of the installed trust list; it need not exist."""
    return (
        Rung("content_credentials", partial(read_credentials, trust), proves_real=True),
        Rung("platform_label", read_label),
        Rung("metadata", read_metadata),
    )
