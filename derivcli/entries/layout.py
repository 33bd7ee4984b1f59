"""Where the entries of an array lie in a flat list, row-major: views, broadcasting and lines along an axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

Sizes = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Array:
    """Node numbers in an order: `entries` is row-major and as long as the product of `shape`."""

    shape: Sizes
    entries: Sequence[int]

    @property
    def rows(self) -> list[list[int]]:
        """The rows of a matrix; a vector is one column."""
        width = self.shape[1] if len(self.shape) == 2 else 1
        return [list(self.entries[k * width : (k + 1) * width]) for k in range(self.shape[0])]

    def view(self, shape: Sizes, steps: Sequence[int], start: int = 0) -> Array:
        """The array of `shape` whose neighbours along each axis lie `steps` apart in the flat list."""
        return Array(shape, [self.entries[p] for p in positions(shape, steps, start)])

    def transposed(self) -> Array:
        return self.view(self.shape[::-1], strides(self.shape)[::-1])

    def broadcast(self, shape: Sizes) -> Array:
        """The array repeated along new leading axes and along axes of size 1, as NumPy does."""
        if self.shape == shape:
            return self
        steps = [0 if size == 1 else step for size, step in zip(self.shape, strides(self.shape), strict=True)]
        return self.view(shape, [0] * (len(shape) - len(steps)) + steps)

    def select(self, items: Sequence[int | tuple[Any, ...]]) -> Array:
        """NumPy's basic indexing: for each leading axis an int or ("slice", start, stop, step)."""
        start, shape, steps = 0, [], []
        for size, step, item in zip(self.shape, strides(self.shape), items, strict=False):
            if isinstance(item, int):
                start += item % size * step
            else:
                taken = range(size)[slice(*item[1:])]
                start += taken.start * step if taken else 0
                shape.append(len(taken))
                steps.append(taken.step * step)
        rest = len(items)
        return self.view((*shape, *self.shape[rest:]), [*steps, *strides(self.shape)[rest:]], start)

    def lines(self, axis: int | None) -> list[list[int]]:
        """The positions along the axis, a list for each place on the other axes; for None one list of all."""
        if axis is None:
            return [list(range(len(self.entries)))]
        steps = strides(self.shape)
        starts = positions(without(self.shape, axis), without(steps, axis))
        return [[start + k * steps[axis] for k in range(self.shape[axis])] for start in starts]


def matrix(rows: Sequence[Sequence[int]]) -> Array:
    """The matrix of these rows, at least one."""
    return Array((len(rows), len(rows[0])), [entry for row in rows for entry in row])


def strides(shape: Sizes) -> Sizes:
    """How far apart neighbours along each axis lie in the flat list."""
    return tuple(prod(shape[k + 1 :]) for k in range(len(shape)))


def positions(shape: Sequence[int], steps: Sequence[int], start: int = 0) -> list[int]:
    """The places in the flat list that a view shows, row-major."""
    found = [start]
    for size, step in zip(shape, steps, strict=True):
        found = [p + k * step for p in found for k in range(size)]
    return found


def together(shapes: Sequence[Sizes]) -> Sizes:
    """The shape that arrays of these shapes are broadcast to."""
    rank = max(map(len, shapes))
    padded = [(1,) * (rank - len(shape)) + shape for shape in shapes]
    return tuple(next((size for size in sizes if size != 1), 1) for sizes in zip(*padded, strict=True))


def without(sizes: Sizes, axis: int) -> Sizes:
    return sizes[:axis] + sizes[axis + 1 :]
