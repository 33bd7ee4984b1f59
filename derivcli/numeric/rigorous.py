"""Integrals by Arb: an interval that is proven to hold the true value.

F. Johansson, Numerical integration in arbitrary-precision ball arithmetic, ICMS 2018. A body is evaluated on complex
balls; where it must be analytic and is not, on a branch cut or at a jump, it says so by a ball that is not finite.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from derivcli.deadline import called_back
from derivcli.graph import COMPARISONS, CONDITIONS, Body, Node
from derivcli.numeric.conversion import exactly, nearest

# Evaluations of the body, and how often the bits are doubled until enough of them are right.
_EVALUATIONS, _DOUBLINGS = 20_000, 3
_GUARD = 24


def enclosed(c: Any, body: Body, limits: tuple[Any, Any], given: Sequence[Any]) -> Any:
    """An integral with all digits of an mpmath context; None where Arb cannot tell.

    Args:
        c: the context.
        body: the integrand.
        limits: the lower and the upper one, finite.
        given: the body's other arguments.
    """
    import flint

    if not _is_known(body):
        return None
    bits = c.prec + _GUARD
    for _ in range(_DOUBLINGS):
        with flint.ctx.workprec(bits):
            args = [flint.acb(exactly(flint, a)) for a in given]
            ends = [flint.acb(exactly(flint, a)) for a in limits]
            ball = _integral(flint, body, ends, args, analytic=False)
            if not ball.is_finite() or not ball.imag.contains(0):
                return None
            ball = ball.real
            if ball.rel_accuracy_bits() >= c.prec + 4:
                return nearest(c, ball)
            if ball.rad() > flint.arb(2) ** (-c.prec // 2):
                return None
        bits *= 2
    # What is as near to 0 as that is 0 as far as these digits tell.
    return c.zero if ball.contains(0) else None


def _integral(flint: Any, body: Body, ends: Sequence[Any], given: Sequence[Any], *, analytic: bool) -> Any:
    """The ball of an integral whose limits and other arguments are complex balls."""
    run = _compiled(flint, body, given)
    with called_back() as is_late:
        return flint.acb.integral(
            lambda t, inside: _nowhere(flint) if is_late() else run(t, analytic or inside),
            *ends, eval_limit=_EVALUATIONS, depth_limit=flint.ctx.prec,
        )  # fmt: skip


def _nowhere(flint: Any) -> Any:
    return flint.acb(flint.arb.nan(), flint.arb.nan())


def _compiled(flint: Any, body: Body, given: Sequence[Any]) -> Callable[[Any, bool], Any]:
    """A body as a function of a complex ball and of whether it must be analytic there."""
    known = dict(zip(body.parameters[1:], given, strict=True))
    nowhere = _nowhere(flint)

    def run(t: Any, analytic: bool) -> Any:
        values: list[Any] = []
        for node in body.nodes:
            args = [values[a] for a in node.args]
            if node.op == "variable":
                value = t if node.value == body.parameters[0] else known[str(node.value)]
            elif isinstance(node.value, Body):
                value = _integral(flint, node.value, args[:2], args[2:], analytic=analytic)
            elif node.op == "number":
                assert isinstance(node.value, Fraction)
                value = flint.acb(flint.fmpq(node.value.numerator, node.value.denominator))
            elif node.op == "constant":
                value = flint.acb(_CONSTANTS[str(node.value)](flint.arb))
            elif node.op == "piecewise":
                value = _choice(args, analytic, nowhere)
            else:
                value = _OPERATIONS[node.op](analytic, *args)
            values.append(nowhere if value is None and node.op not in CONDITIONS else value)
        return values[body.root]

    return run


@functools.lru_cache(500)
def _is_known(body: Body) -> bool:
    """Whether Arb has all that occurs in a body."""
    return all(_has(node) for node in body.nodes)


def _has(node: Node) -> bool:
    if isinstance(node.value, Body):
        return node.op == "Integral" and _is_known(node.value)
    if node.op == "constant":
        return node.value in _CONSTANTS
    return node.op in ("variable", "number", "piecewise") or node.op in _OPERATIONS


def _choice(args: Sequence[Any], analytic: bool, nowhere: Any) -> Any:
    """The branch that is taken; of several that may be, a ball around all, which is analytic nowhere."""
    possible = []
    for value, holds in zip(args[::2], args[1::2], strict=True):
        if holds is not False:
            possible.append(value)
        if holds is True:
            break
    else:
        return nowhere
    if len(possible) > 1 and analytic:
        return nowhere
    first, *others = possible
    for other in others:
        first = type(first)(first.real.union(other.real), first.imag.union(other.imag))
    return first


def _sign(analytic: bool, x: Any) -> Any:
    return x.real_sgn(analytic=analytic)


def _compared(op: str) -> Callable[..., bool | None]:
    """A comparison of real parts, as far as it is decided; its edge is where a choice by it is not analytic."""

    def holds(_: bool, x: Any, y: Any) -> bool | None:
        gap = (x - y).real
        below, above = bool(gap < 0), bool(gap > 0)
        if not below and not above:
            return None
        return {"lt": below, "le": below, "gt": above, "ge": above, "eq": False, "ne": True}[op]

    return holds


def _and(_: bool, *args: bool | None) -> bool | None:
    return False if False in args else None if None in args else True


def _or(_: bool, *args: bool | None) -> bool | None:
    return True if True in args else None if None in args else False


def _power(analytic: bool, x: Any, y: Any) -> Any:
    if y == 0.5:
        return x.sqrt(analytic=analytic)
    if y == -0.5:
        return x.rsqrt(analytic=analytic)
    if y.imag == 0 and y.real.is_integer():
        return x**y
    return x.pow(y, analytic=analytic)


def _cut(function: str, crosses: Callable[[Any], bool]) -> Callable[[bool, Any], Any]:
    """A function with a branch cut, where it is not analytic."""
    return lambda analytic, x: None if analytic and crosses(x) else getattr(x, function)()


def _on_axis(x: Any) -> bool:
    return bool(x.imag.contains(0))


def _product(_: bool, first: Any, *others: Any) -> Any:
    for factor in others:
        first = first * factor
    return first


def _sum(_: bool, first: Any, *others: Any) -> Any:
    for term in others:
        first = first + term
    return first


_MEROMORPHIC = (
    "exp", "sin", "cos", "tan", "cot", "sec", "csc", "sinc", "sinh", "cosh", "tanh", "coth", "sech", "csch", "erf",
    "erfc", "erfi", "gamma",
)  # fmt: skip
# Each takes whether it must be analytic, and complex balls.
_OPERATIONS: dict[str, Callable[..., Any]] = {
    "add": _sum,
    "mul": _product,
    "neg": lambda _, x: -x,
    "div": lambda _, x, y: x / y,
    "pow": _power,
    "log": lambda analytic, x: x.log(analytic=analytic),
    "abs": lambda analytic, x: x.real_abs(analytic=analytic),
    "sign": _sign,
    "heaviside": lambda analytic, x: (1 + x.real_sgn(analytic=analytic)) / 2,
    "floor": lambda analytic, x: x.real_floor(analytic=analytic),
    "ceiling": lambda analytic, x: x.real_ceil(analytic=analytic),
    "max": lambda analytic, x, y: x.real_max(y, analytic=analytic),
    "min": lambda analytic, x, y: x.real_min(y, analytic=analytic),
    "Mod": lambda analytic, x, y: x - y * (x / y).real_floor(analytic=analytic),
    "atan": _cut("atan", lambda x: bool(x.real.contains(0)) and not abs(x.imag) < 1),
    "asinh": _cut("asinh", lambda x: bool(x.real.contains(0)) and not abs(x.imag) < 1),
    "asin": _cut("asin", lambda x: _on_axis(x) and not abs(x.real) < 1),
    "acos": _cut("acos", lambda x: _on_axis(x) and not abs(x.real) < 1),
    "atanh": _cut("atanh", lambda x: _on_axis(x) and not abs(x.real) < 1),
    "acosh": _cut("acosh", lambda x: _on_axis(x) and not x.real > 1),
    "loggamma": _cut("lgamma", lambda x: _on_axis(x) and not x.real > 0),
    "and": _and,
    "or": _or,
    "not": lambda _, x: None if x is None else not x,
    "true": lambda _: True,
    "false": lambda _: False,
    **{op: _compared(op) for op in COMPARISONS},
    **{name: (lambda _, x, name=name: getattr(x, name)()) for name in _MEROMORPHIC},
}  # fmt: skip
_CONSTANTS: dict[str, Callable[[Any], Any]] = {
    "pi": lambda arb: arb.pi(), "tau": lambda arb: 2 * arb.pi(), "E": lambda arb: arb.const_e(),
    "EulerGamma": lambda arb: arb.const_euler(), "GoldenRatio": lambda arb: (1 + arb(5).sqrt()) / 2,
}  # fmt: skip
