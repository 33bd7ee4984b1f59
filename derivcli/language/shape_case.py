"""One node whose shape is wanted, in the user's own words, and NumPy's broadcasting."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from derivcli.arrays import OPERATIONS, Shape
from derivcli.errors import ShapeError
from derivcli.graph import Graph, Node


def show(shape: Shape) -> str:
    """A shape in words: `a number`, `a vector (3)`, `a matrix (2, 3)`."""
    if not shape:
        return "a number"
    if len(shape) == 1:
        return f"a vector ({shape[0]})"
    return f"a matrix ({', '.join(map(str, shape))})" if len(shape) == 2 else f"an array ({', '.join(map(str, shape))})"


@dataclass
class Case:
    """One node whose shape is wanted: its place in the user's graph and text, the shapes of its arguments, and which
    of these are vectors that lie.
    """

    text: str
    graph: Graph
    i: int
    node: Node
    shapes: Sequence[Shape]
    lying: Collection[int]

    def error(self, message: str, hint: str | None = None) -> ShapeError:
        return ShapeError(message, text=self.text, span=self.graph.spans[self.i], hint=hint)

    def words(self, k: int) -> str:
        """The user's own words for an argument, and its shape."""
        span = self.graph.spans[self.node.args[k]]
        words = self.text[slice(*span)] if span else ""
        return f"{words} is {show(self.shapes[k])}" if words and len(words) <= 40 else show(self.shapes[k])

    def mismatch(self, j: int, k: int, what: str, hint: str | None = None) -> ShapeError:
        return self.error(f"{what}: {self.words(j)}, {self.words(k)}", hint)

    def broadcast(self) -> Shape:
        """The common shape of all arguments."""
        common: Shape = ()
        for k, shape in enumerate(self.shapes):
            joined = _join(common, shape)
            if joined is None:
                j = next(j for j in range(k) if _join(self.shapes[j], shape) is None or j == k - 1)
                raise self.mismatch(j, k, "shapes that do not fit together")
            common = joined
        return common

    def row(self, k: int) -> bool:
        """Whether an argument is a vector that lies: x.T."""
        return k in self.lying

    def is_row(self, op: str) -> bool:
        """Whether the result is a vector that lies: x.T, x.T @ A, 2*x.T."""
        if op == "transpose":
            return len(self.shapes[0]) == 1 and not self.row(0)
        if op == "matmul":
            return len(self.shapes[0]) == 1 and len(self.shapes[1]) == 2
        return op not in OPERATIONS and bool(self.lying)


def _join(a: Shape, b: Shape) -> Shape | None:
    """NumPy's broadcasting of two shapes, or None."""
    long, short = (a, b) if len(a) >= len(b) else (b, a)
    joined = list(long)
    for k in range(1, len(short) + 1):
        if long[-k] != short[-k]:
            if 1 not in (long[-k], short[-k]):
                return None
            joined[-k] = short[-k] if long[-k] == 1 else long[-k]
    return tuple(joined)
