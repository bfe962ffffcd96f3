"""How many views of a picture to look at, and how their logits become one: a table to choose from.

    python -m training.view_table MODEL_FOLDER --data DIR

In: an exported model folder and pictures to choose on (never those of the last measurement). Every picture
is scored once, in every regime, with as many views as `--most`; the rows tell what the first 1, 2, 4 ... of
them would have said by themselves. Out: a table in the terminal: ROC AUC per regime, and the recall at
`--false-alarms` over all regimes. `views` and `top_share` of model.json are the choice.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from sklearn.metrics import roc_auc_score

from backend.contract import NativeCrops
from backend.judge import Judge
from backend.model_folder import open_model_folder
from training.calibrate import TOP_SHARES
from training.errors import BadOption, DataError, exit_status
from training.gather import gather
from training.launder import REGIMES
from training.scoring import Scored, score


@dataclass(frozen=True, slots=True)
class Row:
    """What a policy separates on the pictures it was tried on."""

    views: int  # crops of each picture, or all it has where it has fewer
    overviews: bool  # beside them
    top_share: float  # of them, highest first, whose mean is the picture's logit
    auc: dict[str, float]  # by regime of the evaluation
    recall: float  # of fake, where `false_alarms` of the reals are called fake, over all regimes


def rows(scored: Sequence[Scored], policy: NativeCrops, most: int, false_alarms: float) -> list[Row]:
    """A row for each number of crops (1, 2, 4 ... `most`) and each share of them, without and, where the
    policy has them, with overviews. Pure.

    `scored` holds at least one picture of each class in each regime; its view logits are in the order in
    which the backend looks at views.
    """
    counts = [count for power in range(most.bit_length()) if (count := 2**power) < most] + [most]
    beside = (False, True) if any(row.overviews for row in scored) else (False,)
    return [
        _row(scored, policy.model_copy(update={"top_share": share}), count, overviews, false_alarms)
        for count in counts
        for share in TOP_SHARES
        for overviews in beside
        if count > 1 or share == 1
    ]


def _row(
    scored: Sequence[Scored], policy: NativeCrops, count: int, overviews: bool, false_alarms: float
) -> Row:
    logits = np.array([row.aggregated(policy, count, overviews) for row in scored])
    labels = np.array([row.label for row in scored])
    regimes = np.array([row.regime for row in scored])
    areas = {
        str(name): float(roc_auc_score(labels[regimes == name], logits[regimes == name]))
        for name in dict.fromkeys(regimes)
    }
    return Row(count, overviews, policy.top_share, areas, _recall(logits, labels, false_alarms))


def _recall(logits: NDArray[np.float64], labels: NDArray[np.intp], false_alarms: float) -> float:
    bound = np.quantile(logits[labels == 0], 1 - false_alarms)
    return float((logits[labels == 1] > bound).mean())


def parser() -> argparse.ArgumentParser:
    """The command line."""
    found = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    found.add_argument("model", type=Path, help="an exported model folder")
    found.add_argument("--data", type=Path, required=True, help="pictures to choose on")
    found.add_argument("--most", type=int, default=8, metavar="N", help="views of a picture; default: 8")
    found.add_argument("--false-alarms", type=float, default=0.02, help="for the recall; default: 0.02")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    return exit_status(lambda: _run(options))


def _run(options: argparse.Namespace) -> int:
    if options.most < 1:
        raise BadOption(f"--most {options.most}: wanted 1 or more.")
    folder = open_model_folder(options.model)
    policy = folder.model.views
    if not isinstance(policy, NativeCrops):
        raise BadOption(f"{options.model} judges whole pictures: there are no views to choose.")
    every = policy.model_copy(update={"first": options.most, "more": 0})
    judge = Judge(replace(folder, model=folder.model.model_copy(update={"views": every})))
    samples = gather([options.data]).samples
    scored, failed = score(judge, options.data, samples, list(REGIMES))
    if len({row.label for row in scored}) < 2:
        raise DataError(f"{options.data} needs pictures of both classes that can be judged.")
    Console().print(_table(rows(scored, policy, options.most, options.false_alarms), options.false_alarms))
    print(f"{len(samples)} pictures in {len(REGIMES)} regimes; {len(failed)} failed")
    return 0


def _table(found: Sequence[Row], false_alarms: float) -> Table:
    table = Table("crops", "of which", "overviews", *found[0].auc, f"recall at {false_alarms:.0%}")
    for row in found:
        shown = [f"{value:.3f}" for value in row.auc.values()]
        beside = "yes" if row.overviews else "no"
        table.add_row(str(row.views), f"{row.top_share:.0%}", beside, *shown, f"{row.recall:.3f}")
    return table


if __name__ == "__main__":
    sys.exit(main())
