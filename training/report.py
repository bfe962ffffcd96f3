"""One self-contained HTML page from titled sections of figures, tables and facts.

In: frozen parts (`Facts`, `Figure`, `Table`, `Text`) in `Section`s. Out: one file that opens anywhere:
pictures are inlined, nothing is requested, light and dark follow the reader's system.

    report.write(path, "A run", [Section("Scores", (Facts((("AUC", 0.93),)), Figure.of(plots.roc(...)))))])
"""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup
from matplotlib.figure import Figure as Drawing

from training.run_folder import write_text

TEMPLATE = Path(__file__).with_name("report.html.jinja")
DPI = 140  # sharp on a screen with two device pixels per CSS pixel at the page's width

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Facts:
    """A row of figures to read first: (name, value) pairs."""

    pairs: tuple[tuple[str, Cell], ...]

    kind = "facts"


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing as PNG. `wide` ones take the whole width of the page, others stand side by side."""

    png: bytes
    title: str = ""
    caption: str = ""
    wide: bool = False

    kind = "figure"

    @classmethod
    def of(cls, drawing: Drawing, title: str = "", caption: str = "", wide: bool = False) -> "Figure":
        return cls(png(drawing), title, caption, wide)

    @property
    def address(self) -> Markup:
        """The picture itself as an address."""
        return Markup(f"data:image/png;base64,{base64.b64encode(self.png).decode('ascii')}")


@dataclass(frozen=True, slots=True)
class Table:
    """Columns of text (left) and numbers (right)."""

    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""

    kind = "table"


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph, or with `verbatim` text whose spaces count (a report of scikit-learn)."""

    text: str
    verbatim: bool = False

    kind = "text"


Part = Facts | Figure | Table | Text


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands below it."""

    title: str
    parts: tuple[Part, ...]
    text: str = ""


def png(drawing: Drawing) -> bytes:
    """A drawing as the bytes of a PNG file."""
    out = io.BytesIO()
    drawing.savefig(out, format="png", dpi=DPI)
    return out.getvalue()


def render(title: str, sections: Sequence[Section], lead: str = "") -> str:
    """The page. `lead` is a sentence or two below the title. Pure."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["shown"] = shown
    environment.tests["number"] = lambda value: isinstance(value, int | float)
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    return template.render(title=title, sections=sections, lead=lead)


def write(path: Path, title: str, sections: Sequence[Section], lead: str = "") -> None:
    """Renders the page into a file, whole or not at all."""
    write_text(path, render(title, sections, lead))


def shown(value: Any) -> str:
    """A cell as text: whole numbers with thousands apart, others with three decimals."""
    if value is None:
        return "–"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
