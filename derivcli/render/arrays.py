"""Vectors and matrices in the table: a grid for each, cut with a count where the terminal ends."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence

from derivcli.render.digits import Printed

# Rows of one grid on a terminal, and grids of an array with more than two axes.
MAX_ROWS, MAX_GRIDS = 20, 12
# Every column takes a rule and two spaces beside its cell.
_FRAME = 3

# What stands in a cell, one text below the other: given the index of an entry.
Cell = Callable[[tuple[int, ...]], Sequence[str]]
# A line of a grid, and whether it stands back behind the others.
Line = tuple[str, bool]


def shape_of(array: Printed) -> tuple[int, ...]:
    """The shape of nested lists."""
    return (len(array), *shape_of(array[0])) if isinstance(array, list) else ()


def entry(array: Printed, index: tuple[int, ...]) -> Printed:
    """The entry at an index."""
    for k in index:
        assert isinstance(array, list)
        array = array[k]
    return array


def grids(width: int, cut: bool, shape: tuple[int, ...], cell: Cell, unicode: bool) -> Iterator[Line]:
    """The grids of an array line by line, with lines that say what was left out.

    Drawn by hand: Rich takes a minute for a matrix of 1,000 rows and columns.

    Args:
        width: how many characters a line may have.
        cut: whether rows and grids beyond what fits a terminal are left out.
        shape: of the array, with at least one axis.
        cell: gives each entry.
        unicode: whether more than ASCII may be written.
    """
    *leading, rows, last = (1, *shape) if len(shape) == 1 else shape
    slices = list(itertools.product(*map(range, leading)))
    limit = MAX_GRIDS if cut else len(slices)
    for where in slices[:limit]:
        if where:
            yield f"[{', '.join(map(str, where))}, :, :]", False
        index = _index(where, len(shape))
        cells = [[cell(index(i, j)) for j in range(last)] for i in range(min(rows, MAX_ROWS) if cut else rows)]
        yield from _grid(width, cells, unicode, rows, "columns" if len(shape) > 1 else "entries")
    if len(slices) > limit:
        yield f"… {len(slices) - limit} more matrices (--json has them)", False


def _index(where: tuple[int, ...], rank: int) -> Callable[[int, int], tuple[int, ...]]:
    """The index of an entry in row i and column j of a slice; a vector has no rows."""
    return (lambda i, j: (j,)) if rank == 1 else (lambda i, j: (*where, i, j))


def _grid(
    width: int, cells: Sequence[Sequence[Sequence[str]]], unicode: bool, rows: int, across: str
) -> Iterator[Line]:
    """One grid of as many columns as fit, and what was left out of `rows` and columns."""
    widths = [max(len(line) for row in cells for line in row[j]) for j in range(len(cells[0]))]
    fitting = sum(1 for end in itertools.accumulate(w + _FRAME for w in widths) if end + 1 <= width) or 1
    widths = widths[:fitting]
    top, middle, bottom, side = _UNICODE if unicode else _ASCII
    yield _rule(top, widths), False
    for i, row in enumerate(cells):
        if i:
            yield _rule(middle, widths), False
        for depth in range(len(row[0])):
            numbers = (row[j][depth].rjust(w) for j, w in enumerate(widths))
            yield f"{side} {f' {side} '.join(numbers)} {side}", depth > 0
    yield _rule(bottom, widths), False
    left_out = [f"{len(cells[0]) - fitting} more {across}"] * (fitting < len(cells[0]))
    left_out += [f"{rows - len(cells)} more rows"] * (len(cells) < rows)
    if left_out:
        yield f"… {' and '.join(left_out)} (--json has them)", False


# The left end, line, crossing and right end of the rules at the top, between rows and at the bottom; and the side.
_UNICODE = ("╭─┬╮", "├─┼┤", "╰─┴╯", "│")
_ASCII = ("+--+", "|-+|", "+--+", "|")


def _rule(pieces: str, widths: Sequence[int]) -> str:
    left, line, crossing, right = tuple(pieces)
    return left + crossing.join(line * (width + 2) for width in widths) + right
