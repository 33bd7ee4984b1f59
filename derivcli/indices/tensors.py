"""Arrays: nodes with an order of their free indices, and the operations that join them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from derivcli.indices.algebra import product, substitute, total
from derivcli.indices.nodes import Index, Node, Shape
from derivcli.reverse import Partials


class NotIndexed(Exception):
    """An operation that index notation does not have; the text names it as the user does."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What all arrays of one expression share.

    Attributes:
        partials: the partial derivatives of elementwise functions.
        names: the names of variables and sizes.
    """

    partials: Partials
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Tensor:
    """An array.

    Attributes:
        node: the entry.
        out: the index of each axis; along one that the node does not depend on all entries are equal.
        setting: what the expression that it stems from was read with.
    """

    node: Node
    out: tuple[Index, ...]
    setting: Setting

    @property
    def shape(self) -> Shape:
        return tuple(i.size for i in self.out)

    def apart(self) -> Tensor:
        """The same array with axes of its own, so that it can meet itself."""
        out = tuple(Index(i.size) for i in self.out)
        return Tensor(substitute(self.node, dict(zip(self.out, out, strict=True))), out, self.setting)

    def reindexed(self, out: Sequence[Index]) -> Node:
        """The entry with other indices for the axes."""
        return substitute(self.node, dict(zip(self.out, out, strict=True)))


@dataclass(frozen=True, slots=True)
class Call:
    """One operation on arrays that have been read: its arguments, its value and its shape."""

    op: str
    args: tuple[Tensor, ...]
    value: Any
    shape: Shape
    setting: Setting

    def tensor(self, node: Node, out: tuple[Index, ...]) -> Tensor:
        return Tensor(node, out, self.setting)


def align(tensors: Sequence[Tensor]) -> tuple[list[Node], tuple[Index, ...]]:
    """Entries over common axes, as NumPy broadcasts them.

    Returns:
        The entry of each array, and the common axes. An axis of size 1 that meets a larger one is gone.
    """
    rank = max((len(t.out) for t in tensors), default=0)
    out: list[Index] = []
    # The deepest arrays keep their indices: renaming costs as much as there is below.
    by_depth = sorted(tensors, key=lambda t: -t.node.depth)
    for axis in range(rank):
        met = [t.out[axis - rank + len(t.out)] for t in by_depth if axis - rank + len(t.out) >= 0]
        index = next((i for i in met if i.size != 1), met[0])
        out.append(Index(index.size) if index in out else index)
    return [_over(t, out[rank - len(t.out) :]) for t in tensors], tuple(out)


def _over(tensor: Tensor, axes: Sequence[Index]) -> Node:
    stretched = {mine for mine, axis in zip(tensor.out, axes, strict=True) if mine.size == 1 != axis.size}
    node = total(tensor.node, stretched) if stretched else tensor.node
    return substitute(node, {a: b for a, b in zip(tensor.out, axes, strict=True) if a not in stretched})


def contract(a: Tensor, b: Tensor) -> Tensor:
    """The sum over the last axis of `a` and the first axis of `b`."""
    if not set(a.out).isdisjoint(b.out):
        a, b = (a.apart(), b) if a.node.depth <= b.node.depth else (a, b.apart())
    last, first = a.out[-1], b.out[0]
    left, right = a.node, b.node
    if left.depth <= right.depth:
        left, last = substitute(left, {last: first}), first
    else:
        right = substitute(right, {first: last})
    return Tensor(product(1, [left, right], (last,)), a.out[:-1] + b.out[1:], a.setting)
