"""The second rung: which words of which languages mean AI."""

import re
from pathlib import Path

import pytest

from backend.contract import PlatformLabelDetails
from backend.evidence.hints import Hints
from backend.evidence.platform_label import LABELS, language_of, read_label

SITES = Path(__file__).parents[2] / "extension" / "src" / "feed" / "sites" / "pages"


@pytest.mark.parametrize(
    ("label", "language"),
    [
        ("Made with AI", "en"),
        ("AI info", "en"),
        ("  ai-generated ", "en"),
        ("Created with AI.", "en"),
        ("Made with Google AI", "en"),
        ("KI-generiert", "de"),
        ("Mit KI erstellt", "de"),
        ("Infos sur l’IA", "fr"),
        ("Généré par l'IA", "fr"),
        ("Información de IA", "es"),
        ("Gerado por IA", "pt"),
        ("AI生成", "ja"),
        ("Создано ИИ", "ru"),
    ],
)
def test_label_that_means_ai_says_fake(label: str, language: str) -> None:
    evidence = read_label(b"", Hints(label))
    assert evidence is not None
    details = PlatformLabelDetails.model_validate(evidence.details)
    assert (evidence.says, evidence.strength, details.language) == ("fake", "strong", language)
    assert label.strip() in evidence.summary


@pytest.mark.parametrize(
    "label",
    [
        "", "Sponsored", "Sensitive content", "Manipulated media", "Altered or synthetic content", "AI",
        "Not made with AI", "Made with AI?", "I love AI generated art and here is why", "Made with love",
        "Air info", "Kino",
    ],
)  # fmt: skip
def test_other_labels_say_nothing(label: str) -> None:
    assert read_label(b"", Hints(label)) is None


def test_no_label_says_nothing() -> None:
    assert read_label(b"", Hints()) is None


def test_every_label_of_the_table_is_known_under_its_language() -> None:
    unknown = [
        (language, label)
        for language, labels in LABELS.items()
        for label in labels
        if "*" not in label and language_of(label.capitalize()) != language
    ]
    assert unknown == []


def test_the_labels_that_the_extension_sends_are_known() -> None:
    """Whole alternatives of the extension's expression, without its optional parts."""
    text = (SITES.parent / "site.ts").read_text()
    found = re.search(r"AI_WORDS =\s*/\^\((.+)\)\[", text)
    assert found
    plain = [each for each in re.split(r"\|(?![^(]*\))", found.group(1)) if re.fullmatch(r"[\w -]+", each)]
    assert len(plain) >= 8
    not_ai = {"manipulated media", "altered or synthetic content"}
    assert [each for each in plain if each not in not_ai and language_of(each) is None] == []


def test_the_labels_on_the_saved_pages_of_sites_are_known() -> None:
    pages = sorted(SITES.glob("*.html"))
    labels = {label for page in pages for label in re.findall(r'data-label="([^"]+)"', page.read_text())}
    assert "#AIArt" in labels
    assert [label for label in labels if language_of(label) is None] == []
