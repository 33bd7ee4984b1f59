"""Contours of a map as short lines, and where their heights can be written."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from derivcli.picture import Map
from derivcli.render.numbers import number

Line = tuple[tuple[float, float], tuple[float, float]]
Cell = tuple[int, int]
# For each cell its corners in turn, as steps from the lower left one.
_CORNERS = ((0, 0), (1, 0), (1, 1), (0, 1))


def contours(of: Map) -> Mapping[float, list[Line]]:
    """The lines of each contour; none in a cell that is torn or lacks a value."""
    found: dict[float, list[Line]] = {level: [] for level in of.levels}
    for i, j in _whole(of):
        heights = [of.heights[j + b][i + a] for a, b in _CORNERS]
        low, high = min(heights), max(heights)
        for level in of.levels:
            if low <= level < high:
                found[level] += _crossing(of, (i, j), heights, level)
    return found


def everywhere(of: Map) -> str:
    """What is said of a map without contours."""
    known = next(z for row in of.heights for z in row if math.isfinite(z))
    return f"{number(known, 6)} wherever there is a value"


def texts(of: Map) -> list[str]:
    """The heights of the contours with as many digits as tell them apart."""
    gaps = [b - a for a, b in itertools.pairwise(of.levels)]
    largest = max(map(abs, of.levels), default=0.0)
    digits = math.ceil(math.log10(largest / min(gaps))) + 2 if gaps and largest else 0
    return [number(level, min(max(digits, 6), 15)) for level in of.levels]


def _whole(of: Map) -> Iterator[Cell]:
    for j in range(len(of.heights) - 1):
        rows = of.heights[j], of.heights[j + 1]
        for i in range(len(rows[0]) - 1):
            corners = (rows[0][i], rows[0][i + 1], rows[1][i], rows[1][i + 1])
            if all(map(math.isfinite, corners)) and (i, j) not in of.breaks:
                yield i, j


def _crossing(of: Map, cell: Cell, heights: Sequence[float], level: float) -> list[Line]:
    """Where a contour crosses a cell: between its edges on which the height lies between those of the corners."""
    xs, ys = (side.places for side in of.sides)
    cuts = []
    for k in range(4):
        p, q = heights[k], heights[(k + 1) % 4]
        if (p <= level) != (q <= level):
            (a, b), (c, d), t = _CORNERS[k], _CORNERS[(k + 1) % 4], (level - p) / (q - p)
            x, to_x, y, to_y = xs[cell[0] + a], xs[cell[0] + c], ys[cell[1] + b], ys[cell[1] + d]
            cuts.append((x + (to_x - x) * t, y + (to_y - y) * t))
    if len(cuts) == 4 and (sum(heights) / 4 <= level) == (heights[0] <= level):
        cuts = [*cuts[1:], cuts[0]]  # a saddle: the middle belongs to the first corner
    return list(zip(cuts[::2], cuts[1::2], strict=True))


def labels(crossed: Mapping[str, Iterable[Cell]], columns: int, rows: int, taken: Iterable[Cell]) -> dict[Cell, str]:
    """Where each contour's text begins: along the contour if it can be, and away from the other texts.

    Args:
        crossed: the cells of characters that each contour goes through, by its text.
        columns, rows: how many cells there are.
        taken: where nothing can be written.
    """
    found: dict[Cell, str] = {}
    full = set(taken)
    crowded = Counter(cell for cells in crossed.values() for cell in set(cells))
    for text, cells in crossed.items():
        on = set(cells)
        best: tuple[tuple[float, ...], Cell] | None = None
        for column, row in on:
            start = column - len(text) // 2
            room = [(start + k, row) for k in range(-1, len(text) + 1)]
            if start < 1 or start + len(text) >= columns or full & set(room):
                continue
            # Among lines of other heights a text could be that of any of them.
            if any(crowded[cell] > (cell in on) for cell in room[1:-1]):
                continue
            along = sum(cell in on for cell in room)
            apart = min((abs(c - column) / 2 + abs(r - row) for c, r in found), default=0.0)
            beside = abs(column - columns / 2) / columns + abs(row - rows / 2) / rows
            score = (float(min(along, len(text))) + min(apart, 8.0) - 2 * beside, -float(row), -float(column))
            best = max(best, (score, (start, row))) if best else (score, (start, row))
        if best is not None:
            start, row = best[1]
            found[start, row] = text
            full |= {(start + k, r) for k in range(-1, len(text) + 1) for r in (row - 1, row, row + 1)}
    return found
