"""Arithmetic on the entries of arrays: zeros that stem from structure vanish, zeros that were written stay.

`eye(2) @ [x, log(y)]` is `[x, log(y)]` wherever x is defined, while `0*log(y)` is defined for y > 0 only. So the zeros
of `eye`, `zeros`, `diag`, `tril` are a node of their own until the entries are finished.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

from derivcli.graph import Builder, Graph, Node, Span, Value


class TooLarge(Exception):
    """More scalar operations than the limit allows."""


class Bounded(Graph):
    """A graph with a largest number of nodes, whose new nodes come from the place `here` in the text."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit
        self.here: Span | None = None

    def add(self, op: str, args: Iterable[int] = (), value: Value = None, span: Span | None = None) -> int:
        found = super().add(op, args, value, span or self.here)
        self.require(len(self.nodes))
        return found

    def require(self, count: int) -> None:
        """Raises TooLarge where so many nodes would be too many."""
        if count > self.limit:
            raise TooLarge(f"more than {self.limit:,} scalar operations")


class Arithmetic(Builder):
    """Sums, products, quotients and powers of entries."""

    def __init__(self, graph: Bounded) -> None:
        super().__init__(graph)
        self.bounded = graph
        self.zero = graph.add("zero", value=Fraction(0))
        self.one = graph.number(1)

    def sum(self, terms: Sequence[int]) -> int:
        terms = [term for term in terms if term != self.zero]
        return super().sum(terms) if terms else self.zero

    def product(self, factors: Sequence[int]) -> int:
        if self.zero in factors:
            return self.zero
        constants = [self.constant(factor) for factor in factors]
        if 0 in constants and None in constants:
            return self.graph.add("mul", factors)
        return super().product(factors)

    def quotient(self, a: int, b: int) -> int:
        if a == self.zero and self.constant(b) != 0:
            return self.zero
        return a if b == self.one else self._folded("div", a, b)

    def power(self, base: int, exponent: int) -> int:
        e = self.constant(exponent)
        if base == self.zero and e is not None and e > 0:
            return self.zero
        return base if exponent == self.one else self._folded("pow", base, exponent)

    def _folded(self, op: str, a: int, b: int) -> int:
        """Worked out if both are numbers other than 0, else as it is."""
        if not (self.constant(a) and self.constant(b)):
            return self.graph.add(op, (a, b))
        return super().quotient(a, b) if op == "div" else super().power(a, b)

    def minus(self, a: int) -> int:
        return self.product([self.graph.number(-1), a])

    def call(self, op: str, *args: int) -> int:
        return self.graph.add(op, args)

    def apply(self, node: Node, args: Sequence[int], written: bool) -> int:
        """An elementwise operation; one that is `written` gives way to structural zeros alone."""
        simplest = not written and (all(map(self.is_number, args)) or (self.one in args and node.op != "add"))
        simpler = _SIMPLER.get(node.op) if simplest or self.zero in args else None
        return simpler(self, args) if simpler else self.graph.add(node.op, args, node.value)

    def is_number(self, i: int) -> bool:
        return self.constant(i) is not None


_SIMPLER: dict[str, Callable[[Arithmetic, Sequence[int]], int]] = {
    "add": Arithmetic.sum,
    "mul": Arithmetic.product,
    "neg": lambda a, args: a.minus(args[0]),
    "div": lambda a, args: a.quotient(*args),
    "pow": lambda a, args: a.power(*args),
}
