"""Expressions in index notation: nodes whose entries are numbered by named indices.

A node stands for all its entries at once: `Variable("A", (i, j))` is the entry A[i, j] for every i and j. Its *free*
indices are those that its value depends on; a product is summed over its *bound* indices, which nobody outside sees
(Einstein notation, after Laue, Mitterreiter, Giesen: Computing Higher Order Derivatives of Matrix and Tensor
Expressions, NeurIPS 2018). Matrix products, traces, outer products and transposes are all products of this kind.

Nodes are plain data. They are made by the constructors of `algebra`, which keep them in a simple form.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

Size = int | str
Shape = tuple[Size, ...]
Part = tuple[int | None, int | None, int | None]

_serials = itertools.count(1)
_NOTHING: frozenset[Index] = frozenset()


class Index:
    """One axis; two indices are the same only when they are one object."""

    __slots__ = ("serial", "size")

    def __init__(self, size: Size) -> None:
        self.size = size
        self.serial = next(_serials)


def fresh(shape: Iterable[Size]) -> tuple[Index, ...]:
    """New indices for the axes of a shape."""
    return tuple(Index(size) for size in shape)


@dataclass(eq=False, slots=True)
class Node:
    """What all nodes have.

    Attributes:
        free: the indices that the value depends on.
        depth: the length of the longest chain of nodes below, which bounds every recursion.
        cost: about how much work a derivative is: a node is 1, and a product has as many terms as factors.
        keys: canonical names found so far, by the labels of the free indices (see `canonical`).
    """

    free: frozenset[Index] = field(init=False, default=_NOTHING)
    depth: int = field(init=False, default=1)
    cost: int = field(init=False, default=1)
    keys: dict[tuple[tuple[int, str], ...], str] = field(init=False, default_factory=dict)

    def _stands_on(self, *nodes: Node) -> frozenset[Index]:
        self.depth = 1 + max((n.depth for n in nodes), default=0)
        self.cost = 1 + sum(n.cost for n in nodes)
        return _NOTHING.union(*(n.free for n in nodes))


@dataclass(eq=False, slots=True)
class Number(Node):
    """An exact number."""

    value: Fraction


@dataclass(eq=False, slots=True)
class Dimension(Node):
    """The size of an axis that is known by name only, as a number."""

    size: str


@dataclass(eq=False, slots=True)
class Variable(Node):
    """An entry of a variable; the structure is "", "symmetric" or "diagonal"."""

    name: str
    indices: tuple[Index, ...]
    structure: str = ""

    def __post_init__(self) -> None:
        self.free = frozenset(self.indices)


@dataclass(eq=False, slots=True)
class Constant(Node):
    """An entry of something known by how it is written, which changes with none of the variables but those below.

    For these there is no derivative in index notation; `operation` says of what.
    """

    text: str
    indices: tuple[Index, ...] = ()
    below: frozenset[str] = frozenset()
    operation: str = ""

    def __post_init__(self) -> None:
        self.free = frozenset(self.indices)


@dataclass(eq=False, slots=True)
class Delta(Node):
    """1 where the two indices are equal, else 0: an entry of the identity matrix."""

    row: Index
    column: Index

    def __post_init__(self) -> None:
        self.free = frozenset((self.row, self.column))


@dataclass(eq=False, slots=True)
class Unit(Node):
    """1 at one position, else 0: an entry of the row `eye(n)[position]`."""

    position: int
    index: Index

    def __post_init__(self) -> None:
        self.free = frozenset((self.index,))


@dataclass(eq=False, slots=True)
class Selection(Node):
    """1 where `column` is the place that `row` has in a slice, else 0: an entry of the matrix `eye(n)[part]`.

    The part is the start, stop and step of the slice.
    """

    part: Part
    row: Index
    column: Index

    def __post_init__(self) -> None:
        self.free = frozenset((self.row, self.column))


@dataclass(eq=False, slots=True)
class Lower(Node):
    """1 where row >= column, else 0: an entry of `tril(ones(m, n))`."""

    row: Index
    column: Index

    def __post_init__(self) -> None:
        self.free = frozenset((self.row, self.column))


@dataclass(eq=False, slots=True)
class Sum(Node):
    """A sum of at least two terms; one that lacks an index is the same for all its values."""

    terms: tuple[Node, ...]

    def __post_init__(self) -> None:
        self.free = self._stands_on(*self.terms)


@dataclass(eq=False, slots=True)
class Product(Node):
    """coefficient * factors, summed over the bound indices."""

    coefficient: Fraction
    factors: tuple[Node, ...]
    bound: frozenset[Index] = _NOTHING

    def __post_init__(self) -> None:
        self.free = self._stands_on(*self.factors) - self.bound
        self.cost += len(self.factors) ** 2


@dataclass(eq=False, slots=True)
class Function(Node):
    """An elementwise function of the catalog, or a condition."""

    op: str
    args: tuple[Node, ...]

    def __post_init__(self) -> None:
        self.free = self._stands_on(*self.args)


@dataclass(eq=False, slots=True)
class Power(Node):
    """base ** exponent, elementwise."""

    base: Node
    exponent: Node

    def __post_init__(self) -> None:
        self.free = self._stands_on(self.base, self.exponent)


@dataclass(eq=False, slots=True)
class Inverse(Node):
    """The entry at (row, column) of the inverse of the matrix whose entry at (p, q) is `body`."""

    body: Node
    p: Index
    q: Index
    row: Index
    column: Index

    def __post_init__(self) -> None:
        self.free = (self._stands_on(self.body) - {self.p, self.q}) | {self.row, self.column}


@dataclass(eq=False, slots=True)
class Determinant(Node):
    """The determinant of the matrix whose entry at (p, q) is `body`."""

    body: Node
    p: Index
    q: Index

    def __post_init__(self) -> None:
        self.free = self._stands_on(self.body) - {self.p, self.q}


@dataclass(eq=False, slots=True)
class Softmax(Node):
    """exp(body) / sum(exp(body)) with the sum over the index `over`, at the place `at` of that index."""

    body: Node
    over: Index
    at: Index

    def __post_init__(self) -> None:
        self.free = (self._stands_on(self.body) - {self.over}) | {self.at}


ZERO, ONE = Number(Fraction(0)), Number(Fraction(1))


def number(value: int | Fraction) -> Number:
    return Number(Fraction(value))


def is_number(node: Node, value: int | Fraction) -> bool:
    return isinstance(node, Number) and node.value == value


def dimension(size: Size) -> Node:
    """The size of an axis as a number."""
    return number(size) if isinstance(size, int) else Dimension(size)


def exponent_of(node: Node) -> tuple[Node, Fraction]:
    """A node as a base and an exponent that is a number."""
    if isinstance(node, Power) and isinstance(node.exponent, Number):
        return node.base, node.exponent.value
    return node, Fraction(1)


def split(node: Node) -> tuple[Fraction, Node]:
    """A node as a coefficient and the rest."""
    if isinstance(node, Number):
        return node.value, ONE
    if isinstance(node, Product):
        if len(node.factors) == 1 and not node.bound:
            return node.coefficient, node.factors[0]
        return node.coefficient, node if node.coefficient == 1 else Product(Fraction(1), node.factors, node.bound)
    return Fraction(1), node


def raised(base: Node, exponent: Fraction) -> Node:
    """A power that is known to need no simplification but that of the exponents 0 and 1."""
    return ONE if exponent == 0 else base if exponent == 1 else Power(base, Number(exponent))


def lower(row: Index, column: Index) -> Node:
    """1 where row >= column, else 0."""
    return ONE if row is column else Lower(row, column)


def delta(row: Index, column: Index) -> Node:
    """An entry of the identity matrix; on its diagonal, as in diag(eye(n)), it is 1."""
    return ONE if row is column else Delta(row, column)
