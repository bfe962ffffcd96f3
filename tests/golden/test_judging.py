"""What holds the extension's judge to the service's."""

import pytest

from backend.contract import GoldenPicture
from backend.judge import Judge
from backend.model_folder import DEFAULT
from export.golden import FOLDER, read_golden
from tests.golden.judging import JSON, text


def test_the_golden_json_is_what_the_service_says() -> None:
    assert JSON.read_text() == text(), "run `make golden`"


@pytest.mark.parametrize("golden", read_golden(DEFAULT).pictures, ids=lambda each: each.path)
def test_the_shipped_model_says_in_the_service_what_it_must_say_in_the_browser(golden: GoldenPicture) -> None:
    judged = Judge.from_folder(DEFAULT).judge((DEFAULT / FOLDER / golden.path).read_bytes())
    assert judged.probability == pytest.approx(golden.probability, abs=0.01), "run `make golden`"
