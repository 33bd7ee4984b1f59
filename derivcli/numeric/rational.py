"""Values that are rational at rational points, exactly: a sum that cancels is seen to be 0 at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from derivcli.graph import Graph

# Numbers of more bits are left to the evaluation in many digits.
MAX_BITS = 20_000


def rational_values(graph: Graph, order: Sequence[int], point: Mapping[str, Any]) -> dict[int, Fraction]:
    """The nodes whose values are rational numbers of bounded length, with these values.

    Args:
        graph: the nodes.
        order: those that are wanted, arguments before what uses them.
        point: for each variable its exact value; those that are no Fraction are passed over.
    """
    values: dict[int, Fraction] = {}
    for i in order:
        node = graph.nodes[i]
        if node.op in ("number", "variable"):
            value = node.value if node.op == "number" else point.get(str(node.value))
        elif node.op in _OPERATIONS and all(a in values for a in node.args):
            value = _OPERATIONS[node.op](*(values[a] for a in node.args))
        else:
            continue
        if isinstance(value, Fraction) and max(value.numerator.bit_length(), value.denominator.bit_length()) < MAX_BITS:
            values[i] = value
    return values


def _product(*factors: Fraction) -> Fraction:
    product = Fraction(1)
    for factor in factors:
        product *= factor
    return product


def power(base: Fraction, exponent: Fraction) -> Fraction | None:
    """A whole power of a number, exactly; None where it would be too long, or there is none."""
    bits = max(base.numerator.bit_length(), base.denominator.bit_length())
    if exponent.denominator != 1 or abs(exponent) * bits > MAX_BITS or (base == 0 and exponent < 0):
        return None
    return base ** int(exponent)


def _at(place: int, value: int) -> Callable[[Fraction], Fraction | None]:
    """A function whose value at one place is a whole number, and elsewhere hardly ever rational."""
    return lambda x: Fraction(value) if x == place else None


_OPERATIONS: dict[str, Callable[..., Fraction | None]] = {
    **dict.fromkeys(("exp", "cos", "cosh", "sec", "sech", "sinc", "erfc"), _at(0, 1)),
    **dict.fromkeys(("sin", "tan", "asin", "atan", "sinh", "tanh", "asinh", "atanh", "erf", "erfinv"), _at(0, 0)),
    **dict.fromkeys(("log", "acos", "acosh", "asec", "loggamma"), _at(1, 0)),
    "add": lambda *terms: sum(terms, Fraction(0)),
    "mul": _product,
    "neg": lambda a: -a,
    "div": lambda a, b: a / b if b else None,
    "pow": power,
}
