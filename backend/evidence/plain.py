"""Text from a hostile file, made fit to be shown: no control characters, one line, bounded. Pure."""

import unicodedata

LONGEST = 80  # characters; longer names of signers and programs are no names


def plain(text: object, longest: int = LONGEST) -> str:
    """One line without control, format (right-to-left override) and private characters."""
    kept = "".join(
        " " if character.isspace() else character
        for character in str(text)[: 4 * longest]
        if character.isspace() or not unicodedata.category(character).startswith("C")
    )
    line = " ".join(kept.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"
