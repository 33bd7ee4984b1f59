"""CSV, TSV and NDJSON by the standard library."""

from __future__ import annotations

import csv
import io
import itertools
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, BinaryIO

from derivcli.errors import PointError
from derivcli.tables.chunks import Cells, Chunk, floats

# Rows that are read at once.
_ROWS = 16_384
SEPARATORS = {"csv": ",", "tsv": "\t"}


def lines_of(stream: BinaryIO, file: str) -> Iterator[str]:
    """The lines of a stream of bytes.

    Raises:
        PointError: it is no text.
    """
    try:
        yield from io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    except UnicodeDecodeError:
        raise PointError(f"{file} is not text in UTF-8") from None


def header(names: Sequence[str], file: str) -> tuple[str, ...]:
    """The names of the columns.

    Raises:
        PointError: none, or two alike.
    """
    found = tuple(name.strip() for name in names)
    if not any(found):
        raise PointError(f"{file} is empty", hint="the first line holds the names of the columns")
    twice = next((name for k, name in enumerate(found) if name in found[:k]), None)
    if twice is not None:
        raise PointError(f"{file} has two columns {twice!r}")
    return found


def records(lines: Iterable[str], form: str, width: int, file: str, first_row: int) -> Iterator[list[str]]:
    """The rows of CSV or TSV; empty lines are none.

    Raises:
        PointError: a row with more or fewer cells than there are columns.
    """
    row = first_row - 1
    try:
        for cells in csv.reader(lines, delimiter=SEPARATORS[form], strict=True):
            if not cells:
                continue
            row += 1
            if len(cells) != width:
                raise PointError(f"{file}, row {row:,} has {len(cells)} cells; there are {width} columns")
            yield cells
    except csv.Error as error:
        raise PointError(f"{file}, row {row + 1:,}: {error}") from None


class Delimited:
    """CSV or TSV."""

    count: int | None = None

    def __init__(self, lines: Iterator[str], form: str, file: str) -> None:
        self._lines, self._form, self._file = lines, form, file
        first = next((cells for cells in csv.reader(lines, delimiter=SEPARATORS[form]) if cells), [])
        self.names = header(first, file)

    def chunks(self, variables: Sequence[str]) -> Iterator[Chunk]:
        """All rows."""
        rows = records(self._lines, self._form, len(self.names), self._file, 1)
        first = 1
        while part := list(itertools.islice(rows, _ROWS)):
            columns: dict[str, Cells] = dict(zip(self.names, map(list, zip(*part, strict=True)), strict=True))
            yield text_chunk(columns, variables, self._file, first)
            first += len(part)


def text_chunk(columns: Mapping[str, list[str]], variables: Sequence[str], file: str, first: int) -> Chunk:
    """A chunk of columns of texts."""
    numbers = {name: floats(columns[name], name, file, first) for name in variables}
    count = len(next(iter(columns.values())))
    return Chunk(count, numbers, columns, lambda name, k: columns[name][k].strip())


class Lines:
    """NDJSON: an object on every line."""

    count: int | None = None

    def __init__(self, lines: Iterator[str], file: str) -> None:
        self._file = file
        lines = (line for line in lines if line.strip())
        first = next(lines, None)
        if first is None:
            raise PointError(f"{file} is empty", hint='a point is an object on a line of its own: {"x": 1, "y": 2}')
        self._lines = itertools.chain([first], lines)
        self.names = tuple(object_of(first, file, 1))

    def chunks(self, variables: Sequence[str]) -> Iterator[Chunk]:
        """All rows."""
        first = 1
        while lines := [line.strip() for line in itertools.islice(self._lines, _ROWS)]:
            rows = [object_of(line, self._file, first + k) for k, line in enumerate(lines)]
            columns = {name: [cell(row.get(name)) for row in rows] for name in self.names}
            chunk = text_chunk(columns, variables, self._file, first)
            yield Chunk(chunk.rows, chunk.numbers, chunk.cells, chunk.text, lines)
            first += len(lines)


def object_of(line: str, file: str, row: int) -> dict[str, Any]:
    """The object on a line, its numbers as they are written."""
    try:
        data = json.loads(line, parse_float=Decimal)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise PointError(f"{file}, row {row:,} is no JSON object")
    return data


def cell(value: Any) -> str:
    """What an object holds, as the text of a cell."""
    if value is None:
        return ""
    return value if isinstance(value, str) else str(value) if isinstance(value, Decimal) else json.dumps(value)


class PlainWriter:
    """Rows as CSV, TSV or NDJSON."""

    def __init__(self, stream: BinaryIO, form: str) -> None:
        self._stream, self._form, self._begun = stream, form, False

    def write(self, chunk: Chunk, new: Mapping[str, Cells]) -> None:
        """Write the columns of a chunk, then new ones."""
        if self._form == "ndjson":
            self._stream.write("".join(f"{line}\n" for line in json_rows(chunk, new)).encode())
            return
        columns = {**chunk.cells, **new}
        text = io.StringIO(newline="")
        rows = csv.writer(text, delimiter=SEPARATORS[self._form], lineterminator="\n")
        if not self._begun:
            rows.writerow(columns)
            self._begun = True
        texts = [[written(value) for value in as_list(cells)] for cells in columns.values()]
        rows.writerows(zip(*texts, strict=True))
        self._stream.write(text.getvalue().encode())

    def finish(self) -> None:
        """All rows are written."""
        self._stream.flush()

    def abort(self) -> None:
        """The stream is another's."""


def json_rows(chunk: Chunk, new: Mapping[str, Cells]) -> Iterator[str]:
    """Rows as objects; the lines that they were stay what they are, and get more keys."""
    added = zip(*(as_list(cells) for cells in new.values()), strict=True)
    if chunk.lines is not None:
        for line, values in zip(as_list(chunk.lines), added, strict=True):
            inside = line.strip()[:-1].rstrip()
            extra = json.dumps(dict(zip(new, map(_plain, values), strict=True)))[1:]
            yield f"{inside}, {extra}" if inside != "{" else f"{{{extra}"
        return
    columns = {**chunk.cells, **chunk.numbers, **new}
    for row in zip(*(as_list(cells) for cells in columns.values()), strict=True):
        yield json.dumps(dict(zip(columns, map(_plain, row), strict=True)), ensure_ascii=False)


def as_list(cells: Cells) -> list[Any]:
    """A column as a list."""
    found: list[Any] = cells if isinstance(cells, list) else list(cells)
    return found


def written(value: Any) -> str:
    """A number or text as CSV has it."""
    if not isinstance(value, float):
        return "" if value is None else str(value)
    if not math.isfinite(value):
        return str(_plain(value))
    text = repr(value)
    return text[:-2] if text.endswith(".0") else text


def _plain(value: Any) -> Any:
    """A number or text as JSON has it: what is not finite is a string."""
    if not isinstance(value, float) or math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
