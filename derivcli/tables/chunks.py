"""What is read from a table and written to one, some thousands of rows at a time."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from derivcli.errors import PointError

# Rows that are read and written at once.
ROWS = 65_536

# A column: float64 numbers in a buffer, texts as they were written, or a Series of polars.
Cells = Any


@dataclass(frozen=True)
class Chunk:
    """Rows of a table, one after the other.

    Args:
        rows: how many.
        numbers: for each variable its values, float64 of shape (rows,); NaN where nothing is written.
        cells: the columns of the input, in its order.
        text: the number in the column of a variable and a row, as it is written.
        lines: the rows as lines of JSON, if that is what they are.
        share: which part of the table ends with this chunk, where its number of rows is not known.
    """

    rows: int
    numbers: Mapping[str, memoryview[float]]
    cells: Mapping[str, Cells]
    text: Callable[[str, int], str]
    lines: Cells | None = None
    share: float | None = None


class Table(Protocol):
    """A table that is read once, from its first row to its last."""

    names: tuple[str, ...]
    count: int | None

    def chunks(self, variables: Sequence[str]) -> Iterator[Chunk]:
        """All rows.

        Args:
            variables: the columns that must be numbers; the table has them.

        Raises:
            PointError: a cell that is no number, rows that do not fit together.
        """
        ...


class Writer(Protocol):
    """Something that takes rows in order."""

    def write(self, chunk: Chunk, new: Mapping[str, Cells]) -> None:
        """Write the columns of a chunk, then new ones."""
        ...

    def finish(self) -> None:
        """All rows are written."""
        ...

    def abort(self) -> None:
        """No more rows will come; let go of everything."""
        ...


def no_number(file: str, row: int, name: str, text: str) -> PointError:
    """A cell that is no number, the first row being row 1."""
    shown = text if len(text) <= 40 else f"{text[:40]}…"
    return PointError(f"{file}, row {row:,}, column {name}: {shown!r} is not a number")


def floats(texts: Sequence[str], name: str, file: str, first_row: int) -> memoryview[float]:
    """Texts as float64; an empty one is NaN.

    Args:
        texts: what the cells hold.
        name: of the column, for errors.
        file: for errors.
        first_row: the row of the first text, counted from 1.

    Raises:
        PointError: a text that is no number, or too large for any float.
    """
    values = array("d", bytes(8 * len(texts)))
    for k, text in enumerate(texts):
        number = float_of(text)
        if number is None:
            raise no_number(file, first_row + k, name, text)
        values[k] = number
    return memoryview(values)


def float_of(text: str) -> float | None:
    """The float nearest to a number as tables write them; None for another text."""
    text = text.strip()
    try:
        number = float(text) if text else math.nan
    except ValueError:
        return None
    # Python reads 1_000, which nobody else does; and what is written in digits is never infinite.
    return None if "_" in text or (math.isinf(number) and "n" not in text.lower()) else number
