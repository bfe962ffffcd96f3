"""docs/states.md shows every picture that is kept."""

from pathlib import Path

from tests.screenshots import states

DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_of_all_states_is_what_the_command_writes() -> None:
    assert (DOCS / "states.md").read_text(encoding="utf-8") == states.page("pictures")
    shown = {name for group in states.STATES.values() for name in group}
    assert shown == {path.stem for path in (DOCS / "pictures").glob("*.webp")}
