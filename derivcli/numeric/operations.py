"""What each operation of a graph does in an mpmath context, bounded where mpmath is not."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from derivcli import catalog
from derivcli.graph import BINDERS, Node
from derivcli.numeric.balls import ball
from derivcli.numeric.functions import FUNCTIONS
from derivcli.numeric.partials import partial_derivative
from derivcli.numeric.special import Unsettled, special

# Beyond 2 to this power a number counts as infinite.
MAX_BITS = 2**1100
# Beyond 2 to this power an angle is not reduced: it would take as many digits of pi.
MAX_ANGLE_BITS = 20_000
# Functions of an angle.
ANGLES = ("sin", "cos", "tan", "cot", "sec", "csc", "sinc")


def number(c: Any, value: Any) -> Any:
    if isinstance(value, Fraction):
        return c.mpf(value.numerator) / value.denominator if value.denominator != 1 else c.mpf(value.numerator)
    return value.in_context(c)


def constant(c: Any, name: Any) -> Any:
    values = {"pi": c.pi, "E": c.e, "oo": c.inf, "-oo": -c.inf, "I": c.j, "nan": c.nan, "EulerGamma": c.euler}
    if name == "tau":
        return 2 * c.pi
    if name == "GoldenRatio":
        return (1 + c.sqrt(5)) / 2
    return c.convert(+values[name])


def _exp(c: Any, x: Any) -> Any:
    if c.mag(c.re(x)) > 1100:
        # Nothing is so small that its sign is lost.
        return c.inf if c.re(x) > 0 else c.ldexp(c.one, -MAX_BITS)
    return c.exp(x)


def _power(c: Any, x: Any, y: Any) -> Any:
    if x == 0:
        if c.re(y) < 0:
            raise ZeroDivisionError
        return c.one if y == 0 else c.zero
    if c.isinf(x) or c.isinf(y):
        return x**y
    if c.mag(y) + abs(c.mag(x)).bit_length() > 15:
        bits = c.re(y) * c.ln(abs(x)) / c.ln2
        if abs(bits) > MAX_BITS:
            return c.inf if bits > 0 else c.zero
    if c.isint(y) and abs(y) < 2**31:
        return x ** int(c.re(y))
    return c.sqrt(x) if y == c.mpf(0.5) else c.power(x, y)


def _bounded(name: str, bits: int) -> Callable[..., Any]:
    """A function that grows so fast that a large argument means infinity."""

    def function(c: Any, x: Any) -> Any:
        if c.mag(x) > bits:
            if c.re(x) < 0 and name != "cosh":
                return -c.inf if name == "sinh" else c.nan
            return c.inf
        return getattr(c, name)(x)

    return function


def _of_angle(name: str) -> Callable[..., Any]:
    def function(c: Any, x: Any) -> Any:
        if c.mag(x) > MAX_ANGLE_BITS:
            raise Unsettled
        return getattr(c, name)(x)

    return function


def _atan2(c: Any, y: Any, x: Any) -> Any:
    if x == 0 and y == 0:
        raise ValueError("the origin has no angle")
    return c.atan2(y, x)


def _real_root(c: Any, x: Any, n: Any) -> Any:
    n = int(n)
    if c.im(x) != 0 or n < 1:
        raise ValueError("a real root of a real number")
    if x < 0 and n % 2 == 0:
        raise ValueError("an even root of a negative number")
    return c.sign(x) * c.root(abs(x), n)


def _sum(c: Any, *terms: Any) -> Any:
    return c.fsum(terms)


def _product(c: Any, *factors: Any) -> Any:
    result = factors[0]
    for factor in factors[1:]:
        result = result * factor
    return result


_OWN: dict[str, Callable[..., Any]] = {
    "add": _sum,
    "mul": _product,
    "neg": lambda c, x: -x,
    "div": lambda c, x, y: x / y,
    "pow": _power,
    "exp": _exp,
    "larger": lambda c, x, y: max(c.re(x), c.re(y)),
    "smaller": lambda c, x, y: min(c.re(x), c.re(y)),
    "heaviside": lambda c, x: (1 + c.sign(c.re(x))) / 2,
    "real_root": _real_root,
    "gamma": _bounded("gamma", 40),
    "sinh": _bounded("sinh", 1100),
    "cosh": _bounded("cosh", 1100),
    "atan2": _atan2,
    **{name: _of_angle(name) for name in ANGLES},
}


def _named(row: catalog.Row) -> Callable[..., Any]:
    own = _OWN.get(row.mpmath) or FUNCTIONS.get(row.mpmath) or (lambda c, *args: getattr(c, row.mpmath)(*args))
    return special(row.key, lambda c, *args: own(c, *row.packed(args))) if row.leaf else own


def _derivative(c: Any, value: Any, *args: Any) -> Any:
    """A derivative of a function of the catalog, by differences in many digits."""
    key, orders = value
    return partial_derivative(c, lambda *x: OPERATIONS[key](c, *x), args, orders)


class _Operations(dict[str, Callable[..., Any]]):
    """The operations by their names; those of functions that take lists are made when one of them is asked for."""

    def __missing__(self, key: str) -> Callable[..., Any]:
        made = self[key] = _named(catalog.KEYS[key])
        return made


OPERATIONS = _Operations({**_OWN, **{row.key: _named(row) for row in catalog.ROWS if row.mpmath}})


@functools.cache
def is_proven(op: str) -> bool:
    """Whether the values of a function are proven to all the digits of a context."""
    row = catalog.KEYS.get(op)
    return row is not None and row.leaf and ball(op) is not None


def _bound(op: str) -> Callable[..., Any]:
    def value(c: Any, body: Any, *args: Any) -> Any:
        # What is bound is itself made of operations.
        from derivcli.numeric.bodies import bound

        return bound(c, op, body, *args)

    return value


# Operations that go by the value of their node, too.
_OF_NODES: dict[str, Callable[..., Any]] = {"Derivative": _derivative, **{op: _bound(op) for op in BINDERS}}


def operate(c: Any, node: Node, args: Sequence[Any]) -> Any:
    """What the operation of a node makes of numbers of an mpmath context."""
    own = _OF_NODES.get(node.op)
    return OPERATIONS[node.op](c, *args) if own is None else own(c, node.value, *args)
