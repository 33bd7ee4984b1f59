"""A graph at a point, without variables, and with all worked out that is known exactly.

Sums, products and quotients of rational numbers, their steps and comparisons, whole roots, sines of twelfths of a turn,
and what cancels in sums of multiples of pi, roots and the like: none of this is a question of precision, so that zeros,
ties and choices among them are settled for good.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from derivcli.graph import COMPARISONS, Graph, Node
from derivcli.numeric.rational import MAX_BITS, power
from derivcli.numeric.special_values import POINTS, RATIONAL, TURNS, root

# A number as a sum of rational multiples of 1, of pi, and of other nodes of the graph.
Linear = Mapping["int | str", Fraction]
_ONE, _PI = "1", "pi"
# Functions with a value at every real number.
_EVERYWHERE = frozenset(
    ("exp", "sin", "cos", "atan", "sinh", "cosh", "tanh", "asinh", "erf", "erfc", "abs", "sign", "sech")
)


def closed(graph: Graph, roots: Sequence[int], point: Mapping[str, Any]) -> tuple[Graph, list[int]]:
    """The roots at a point, in a new graph.

    Args:
        graph: the nodes, primitives only.
        roots: what is wanted.
        point: for each variable its exact value, a Fraction or a `Real`.
    """
    closing = _Closing(point)
    return closing.graph, graph.copy_into(closing.graph, roots, closing.replace)


class _Closing:
    def __init__(self, point: Mapping[str, Any]) -> None:
        self.graph, self.point = Graph(), point
        self._known: dict[int, Linear] = {}

    def replace(self, _: int, node: Node, args: tuple[int, ...]) -> int | None:
        """The node of what is known about a node; None where it stays as it is."""
        if node.op == "variable":
            return self._placed(self.point[str(node.value)])
        if node.op == "piecewise":
            return self._chosen(args)
        if node.op in _LOGIC:
            return self._decided(_LOGIC[node.op]([self.graph.nodes[a].op for a in args]))
        known = [self._of(a) for a in args]
        numbers = [k for k in known if k is not None]
        if not args or len(numbers) < len(args):
            return None
        if node.op in COMPARISONS:
            return self._decided(_compared(node.op, *numbers))
        found = self._worked_out(node.op, args, numbers)
        value = self._rational(found) if found is not None else None
        if value is not None:
            return self.graph.number(value) if _bits(value) <= MAX_BITS else None
        new = self.graph.add(node.op, args, node.value)
        if found is not None and all(_bits(v) <= MAX_BITS for v in found.values()):
            self._known[new] = found
        elif found is None and self._is_defined(node.op, numbers):
            self._known[new] = {new: Fraction(1)}
        return new

    def _of(self, i: int) -> Linear | None:
        """What is known of a node of the new graph."""
        node = self.graph.nodes[i]
        if isinstance(node.value, Fraction):
            return _number(node.value)
        if node.op == "constant" and node.value in _CONSTANTS:
            return _CONSTANTS[str(node.value)] or {i: Fraction(1)}
        return self._known.get(i)

    def _rational(self, number: Linear) -> Fraction | None:
        """The value of a number that is rational."""
        return number.get(_ONE, Fraction(0)) if set(number) <= {_ONE} else None

    def _is_defined(self, op: str, args: Sequence[Linear]) -> bool:
        """Whether a function of known numbers has a real value: only then may it cancel."""
        if op in _EVERYWHERE:
            return True
        values = [self._rational(a) for a in args]
        return op in ("pow", "log") and None not in values and values[0] > 0  # type: ignore[operator]

    def _worked_out(self, op: str, args: Sequence[int], numbers: Sequence[Linear]) -> Linear | None:
        """The value of an operation on known numbers, as far as it is one of them."""
        if op in _LINEAR:
            return _LINEAR[op](*numbers)
        if op in ("mul", "pow"):
            return self._product(numbers) if op == "mul" else self._power(*numbers)
        if op in TURNS and set(numbers[0]) <= {_PI}:
            return _number(TURNS[op](numbers[0].get(_PI, Fraction(0))))
        values = [self._rational(n) for n in numbers]
        if None in values:
            return None
        return _number(RATIONAL[op](*values) if op in RATIONAL else POINTS.get((op, *values)))

    def _product(self, factors: Sequence[Linear]) -> Linear | None:
        """A product of which all factors but one are rational, or of square roots with themselves."""
        product: Linear = {_ONE: Fraction(1)}
        for factor in factors:
            a, b = self._rational(product), self._rational(factor)
            if a is None and b is None:
                squared = self._power(factor, {_ONE: Fraction(2)}) if factor == product else None
                if squared is None:
                    return None
                product = squared
            else:
                product = _scaled(product, b) if b is not None else _scaled(factor, a or Fraction(0))
        return product

    def _power(self, base: Linear, exponent: Linear) -> Linear | None:
        a, n = self._rational(base), self._rational(exponent)
        if n is None:
            return None
        if n == 1:
            return base
        if a is not None:
            return _number(_power(a, n))
        if len(base) > 1 or n.denominator != 1 or n < 0:
            return None
        # (c*b**e)**n, as in sqrt(2)**2.
        ((atom, c),) = base.items()
        node = self.graph.nodes[atom] if isinstance(atom, int) else None
        inner = [self.graph.nodes[i].value for i in node.args] if node is not None and node.op == "pow" else []
        if len(inner) != 2 or not all(isinstance(v, Fraction) for v in inner):
            return None
        value, outside = _power(inner[0], inner[1] * n), power(c, n)  # type: ignore[arg-type, operator]
        return None if value is None or outside is None else _number(value * outside)

    def _placed(self, value: Any) -> int:
        """An exact number as a node; an irrational one as the expression that it is."""
        if isinstance(value, Fraction):
            return self.graph.number(value)
        (start,) = value.graph.copy_into(self.graph, [value.root], self.replace)
        if not value.shift:
            return int(start)
        args = (start, self.graph.number(value.shift))
        folded = self.replace(0, Node("add", args), args)
        return self.graph.add("add", args) if folded is None else folded

    def _chosen(self, args: tuple[int, ...]) -> int | None:
        """The branch that a choice takes, where the conditions up to it are decided."""
        for value, condition in zip(args[::2], args[1::2], strict=True):
            if self.graph.nodes[condition].op != "false":
                return value if self.graph.nodes[condition].op == "true" else None
        return None

    def _decided(self, truth: bool | None) -> int | None:
        return None if truth is None else self.graph.add("true" if truth else "false")


# Constants as numbers; those of no other are their own multiples.
_CONSTANTS: dict[str, Linear] = {
    "pi": {_PI: Fraction(1)}, "tau": {_PI: Fraction(2)}, "E": {}, "EulerGamma": {}, "GoldenRatio": {},
}  # fmt: skip


def _number(value: Fraction | int | None) -> Linear | None:
    return None if value is None else {_ONE: Fraction(value)} if value else {}


def _bits(value: Fraction) -> int:
    return max(value.numerator.bit_length(), value.denominator.bit_length())


def _all_of(conditions: Sequence[str], decisive: str) -> bool | None:
    """Whether no condition is the decisive one; None where that is open."""
    if decisive in conditions:
        return False
    return None if set(conditions) - {"true", "false"} else True


_LOGIC: dict[str, Callable[[Sequence[str]], bool | None]] = {
    "and": lambda conditions: _all_of(conditions, "false"),
    "or": lambda conditions: {True: False, False: True, None: None}[_all_of(conditions, "true")],
    "not": lambda conditions: {"true": False, "false": True}.get(conditions[0]),
}


def _compared(op: str, x: Linear, y: Linear) -> bool | None:
    """Whether a comparison holds; None where it takes digits to tell."""
    difference = _sum(x, _scaled(y, Fraction(-1)))
    if set(difference) - {_ONE}:
        return None
    value = difference.get(_ONE, Fraction(0))
    sign = (value > 0) - (value < 0)
    return sign in {"lt": (-1,), "le": (-1, 0), "gt": (1,), "ge": (0, 1), "eq": (0,), "ne": (-1, 1)}[op]


def _sum(*terms: Linear) -> Linear:
    total: dict[int | str, Fraction] = {}
    for term in terms:
        for atom, factor in term.items():
            total[atom] = total.get(atom, Fraction(0)) + factor
    return {atom: factor for atom, factor in total.items() if factor}


def _scaled(number: Linear, factor: Fraction) -> Linear:
    return {atom: value * factor for atom, value in number.items()} if factor else {}


def _quotient(x: Linear, y: Linear) -> Linear | None:
    if len(y) != 1:
        return None
    ((atom, below),) = y.items()
    if not below or (atom != _ONE and set(x) != {atom}):
        return None
    return _scaled(x, 1 / below) if atom == _ONE else {_ONE: x[atom] / below}


_LINEAR: dict[str, Callable[..., Linear | None]] = {
    "add": _sum,
    "neg": lambda x: _scaled(x, Fraction(-1)),
    "div": _quotient,
}


def _power(base: Fraction, exponent: Fraction) -> Fraction | None:
    """A power of a number, where it is rational."""
    if exponent.denominator == 1:
        return power(base, exponent)
    # Of a negative number the power is not the real root.
    whole = root(base, Fraction(exponent.denominator)) if base >= 0 else None
    return None if whole is None else power(whole, Fraction(exponent.numerator))
