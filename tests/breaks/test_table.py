"""The breaks of `make breaks` are of the code as it stands."""

from pathlib import Path

import pytest

from tests.breaks.table import ALL, UNITS, Break

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("each", ALL, ids=lambda each: each.what)
def test_a_break_is_of_one_place_and_its_tests_are_there(each: Break) -> None:
    assert (ROOT / each.file).read_text(encoding="utf-8").count(each.text) == 1
    tests = ROOT / ("extension" if each in UNITS else "") / each.tests.split()[0]
    assert tests.is_file()
