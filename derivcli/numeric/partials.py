"""Derivatives of functions of numbers in many digits, by central differences with tiny steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

# Bits by which a step is smaller, and an evaluation more precise, than the digits of the result ask for.
_EXTRA = 10


def partial_derivative(c: Any, function: Callable[..., Any], args: Sequence[Any], orders: Sequence[int]) -> Any:
    """A mixed partial derivative, to the digits of an mpmath context.

    Args:
        c: the context; its precision is raised while the function is evaluated.
        function: of as many arguments.
        args: where.
        orders: how often by each argument.
    """
    place = next((k for k, n in enumerate(orders) if n), None)
    if place is None:
        return function(*args)
    rest = [0 if k == place else n for k, n in enumerate(orders)]

    def along(x: Any) -> Any:
        return partial_derivative(c, function, [*args[:place], x, *args[place + 1 :]], rest)

    return _derivative(c, along, args[place], orders[place])


def _derivative(c: Any, function: Callable[[Any], Any], x: Any, order: int) -> Any:
    """The n-th central difference over the n-th power of the step.

    Its error is of the size of the step squared. Near 0 the step is small beside x: there may be a pole at 0.
    """
    digits = c.prec
    scale = min(c.mag(x), 0) if x else 0
    step_bits = digits + _EXTRA - scale
    try:
        c.prec = order * step_bits + digits + 2 * _EXTRA + max(c.mag(x), 0) if x else order * step_bits + 2 * digits
        half = c.ldexp(c.one, -step_bits)
        total, coefficient = c.zero, 1
        for k in range(order + 1):
            total += (-1) ** k * coefficient * function(x + (order - 2 * k) * half)
            coefficient = coefficient * (order - k) // (k + 1)
        result = total / (2 * half) ** order
    finally:
        c.prec = digits
    return +result
