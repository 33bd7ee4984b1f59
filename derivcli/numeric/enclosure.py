"""Values in ball arithmetic by Arb: every number is an interval that is proven to hold the true one.

F. Johansson, Arb: efficient arbitrary-precision midpoint-radius interval arithmetic, IEEE Trans. Computers 66 (2017).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from derivcli.graph import COMPARISONS, CONDITIONS, Graph, Node
from derivcli.numeric.balls import ball as ball_operation
from derivcli.numeric.rounding import Rounded, rounded_within

# Bits beyond those of the digits, at first; the search ends at so many times the bits that it began with.
_GUARD, _GROWTH = 64, 32
_BITS_PER_DIGIT = 3.33


class _Open(Exception):
    """A value that these enclosures do not give; with the reason where more bits will not help."""


def enclosed(graph: Graph, roots: Sequence[int], digits: int, *, real: bool) -> Iterator[tuple[int, Rounded | str]]:
    """The digits of roots of a graph without variables, each as soon as it is proven, or why it cannot be.

    Args:
        graph: the nodes, primitives only.
        roots: what is wanted.
        digits: how many significant digits.
        real: whether a value that is not real on the way makes the result undefined.
    """
    import flint

    first = int(digits * _BITS_PER_DIGIT) + _GUARD + _longest(graph, roots)
    bits, pending = first, list(dict.fromkeys(roots))
    while pending and bits <= _GROWTH * first:
        with flint.ctx.workprec(bits):
            balls = Balls(graph, flint, real)
            balls.run(graph.reachable(pending))
            for root in list(pending):
                found = _digits(balls, root, digits)
                if found is not None:
                    pending.remove(root)
                    yield root, found
        bits *= 2
    for root in pending:
        yield root, "its enclosure does not get narrow enough"


def _longest(graph: Graph, roots: Sequence[int]) -> int:
    """The bits of the longest number."""
    values = (graph.nodes[i].value for i in graph.reachable(roots))
    sizes = (max(v.numerator.bit_length(), v.denominator.bit_length()) for v in values if isinstance(v, Fraction))
    return max(sizes, default=0)


def _digits(balls: Balls, root: int, digits: int) -> Rounded | str | None:
    if root in balls.lacking:
        return balls.lacking[root]
    ball = balls.values.get(root)
    if ball is None:
        return None
    if isinstance(ball, balls.flint.acb):
        if not ball.imag.contains(0):
            return "its enclosure is not real"
        ball = ball.real
    if ball == 0:
        return Rounded("0", "0")
    if not ball.is_finite():
        return None
    # As many digits as the bits say: near a tie it may take all of them.
    shown = max(digits + 5, int(balls.flint.ctx.prec / _BITS_PER_DIGIT))
    middle, radius, exponent = map(int, ball.mid_rad_10exp(shown))
    return rounded_within(middle - radius, middle + radius, exponent, digits)


class Balls:
    """The enclosures of a graph's nodes at one precision.

    `values` holds balls, real ones where that is known, `truth` the conditions that are decided, `lacking` why a node
    has neither at any precision. `given` has a ball for each variable.
    """

    def __init__(self, graph: Graph, flint: Any, real: bool, given: Mapping[str, Any] | None = None) -> None:
        self.graph, self.flint, self.real, self.given = graph, flint, real, given or {}
        self.values: dict[int, Any] = {}
        self.truth: dict[int, bool] = {}
        self.lacking: dict[int, str] = {}

    def run(self, order: Sequence[int]) -> None:
        """Enclose the nodes; those that others need come first."""
        for i in order:
            node = self.graph.nodes[i]
            if node.op == "piecewise":
                self._choose(i, node)
            elif node.op in ("and", "or", "not"):
                self._connect(i, node)
            elif not self._lacks(i, node.args):
                self._enclose(i, node)

    def _lacks(self, i: int, args: Sequence[int]) -> bool:
        """Whether an argument has no value; what it lacks for good, the node lacks for good."""
        broken = next((a for a in args if a in self.lacking), None)
        if broken is not None:
            self.lacking[i] = self.lacking[broken]
        return broken is not None or any(a not in self.values and a not in self.truth for a in args)

    def _enclose(self, i: int, node: Node) -> None:
        try:
            if node.op in CONDITIONS:
                truth = self._condition(node)
                if truth is not None:
                    self.truth[i] = truth
                return
            ball = self._ball(node)
        except _Open as error:
            if error.args:
                self.lacking[i] = str(error)
            return
        if ball.is_finite():
            self.values[i] = ball

    def _ball(self, node: Node) -> Any:
        arb, acb = self.flint.arb, self.flint.acb
        if isinstance(node.value, Fraction):
            return arb(self.flint.fmpz(node.value.numerator)) / self.flint.fmpz(node.value.denominator)
        if node.op == "variable" and node.value in self.given:
            return self.given[str(node.value)]
        if node.op == "constant":
            if node.value not in _CONSTANTS:
                raise _Open(f"Arb has no {node.value}")
            return _CONSTANTS[str(node.value)](arb)
        if ball_operation(node.op) is None:
            raise _Open(f"Arb has no {node.op}")
        args = [self.values[a] for a in node.args]
        if all(isinstance(a, arb) for a in args):
            ball = self._applied(node.op, args)
            if ball is not None and ball.is_finite():
                return ball
        found = self._applied(node.op, [acb(a) for a in args])
        if found is None:
            raise _Open(f"Arb has no {node.op} of complex numbers")
        if found.imag == 0:
            return found.real
        if self.real:
            raise _Open
        return found

    def _applied(self, op: str, args: Sequence[Any]) -> Any:
        """The ball of an operation; None where Arb has no such function of these arguments."""
        try:
            function = ball_operation(op)
            return None if function is None else function(*args)
        except (AttributeError, TypeError):
            return None
        except (ValueError, ZeroDivisionError):
            raise _Open from None

    def _condition(self, node: Node) -> bool | None:
        if node.op not in COMPARISONS:
            return node.op == "true"
        x, y = (self.values[a] for a in node.args)
        if not isinstance(x, self.flint.arb) or not isinstance(y, self.flint.arb):
            raise _Open("Arb does not compare complex numbers")
        holds, fails = _COMPARED[node.op](x, y)
        return bool(holds) if holds or fails else None

    def _connect(self, i: int, node: Node) -> None:
        truths = [self.truth.get(a) for a in node.args]
        if node.op == "not":
            if truths[0] is not None:
                self.truth[i] = not truths[0]
        elif (node.op == "or") in truths:
            self.truth[i] = node.op == "or"
        elif None not in truths:
            self.truth[i] = node.op == "and"

    def _choose(self, i: int, node: Node) -> None:
        """The value of the first branch whose condition holds, all before it being decided."""
        for value, condition in zip(node.args[::2], node.args[1::2], strict=True):
            if self._lacks(i, [condition]):
                return
            if self.truth[condition]:
                if not self._lacks(i, [value]):
                    self.values[i] = self.values[value]
                return


# Each comparison with whether it is proven, and whether its contrary is.
_COMPARED: dict[str, Callable[[Any, Any], tuple[bool, bool]]] = {
    "lt": lambda x, y: (x < y, x >= y),
    "le": lambda x, y: (x <= y, x > y),
    "gt": lambda x, y: (x > y, x <= y),
    "ge": lambda x, y: (x >= y, x < y),
    "eq": lambda x, y: (x == y, x != y),
    "ne": lambda x, y: (x != y, x == y),
}

_CONSTANTS: dict[str, Callable[[Any], Any]] = {
    "pi": lambda arb: arb.pi(),
    "tau": lambda arb: 2 * arb.pi(),
    "E": lambda arb: arb.const_e(),
    "EulerGamma": lambda arb: arb.const_euler(),
    "GoldenRatio": lambda arb: (1 + arb(5).sqrt()) / 2,
}
