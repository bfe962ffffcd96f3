"""docs/states.md: every screenshot under the words for what it shows. Pure but for `write`."""

from pathlib import Path

TITLE = """# Every state, in pictures

Taken by `make screenshots`, which also writes this page: real Chromium, real backend, the shipped model.
"""
# heading -> file -> what it shows
STATES = {
    "On a page": {
        "badges": "every badge: signed, labelled by the site, told by the file, judged, failed, on its way",
        "flags": "only fakes are flagged",
        "dim": "fakes dimmed until clicked",
        "blur": "fakes blurred until clicked",
        "heat": "where the model sees traces",
        "dark": "a dark page",
        "forced-colours": "forced colours (high contrast)",
        "enlarged": "enlarged to 200%",
        "right-to-left": "from right to left",
    },
    "The card": {
        "card-camera": "signed by a camera",
        "card-lab": "signed by a generator",
        "card-labelled": "labelled by the site",
        "card-metadata": "told by the file's metadata",
        "card-fake": "judged by the model: likely fake",
        "card-real": "likely real",
        "card-unsure": "unsure",
        "card-failed": "could not be checked",
        "card-wrong": "correcting a verdict",
    },
    "The popup": {
        "popup": "ready, with what was found on the page",
        "popup-dark": "dark",
        "popup-in-browser": "no backend: the browser judges",
        "popup-unpaired": "a backend that this browser is not paired with",
        "popup-code": "pairing",
        "popup-starting": "the backend is starting",
        "popup-no-judge": "nothing can judge",
        "popup-incompatible": "another program on the backend's port",
        "popup-refused": "the self-test failed",
        "popup-off": "switched off",
    },
    "Options and side panel": {
        "options": "options",
        "options-dark": "options, dark",
        "panel-refused": "the self-test failed: a checked picture gets no verdict",
        "panel": "side panel: a checked picture, this page's fakes, history",
    },
    "German, French, Spanish": {
        f"{page}-{language}": "" for language in ("de", "fr", "es") for page in ("card", "popup", "options")
    },
    "On a phone": {
        "phone-feed": "the feed",
        "phone-card": "the card",
        "phone-popup": "the popup",
        "phone-options": "options",
        "phone-sidepanel": "the panel's page",
    },
}
ACROSS = 3  # pictures in a row


def write(pictures: Path) -> None:
    """Beside the folder of pictures. AssertionError: a picture without words, or words without one."""
    named = {name for group in STATES.values() for name in group}
    there = {path.stem for path in pictures.glob("*.webp")}
    assert named == there, f"without words: {there - named}; without a picture: {named - there}"
    (pictures.parent / "states.md").write_text(page(pictures.name), encoding="utf-8")


def page(folder: str) -> str:
    """The Markdown of it."""
    parts = [TITLE]
    for heading, group in STATES.items():
        cells = [f"![{words or name}]({folder}/{name}.webp) {words}".strip() for name, words in group.items()]
        rows = [cells[at : at + ACROSS] for at in range(0, len(cells), ACROSS)]
        across = min(ACROSS, len(cells))
        lines = [" | ".join([*row, *[""] * (across - len(row))]) for row in rows]
        table = ["| " + " | ".join([""] * across) + " |", "|" + " --- |" * across]
        parts.append("\n".join([f"## {heading}", "", *table, *(f"| {line} |" for line in lines), ""]))
    return "\n".join(parts)
