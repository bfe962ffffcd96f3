"""Figures into documents and model.json, from an evaluation made here."""

from pathlib import Path

import pytest

from backend.model_folder import read_model_json
from tests import pictures
from tests.model_folders import write_model_folder
from training.card_tables import contradictions, main
from training.evaluate import main as evaluate

CARD = """# A card

Before.

| regime | AUC | false alarms | worst real source | recall | decided | right of decided |
| --- | --- | --- | --- | --- | --- | --- |
| as-is | old | old | old | old | old | old |
| gone | old | old | old | old | old | old |

Between.

| real source | pictures | called fake | unsure | called real |
| --- | --- | --- | --- | --- |
| gone | 1 | 0.0% | 0.0% | 0.0% |

| sensitivity, as-is | fake from | false alarms | recall |
| --- | --- | --- | --- |
| gone | 0.9 | 0.0% | 0.0% |

| another | table |
| --- | --- |
| stays | here |
"""


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return write_model_folder(tmp_path / "model")


@pytest.fixture
def evaluated(model: Path, tmp_path: Path) -> Path:
    for label, level in (("real", 60), ("fake", 200)):
        for number in range(6):
            path = tmp_path / "data" / label / f"{label}s" / f"{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(pictures.encoded(pictures.pixels(300, 280, level=level + number), "PNG"))
    out = tmp_path / "evaluated"
    command = [str(model), "--data", str(tmp_path / "data"), "--out", str(out)]
    assert evaluate([*command, "--regimes", "as-is", "web"]) == 0
    return out


def test_tables_known_by_their_head_are_written_anew(
    evaluated: Path, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    card = tmp_path / "card.md"
    card.write_text(CARD)
    assert main([str(evaluated), "--model", str(model), "--measured-on", "these", str(card)]) == 0
    assert "0 of 12 pairs" in capsys.readouterr().out
    text = card.read_text()
    assert "| as-is | 1.000 (1.000 to 1.000) | 0.0% (0.0% to 0.0%) | - | 100.0%" in text
    assert "| web | 1.000" in text
    assert "| reals | 6 | 0.0% | 0.0% | 100.0% |" in text
    assert "| fewer false alarms | 0.950 | 0.0% | 100.0% |" in text
    assert "| more fakes found | 0.800 | 0.0% | 100.0% |" in text
    assert "old" not in text and "gone" not in text
    for kept in ("# A card\n\nBefore.\n", "\n\nBetween.\n\n", "| stays | here |\n"):
        assert kept in text
    metrics = {metric.name: metric for metric in read_model_json(model).metrics}
    assert metrics["web.recall"].value == 1
    assert metrics["as-is.auc"].measured_on == "these"


def test_a_contradiction_is_fake_against_real_and_not_against_unsure(tmp_path: Path) -> None:
    """Paths whose words differ between the picture as it is and each of its laundered copies."""
    words = {
        "changed": ("fake", "real", "unsure"), "doubted": ("fake", "unsure", "fake"),
        "turned": ("real", "fake", "real"),
    }  # fmt: skip
    rows = [
        f"{path},{regime},{word}"
        for path, each in words.items()
        for regime, word in zip(("as-is", "web", "thumbnail"), each, strict=True)
    ]
    (tmp_path / "scores.csv").write_text("\n".join(["path,regime,verdict", *rows]))
    assert contradictions(tmp_path / "scores.csv") == (2, 6)


def test_what_is_no_evaluation_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 2
    assert "training.evaluate" in capsys.readouterr().err
