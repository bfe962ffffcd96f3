"""The table of a scan on disk: CSV, JSON (one array, or a line a row) or Parquet, by the ending of its name.

A row is on disk as soon as it is there. Parquet and a JSON array cannot be written row by row: their rows
stand in JSON lines beside them until the scan has ended.
"""

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final, TextIO

ENDINGS: Final = (".csv", ".json", ".jsonl", ".parquet")
AT_THE_END: Final = (".json", ".parquet")  # written whole


@dataclass(frozen=True, slots=True)
class Row:
    """One file of the table. `verdict` is empty where `failed` says why."""

    file: str  # below the scanned folder
    verdict: str
    probability: float | None
    decided_by: str
    failed: str  # the wire's reason
    sha256: str
    bytes: int
    modified: int  # ns since 1970
    model: str  # sha256 of its weights


NAMES: Final = tuple(field.name for field in fields(Row))


class Table:
    """Rows by file; a later one takes the place of an earlier one."""

    def __init__(self, out: Path) -> None:
        """Raises ValueError for an ending that is none of ENDINGS, or Parquet without pyarrow."""
        if out.suffix not in ENDINGS:
            raise ValueError(f"--out: {out.name} must end with {', '.join(ENDINGS)}.")
        self._out = out
        self._lines = out
        if out.suffix == ".parquet":
            _pyarrow()
        if out.suffix in AT_THE_END:
            self._lines = out.with_name(f"{out.name}.rows.jsonl")
        self._file: TextIO | None = None

    def read(self) -> Iterator[Row]:
        """A last line that was cut off is left out. Raises ValueError where the file is another table."""
        if self._out.suffix in AT_THE_END and self._out.exists():
            whole = _from_parquet(self._out) if self._out.suffix == ".parquet" else _from_json(self._out)
            yield from (row for row in map(_row, whole) if row is not None)
        if not self._lines.exists():
            return
        with self._lines.open(encoding="utf-8", newline="") as file:
            found = csv.DictReader(file) if self._lines.suffix == ".csv" else _objects(file)
            yield from (row for row in map(_row, found) if row is not None)

    def begin(self, rows: Iterable[Row]) -> None:
        """With these rows alone; from here on rows can be added."""
        part = self._lines.with_name(f"{self._lines.name}.part")
        head = ",".join(NAMES) + "\r\n" if self._lines.suffix == ".csv" else ""
        part.write_text(head + "".join(map(self._line, rows)), encoding="utf-8", newline="")
        part.replace(self._lines)
        self._file = self._lines.open("a", encoding="utf-8", newline="")

    def add(self, row: Row) -> None:
        assert self._file is not None, "begin comes first"
        self._file.write(self._line(row))
        self._file.flush()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def end(self, rows: Iterable[Row]) -> None:
        """All rows are there."""
        self.close()
        if self._out.suffix in AT_THE_END:
            part = self._out.with_name(f"{self._out.name}.part")
            (_to_parquet if self._out.suffix == ".parquet" else _to_json)(rows, part)
            part.replace(self._out)
            self._lines.unlink()

    def _line(self, row: Row) -> str:
        if self._lines.suffix != ".csv":
            return json.dumps(asdict(row)) + "\n"
        cells = ("" if value is None else str(value) for value in asdict(row).values())
        return ",".join('"' + cell.replace('"', '""') + '"' for cell in cells) + "\r\n"


def _pyarrow() -> Any:
    try:
        import pyarrow.parquet
    except ImportError as error:
        raise ValueError(
            "Parquet needs pyarrow: install it, or Candid with its extra [parquet]; or give --out a name "
            "that ends with .csv, .json or .jsonl."
        ) from error
    return pyarrow


def _to_json(rows: Iterable[Row], out: Path) -> None:
    lines = ",\n".join(json.dumps(asdict(row)) for row in rows)
    out.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def _from_json(out: Path) -> Iterable[dict[str, Any]]:
    try:
        found = json.loads(out.read_bytes())
    except ValueError as error:
        raise ValueError(_other_table(out)) from error
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise ValueError(_other_table(out))
    return found


def _to_parquet(rows: Iterable[Row], out: Path) -> None:
    arrow = _pyarrow()
    kinds = {"probability": arrow.float64(), "bytes": arrow.int64(), "modified": arrow.int64()}
    schema = arrow.schema([(name, kinds.get(name, arrow.string())) for name in NAMES])
    arrow.parquet.write_table(arrow.Table.from_pylist([asdict(row) for row in rows], schema), out)


def _from_parquet(out: Path) -> Iterable[dict[str, Any]]:
    arrow = _pyarrow()
    try:
        found: list[dict[str, Any]] = arrow.parquet.read_table(out).to_pylist()
    except arrow.ArrowException as error:
        raise ValueError(_other_table(out)) from error
    return found


def _objects(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        try:
            yield json.loads(line)
        except json.JSONDecodeError:  # the last one, where the scan was killed
            return


def _row(values: dict[str, Any]) -> Row | None:
    if set(values) != set(NAMES):
        raise ValueError(_other_table("The file"))
    if any(value is None for name, value in values.items() if name != "probability"):
        return None  # cut off
    probability = values["probability"]
    try:
        return Row(
            **{
                **values,
                "probability": None if probability in ("", None) else float(probability),
                "bytes": int(values["bytes"]),
                "modified": int(values["modified"]),
            }
        )
    except ValueError:
        return None


def _other_table(name: object) -> str:
    return f"{name} is there and is no table of a scan. Give another with --out."
