"""Leaves: functions that torch lacks, computed number by number, with derivatives of their own to any order.

The derivative of a leaf is the leaf of one order more. It comes from differences of the function itself in many
digits, not from a formula: so the symbolic derivative is checked by something that knows nothing of it.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any

from derivcli import catalog
from derivcli.graph import Node, differentiated
from derivcli.numeric.contexts import context_of
from derivcli.numeric.kernels import KERNELS, torch
from derivcli.numeric.operations import is_proven, operate
from derivcli.numeric.pointwise import pointwise
from derivcli.numeric.special import Unsettled, enclosed, float_of

# Bits of a ball that rounds to the right float, all but for ties.
_FLOAT_BITS = 64
# Digits of the two evaluations that must agree, until they do.
_DIGITS = (25, 40, 80, 160, 320)
# So much may they differ, relative to the value: an eighth of a rounding error.
_AGREEMENT = 2.0**-56
# Arguments below the first, and derivatives that are larger than so much of the function, need one evaluation.
_ORDINARY, _NOISE = 1e6, 1e-10
# What shrinks so much with more digits is 0, and what is smaller than the second in two precisions.
_VANISHING = 1e-20
_NOTHING = 1e-310
# Values that are kept: a program and its derivatives ask for the same ones.
_KEPT = 100_000

Orders = tuple[int, ...]
_FAILURES = (Unsettled, ArithmeticError, ValueError, TypeError, AttributeError, NotImplementedError)


@functools.lru_cache(_KEPT)
def rounded(key: str, orders: Orders, args: tuple[complex, ...]) -> complex:
    """A derivative of a catalog function at floats, rounded once; NaN where it has none or cannot be had.

    Args:
        key: of the function's row.
        orders: how often it is differentiated by each argument.
        args: floats, or complex numbers.
    """
    if any(a != a for a in args):
        return math.nan
    args = tuple(a.real if isinstance(a, complex) and not a.imag else a for a in args)
    if not any(orders) and (ball := enclosed(key, args, _FLOAT_BITS)) is not None:
        return float_of(ball)
    node = Node("Derivative", (), (key, orders))
    before = None
    ordinary = any(orders) and is_proven(key) and all(abs(a) < _ORDINARY for a in args)
    if ordinary and (value := _single(node, args)) is not None:
        return value
    for digits in _DIGITS:
        try:
            value = operate(context_of(digits), node, [context_of(digits).convert(a) for a in args])
        except _FAILURES:
            return math.nan
        if before is not None and _agree(before, value):
            return _to_float(value)
        if before is not None and abs(value) <= abs(before) * _VANISHING:
            return 0.0
        before = value
    return math.nan


def _real(key: str, orders: Orders, args: tuple[Any, ...]) -> float:
    """What real calculus has: a derivative where the function itself is real, and as long as it is finite."""
    value, here = rounded(key, orders, args), rounded(key, (0,) * len(orders), args)
    if isinstance(here, complex) or isinstance(value, complex) or here != here:
        return math.nan
    return math.nan if math.isinf(here) and math.isfinite(value) else value


def _single(node: Node, args: tuple[complex, ...]) -> complex | None:
    """The derivative from one evaluation, where it stands out of the noise of the differences."""
    c = context_of(_DIGITS[1])
    key, orders = differentiated(node)
    size = abs(rounded(key, (0,) * len(orders), args))
    if not size:
        return None  # noise is as large as any derivative
    try:
        value = operate(c, node, [c.convert(a) for a in args])
    except _FAILURES:
        return None
    return _to_float(value) if size * _NOISE < abs(value) < math.inf else None


def _agree(before: Any, value: Any) -> bool:
    if not abs(value) < math.inf:
        return bool(before == value)
    return bool(abs(value - before) <= max(abs(value) * _AGREEMENT, _NOTHING))


def _to_float(value: Any) -> complex:
    if hasattr(value, "_mpc_"):
        return complex(value) if value.imag else _to_float(value.real)
    try:
        return float(value)
    except OverflowError:
        return math.copysign(math.inf, value)


@functools.cache
def derivative(key: str, orders: Orders) -> Callable[..., Any]:
    """A derivative of a catalog function, as a function of tensors that broadcast, and numbers."""

    def values(rows: Sequence[tuple[complex, ...]], complex_too: bool) -> list[complex]:
        value = rounded if complex_too else _real
        return [value(key, orders, row) for row in rows]

    def by(place: int) -> Callable[..., Any]:
        return derivative(key, tuple(n + (k == place) for k, n in enumerate(orders)))

    return pointwise(values, by)


# The leaves by their names in programs.
LEAVES: dict[str, Callable[..., Any]] = {
    row.torch.partition("(")[0]: derivative(row.key, (0,) * len(row.parameters))
    for row in catalog.ROWS
    if row.leaf and not row.lists
}  # fmt: skip

# What generated programs may call.
NAMES: dict[str, Any] = {"torch": torch, "derivative": derivative, **KERNELS, **LEAVES}
