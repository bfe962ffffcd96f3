"""Broken pictures through decoder, views and every rung: a refusal or something to judge, nothing else.

A few hundred here; `make soak` sends 50,000 through the service.
"""

from pathlib import Path

import pytest
from hypothesis import given, settings

from backend.contract import ModelInput, NativeCrops
from backend.errors import PictureError
from backend.evidence.hints import Hints
from backend.evidence.rungs import rungs
from backend.prepare import prepare
from tests.mutations import TELLING, WHOLE, Mutated, mutated

POLICY, SIZE = NativeCrops(first=2), ModelInput(height=96, width=96)
RUNGS = rungs(Path("/nonexistent"))


@settings(max_examples=400, deadline=None, derandomize=True, database=None)
@given(mutated)
def test_a_mutated_picture_is_refused_or_prepared(picture: Mutated) -> None:
    try:
        prepared = prepare(picture.data, Hints(), RUNGS, POLICY, SIZE)
    except PictureError as error:
        assert error.problem().message
    else:
        assert prepared.views and prepared.long_side >= 64


@pytest.mark.parametrize("kind", WHOLE)
def test_the_pictures_that_are_mutated_are_good_ones(kind: str) -> None:
    prepared = prepare(WHOLE[kind], Hints(), RUNGS, POLICY, SIZE)
    assert prepared.picture.format == kind.split()[0]
    decided = prepared.found.decided
    assert (decided is not None and decided.says == "fake") == (kind in TELLING)
