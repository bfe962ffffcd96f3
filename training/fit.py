"""`python -m training.fit --data DIR`: folders of real and fake pictures to a run folder with a model.

Exit status 2 and one sentence where nothing can be learned; 130 where the run was interrupted, which
`--resume` goes on with. Keras is imported when a recipe runs, not for `--help`.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from training.errors import BadOption, TrainingError
from training.quiet import import_keras
from training.recipes import Paper, PaperCnn, Wild

EXAMPLES = """
  python -m training.fit --data DIR                        what Candid ships
  python -m training.fit --data DIR --recipe paper         the reference paper: ResNet50 in two stages
  python -m training.fit --data DIR --recipe paper --model cnn
  python -m training.fit --data DIR --recipe paper --out runs/one --resume

DIR holds real/ and fake/, at the top or in class folders (airplane/real, ...); below them, folders name
sources. Options of the wild recipe: python -m training.fit --recipe wild --help
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit status."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    try:
        return _run(given)
    except TrainingError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\ninterrupted; the same command with --resume and --out goes on", file=sys.stderr)
        return 130


def parser(given: Sequence[str]) -> argparse.ArgumentParser:
    """The command line: the recipe named in `given` decides which options there are."""
    named = _named_recipe(given)
    found = _parser()
    plain_help = named is None and bool({"-h", "--help"} & set(given))
    if named == Paper.name or plain_help:
        _add_paper_options(found)
    else:  # the options of wild lie beside its network, whose import takes seconds
        import_keras()
        from training import wild

        wild.add_options(found)
    return found


def _run(given: Sequence[str]) -> int:
    recipe = _named_recipe(given) or Wild.name
    options = parser(given).parse_args(given)
    _check(options)
    if options.out is None:
        options.out = Path("runs") / f"{recipe}-{time.strftime('%Y%m%d-%H%M%S')}"
    print(f"run folder: {options.out}", flush=True)
    import_keras()
    if recipe == Wild.name:
        from training import wild

        wild.fit(_wild(options))
        return 0
    from training import paper

    paper.fit(_paper(options), options.data, options.out, options.seed, options.resume, options.test)
    return 0


def _named_recipe(given: Sequence[str]) -> str | None:
    """The recipe, where one is named: it decides which options there are."""
    first = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    first.add_argument("--recipe", choices=[Wild.name, Paper.name])
    found: str | None = first.parse_known_args(given)[0].recipe
    return found


def _parser() -> argparse.ArgumentParser:
    # Without abbreviations, so that a name means the same whatever options a recipe adds.
    parser = argparse.ArgumentParser(
        prog="python -m training.fit",
        description="Learns a detector from folders of real and fake pictures.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add(
        "--data",
        type=Path,
        nargs="+",
        action="extend",
        required=True,
        metavar="DIR",
        help="pictures to learn from",
    )
    add("--out", type=Path, metavar="RUN", help="run folder; default: runs/RECIPE-TIME")
    add("--recipe", choices=[Wild.name, Paper.name], default=Wild.name)
    add("--epochs", type=_count, metavar="N", help=f"paper: {Paper().epochs}; wild: as its --crops say")
    add("--size", type=_count, metavar="S", help=f"px; paper: {Paper().size}, wild: {Wild().size}")
    add("--batch", type=_count, metavar="N", help=f"default: {Paper().batch}")
    add("--seed", type=int, default=0, metavar="K")
    add(
        "--weights", metavar="START",
        help=f"imagenet, pretrained, none or a file; paper: {Paper().weights} (cnn: none), "
        f"wild: {Wild().weights}",
    )  # fmt: skip
    add("--resume", action="store_true", help="go on with the run in --out after a kill")
    return parser


def _add_paper_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument_group("paper recipe").add_argument
    add("--model", choices=["resnet50", "cnn"], default="resnet50")
    add("--split-by-source", action="store_true", help="a source lies wholly on one side of the split")
    add("--held-out", type=_share, metavar="SHARE", help=f"of the pictures; default: {Paper().held_out:g}")
    add("--test", type=Path, nargs="+", default=(), metavar="DIR", help="measured once, at the end")
    add("--dropout", type=_share, metavar="SHARE", help=f"default: {Paper().dropout:g}")
    add(
        "--augmentation", choices=["all", "flips"],
        help="all: the paper's; flips: none that resamples a picture, which tiny ones do not survive",
    )  # fmt: skip
    add("--patience", type=_count, metavar="N", help=f"epochs; default: {Paper().patience}")


def _check(options: argparse.Namespace) -> None:
    if options.resume and options.out is None:
        raise BadOption("--resume needs --out RUN: the folder of the run to go on with.")
    if options.out is not None and options.out.exists() and not options.out.is_dir():
        raise BadOption(f"--out {options.out} is a file; wanted a folder.")


def _paper(options: argparse.Namespace) -> Paper:
    """The recipe with what the command line changes."""
    recipe = PaperCnn() if options.model == "cnn" else Paper()
    return replace(recipe, **_given(options, "epochs", "size", "batch", "weights", "held_out", "dropout",
                                    "patience", "split_by_source", "augmentation"))  # fmt: skip


def _wild(options: argparse.Namespace) -> argparse.Namespace:
    """Options as training.wild reads them; an epoch is as many crops as there are pictures."""
    recipe = replace(Wild(), **_given(options, "size", "batch", "weights"))
    values = {**vars(options), "size": recipe.size, "batch": recipe.batch, "weights": recipe.weights}
    if options.epochs is not None:
        from training.gather import listed

        values["crops"] = max(recipe.batch, options.epochs * len(listed(options.data)))
    return argparse.Namespace(**values)


def _given(options: argparse.Namespace, *names: str) -> dict[str, Any]:
    return {name: value for name in names if (value := getattr(options, name)) is not None}


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text}: wanted 1 or more")
    return value


def _share(text: str) -> float:
    value = float(text)
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError(f"{text}: wanted a share between 0 and 1")
    return value


if __name__ == "__main__":
    sys.exit(main())
