"""Vectors and matrices in the table: a grid for each, cut with a count where the terminal ends."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from derivcli.model import Nested

# Rows of one grid on a terminal, and grids of an array with more than two axes.
MAX_ROWS, MAX_GRIDS = 20, 12
# Every column takes a rule and two spaces beside its cell.
_FRAME = 3

# What stands in a cell: given the index of an entry.
Cell = Callable[[tuple[int, ...]], Text]


def shape_of(array: Nested) -> tuple[int, ...]:
    """The shape of nested lists."""
    return (len(array), *shape_of(array[0])) if isinstance(array, list) else ()


def entry(array: Nested, index: tuple[int, ...]) -> Nested:
    """The entry at an index."""
    for k in index:
        assert isinstance(array, list)
        array = array[k]
    return array


def grids(console: Console, shape: tuple[int, ...], cell: Cell, unicode: bool) -> Iterator[Table | Text]:
    """The grids of an array, and lines that say what was left out.

    Args:
        console: its width bounds the columns; nothing is cut where it is no terminal.
        shape: of the array, with at least one axis.
        cell: gives each entry.
        unicode: whether the console takes more than ASCII.
    """
    *leading, rows, last = (1, *shape) if len(shape) == 1 else shape
    slices = list(itertools.product(*map(range, leading)))
    limit = len(slices) if not console.is_terminal else MAX_GRIDS
    for where in slices[:limit]:
        if where:
            yield Text(f"[{', '.join(map(str, where))}, :, :]")
        shown = rows if not console.is_terminal else min(rows, MAX_ROWS)
        index = _index(where, len(shape))
        cells = [[cell(index(i, j)) for j in range(last)] for i in range(shown)]
        yield from _grid(console, cells, unicode, rows, "columns" if len(shape) > 1 else "entries")
    if len(slices) > limit:
        yield Text(f"… {len(slices) - limit} more matrices (--json has them)")


def _index(where: tuple[int, ...], rank: int) -> Callable[[int, int], tuple[int, ...]]:
    """The index of an entry in row i and column j of a slice; a vector has no rows."""
    return (lambda i, j: (j,)) if rank == 1 else (lambda i, j: (*where, i, j))


def _grid(
    console: Console, cells: Sequence[Sequence[Text]], unicode: bool, rows: int, across: str
) -> Iterator[Table | Text]:
    """One grid of as many columns as fit, and what was left out of `rows` and columns."""
    columns = len(cells[0])
    widths = [_FRAME + max(max(map(len, row[j].plain.split("\n"))) for row in cells) for j in range(columns)]
    fitting = max(1, sum(1 for total in itertools.accumulate(widths, initial=1) if total <= console.width) - 1)
    table = Table(box=box.ROUNDED if unicode else box.ASCII, show_header=False, show_lines=True)
    for _ in range(fitting):
        table.add_column(justify="right", no_wrap=True)
    for row in cells:
        table.add_row(*row[:fitting])
    yield table
    left_out = [f"{columns - fitting} more {across}"] * (fitting < columns)
    left_out += [f"{rows - len(cells)} more rows"] * (len(cells) < rows)
    if left_out:
        yield Text(f"… {' and '.join(left_out)} (--json has them)")
