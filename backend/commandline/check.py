"""`python -m backend check FILE...`: verdicts with their evidence in the terminal."""

import json
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from backend.commandline.options import give_up
from backend.contract import Evidence, EvidenceKind, Judged, Says
from backend.errors import CandidError, StartupError
from backend.judge import Judge
from backend.open_judge import open_judge
from backend.settings import Settings

EXIT_STATUS = {"real": 0, "unsure": 0, "fake": 3}
COLOURS = {"fake": "bold red", "real": "bold", "unsure": "yellow"}
RUNGS: dict[EvidenceKind, str] = {
    "content_credentials": "Content Credentials",
    "platform_label": "the platform's label",
    "metadata": "metadata in the file",
    "model": "the model",
}
SAYS: dict[Says, str] = {
    "fake": "says fake", "real": "says real", "unsure": "does not tell", "failed": "could not be read",
}  # fmt: skip
# Facts of a rung that stand below its sentence, by their name in the contract.
FACTS = {
    "signer": "signer", "signed_at": "signed", "generator": "made with", "actions": "done to it",
    "problems": "problems", "trust_list": "trust list installed", "found_in": "found in",
}  # fmt: skip


def check(settings: Settings, files: list[Path], as_json: bool, heat: Path | None = None) -> int:
    """The exit status."""
    if heat is not None and len(files) != 1:
        give_up(CandidError("--heat draws one picture: give one file."), "Nothing was judged.")
    try:
        judge = open_judge(settings)
    except StartupError as error:
        give_up(error)
    statuses = [_check(judge, file, as_json, heat) for file in files]
    return 1 if 1 in statuses else max(statuses, default=0)


def _check(judge: Judge, file: Path, as_json: bool, heat: Path | None) -> int:
    try:
        prepared = judge.prepare(file.read_bytes())
        judged = judge.decide(prepared)
        if heat is not None:
            heat.write_bytes(judge.draw(prepared))
    except (CandidError, OSError) as error:
        if as_json:
            print(json.dumps({"file": str(file), "failed": str(error)}))
        else:
            Console(stderr=True).print(Text.assemble((str(file), "bold"), f": not judged: {error}"))
        return 1
    if as_json:
        print(json.dumps({"file": str(file), **judged.model_dump()}))
    else:
        show(Console(), str(file), judged)
    return EXIT_STATUS[judged.verdict]


def show(console: Console, name: str, judged: Judged) -> None:
    """The ladder, strongest rung first; an arrow points at the one that decided. Never rich's markup: the
    words come from a file that someone else made."""
    verdict = (judged.verdict, COLOURS[judged.verdict])
    console.print(Text.assemble((name, "bold"), "  ", verdict, f", decided by {RUNGS[judged.decided_by]}"))
    decided = next(entry for entry in judged.evidence if entry.kind == judged.decided_by)
    for entry in judged.evidence:
        mark = "→" if entry is decided else " "
        weight = "" if entry.says == "failed" else f" ({entry.strength})"
        rung = RUNGS[entry.kind].removeprefix("the ")
        head = f"{rung[0].upper()}{rung[1:]}: {SAYS[entry.says]}{weight}"
        console.print(Text.assemble(f"  {mark} ", (head, "bold" if entry is decided else "")))
        for line in (entry.summary, *_facts(entry)):
            console.print(
                Padding(Text(line, "" if line == entry.summary else "dim"), (0, 0, 0, 6), expand=False)
            )


def _facts(entry: Evidence) -> list[str]:
    names = dict(FACTS)
    if entry.details.get("status") == "unknown_signer":
        names["signer"] = "claimed signer"
    if entry.details.get("trust_list_day") == "issued":
        names["trust_list"] = "trust list issued"
    facts = ((name, entry.details.get(key)) for key, name in names.items())
    told = ((name, value if isinstance(value, list) else [value]) for name, value in facts if value)
    return [f"{name}: {', '.join(map(str, values))}" for name, values in told]
