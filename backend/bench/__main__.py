"""`python -m backend.bench`: pictures a second and waiting times, beside two references of the same run.

The ceiling is onnxruntime alone, on views that are cut already. LitServe serves the same judge, as one
would take it off the shelf (`pip install candid[bench]`). For quiet machines: whatever else runs, counts.
"""

import asyncio
import json
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from backend.bench.figures import SCREENFUL, measure, ratios
from backend.bench.load import load
from backend.bench.machine import processor
from backend.bench.pictures import cuts, feed_like
from backend.bench.servers import candid, litserve
from backend.evidence.hints import Hints
from backend.judge import Judge
from backend.model_folder import DEFAULT
from backend.prepare import prepare
from backend.session import cores

say = Console(highlight=False).print
commands = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@commands.command()
def bench(
    model: Annotated[Path, typer.Option(help="A model folder.", show_default=False)] = DEFAULT,
    pictures: Annotated[int, typer.Option(help="Different pictures for each measurement.")] = 240,
    memory: Annotated[int, typer.Option(help="Different pictures before memory is read.")] = 10_000,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures here.")] = None,
    reference: Annotated[bool, typer.Option("--litserve/--no-litserve", help="Measure LitServe.")] = True,
) -> None:
    """Measures the service on this machine; ten minutes on two cores, most of them for --memory.

    python -m backend.bench --json bench.json
    """
    some = list(feed_like(pictures))
    figures: dict[str, object] = {
        "machine": processor(), "cores": os.cpu_count(),
        "model": model.name, "pictures": pictures, "load_before": os.getloadavg()[0],
    }  # fmt: skip
    limit, beside = ceiling(model, some), None
    with tempfile.TemporaryDirectory() as data, candid(model, Path(data), some[0]) as server:
        measured = asyncio.run(measure(server.address, server.request, some))
        figures["start_to_first_verdict"] = server.first_answer
        figures["memory_before_mb"] = server.memory()
        asyncio.run(load(server.address, server.request, cuts(memory, seed=1), SCREENFUL))
        figures["memory_mb"], figures["memory_after"] = server.memory(), memory
    if reference:
        with litserve(model, some[0]) as other:
            found = asyncio.run(load(other.address, other.request, some, SCREENFUL))
            figures["litserve"] = asdict(found)
            beside = found.rate
    # Before and after all else: a machine that was busy for a while must not make the service look good.
    limit = max(limit, ceiling(model, some))
    figures |= {
        "ceiling": limit,
        "in_flight": {number: asdict(each) for number, each in measured.in_flight.items()},
        "screenful_p95": measured.screenful_p95,
        **ratios(measured, limit, beside),
    }
    show(figures)
    if json_file is not None:
        json_file.write_text(json.dumps(figures, indent=2) + "\n")
        say(f"Wrote {json_file}")


def ceiling(model: Path, pictures: Sequence[bytes]) -> float:
    """Pictures a second of onnxruntime alone: views are ready, nothing is decoded or sent."""
    judge = Judge.from_folder(model)
    judge.session.warm()
    facts = judge.folder.model
    ready = [prepare(data, Hints(), (), facts.views, facts.input) for data in pictures]
    rates = []
    for threads in (1, cores()):  # one picture on all cores, or one on each: whichever is faster
        with ThreadPoolExecutor(threads) as pool:
            begun = time.perf_counter()
            list(pool.map(judge.decide, ready))
            rates.append(len(ready) / (time.perf_counter() - begun))
    return max(rates)


def show(figures: dict[str, object]) -> None:
    table = Table("figure", "value", box=None)
    for name, value in flat(figures):
        table.add_row(name, f"{value:.3f}" if isinstance(value, float) else str(value))
    say(table)


def flat(figures: dict[str, object], above: str = "") -> Iterator[tuple[str, object]]:
    for name, value in figures.items():
        if isinstance(value, dict):
            yield from flat(value, f"{above}{name} ")
        else:
            yield f"{above}{name}", value


if __name__ == "__main__":
    commands()
