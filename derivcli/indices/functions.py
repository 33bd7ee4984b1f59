"""The constructors of elementwise functions, inverses and determinants, with the few identities that are worth it.

An identity is used only where it holds for all values of the variables at which its left side is defined.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from derivcli.indices.algebra import add, negative, power, product, scale, substitute, times
from derivcli.indices.factors import one_plus_exp
from derivcli.indices.nodes import (
    ONE,
    ZERO,
    Delta,
    Determinant,
    Function,
    Index,
    Inverse,
    Node,
    Number,
    Power,
    Product,
    Softmax,
    dimension,
    is_number,
    number,
    split,
)
from derivcli.indices.signs import is_positive

HALF = number(Fraction(1, 2))


def function(op: str, *args: Node) -> Node:
    """An elementwise function of the catalog."""
    simpler = _SIMPLER.get(op)
    found = simpler(*args) if simpler is not None and len(args) == 1 else None
    return Function(op, args) if found is None else found


def _exp(z: Node) -> Node | None:
    if is_number(z, 0):
        return ONE
    return z.args[0] if isinstance(z, Function) and z.op == "log" else None


def _log(z: Node) -> Node | None:
    if is_number(z, 1):
        return ZERO
    if isinstance(z, Function) and z.op == "exp":
        return z.args[0]
    if isinstance(z, Function) and z.op == "sigmoid":
        return negative(function("softplus", negative(z.args[0])))
    if isinstance(z, Softmax):
        exponential = product(1, [function("exp", z.body)], (z.over,))
        return add(substitute(z.body, {z.over: z.at}), negative(function("log", exponential)))
    if isinstance(z, Power) and isinstance(z.exponent, Number) and is_positive(z.base):
        return scale(z.exponent.value, function("log", z.base))
    if isinstance(z, Product) and not z.bound and z.coefficient > 0 and all(is_positive(f) for f in z.factors):
        return add(function("log", Number(z.coefficient)), *(function("log", f) for f in z.factors))
    opened = one_plus_exp(z)
    return None if opened is None else function("softplus", opened)


def _abs(z: Node) -> Node | None:
    coefficient, rest = split(z)
    return None if coefficient == 1 else scale(abs(coefficient), function("abs", rest))


def _sign(z: Node) -> Node | None:
    coefficient, rest = split(z)
    return None if coefficient in (0, 1) else scale(1 if coefficient > 0 else -1, function("sign", rest))


def _with_content_drawn_out(op: str) -> Callable[[Node], Node | None]:
    """-a - b and -(a + b) are to be one argument."""

    def simpler(z: Node) -> Node | None:
        drawn = product(1, [z])
        return None if drawn is z else Function(op, (drawn,))

    return simpler


_SIMPLER: dict[str, Callable[[Node], Node | None]] = {
    "exp": _exp,
    "log": _log,
    "sqrt": lambda z: power(z, HALF),
    "abs": _abs,
    "sign": _sign,
    "sigmoid": _with_content_drawn_out("sigmoid"),
    "softplus": _with_content_drawn_out("softplus"),
    "logsigmoid": lambda z: negative(function("softplus", negative(z))),
}


def softmax(body: Node, over: Index) -> Node:
    """exp(body) over the sum of it over one index, at that same index."""
    return Softmax(body, over, over) if over in body.free else power(dimension(over.size), number(-1))


def inverse(body: Node, p: Index, q: Index, row: Index, column: Index) -> Node:
    """The entry at (row, column) of the inverse of the matrix whose entry at (p, q) is `body`."""
    body = product(1, [body])
    if isinstance(body, Inverse):
        return substitute(body.body, {body.p: row, body.q: column} if body.row is p else {body.p: column, body.q: row})
    if isinstance(body, Delta):
        return Delta(row, column)
    if isinstance(body, Product) and not body.bound:
        scalars = [f for f in body.factors if not f.free]
        rest = [f for f in body.factors if f.free]
        minus = number(-1)
        if any(isinstance(f, Delta) for f in rest):
            diagonal = product(1, [f for f in rest if not isinstance(f, Delta)])
            at = substitute(diagonal, {p: row, q: row})
            return product(1 / body.coefficient, [Delta(row, column), *(power(f, minus) for f in (*scalars, at))])
        if scalars or body.coefficient != 1:
            inner = inverse(times(*rest), p, q, row, column)
            return product(1 / body.coefficient, [inner, *(power(f, minus) for f in scalars)])
    return Inverse(body, p, q, row, column)


def determinant(body: Node, p: Index, q: Index) -> Node:
    """The determinant of the matrix whose entry at (p, q) is `body`."""
    if isinstance(body, Inverse):
        return power(Determinant(body.body, body.p, body.q), number(-1))
    return Determinant(body, p, q)
