"""Functions at points where their values are rational numbers, exactly."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from derivcli.numeric.rational import MAX_BITS

# The largest argument of a factorial that is worked out.
_MAX_FACTORIAL = 1_000


def root(x: Fraction, n: Fraction) -> Fraction | None:
    """The real n-th root of a number, where it is rational."""
    if n.denominator != 1 or not 1 <= n <= MAX_BITS or (x < 0 and n % 2 == 0):
        return None
    over, below = _whole_root(abs(x.numerator), int(n)), _whole_root(x.denominator, int(n))
    return None if over is None or below is None else Fraction(over if x > 0 else -over, below)


def _whole_root(x: int, n: int) -> int | None:
    """The n-th root of a whole number, by Newton's method from above, where it is whole."""
    if x < 2:
        return x
    guess = 1 << -(-x.bit_length() // n)
    while (better := ((n - 1) * guess + x // guess ** (n - 1)) // n) < guess:
        guess = better
    return guess if guess**n == x else None


# Sines of twelfths of a turn, in half turns.
_SINES = {
    Fraction(0): Fraction(0),
    Fraction(1, 6): Fraction(1, 2),
    Fraction(1, 2): Fraction(1),
    Fraction(5, 6): Fraction(1, 2),
}
_TANGENTS = {Fraction(0): 0, Fraction(1, 4): 1, Fraction(3, 4): -1}


def _sine(turns: Fraction) -> Fraction | None:
    found = _SINES.get(turns % 1)
    return found if found is None or turns % 2 < 1 else -found


def _reciprocal(value: Fraction | int | None) -> Fraction | None:
    return Fraction(1) / value if value else None


# Functions of an angle, given in half turns.
TURNS: dict[str, Callable[[Fraction], Fraction | int | None]] = {
    "sin": _sine,
    "cos": lambda t: _sine(t + Fraction(1, 2)),
    "tan": lambda t: _TANGENTS.get(t % 1),
    "cot": lambda t: 0 if t % 1 == Fraction(1, 2) else _reciprocal(_TANGENTS.get(t % 1)),
    "sec": lambda t: _reciprocal(_sine(t + Fraction(1, 2))),
    "csc": lambda t: _reciprocal(_sine(t)),
    "sinc": lambda t: 1 if not t else 0 if t % 1 == 0 else None,
}


def _sign(x: Fraction) -> int:
    return (x > 0) - (x < 0)


def _gamma(x: Fraction) -> int | None:
    return math.factorial(int(x) - 1) if x.denominator == 1 and 1 <= x <= _MAX_FACTORIAL else None


# Functions whose values are rational at rational points.
RATIONAL: dict[str, Callable[..., Fraction | int | None]] = {
    "abs": abs,
    "sign": _sign,
    "floor": math.floor,
    "ceiling": math.ceil,
    "Mod": lambda x, y: x % y if y else None,
    "max": max,
    "min": min,
    "heaviside": lambda x: Fraction(1 + _sign(x), 2),
    "root": root,
    "gamma": _gamma,
}

# Functions that have a rational value at one point or two.
POINTS: dict[tuple[Any, ...], int] = {
    **{(name, 0): 0 for name in ("asin", "atan", "sinh", "tanh", "asinh", "atanh", "erf")},
    ("exp", 0): 1, ("cosh", 0): 1, ("sech", 0): 1, ("erfc", 0): 1, ("log", 1): 0, ("acos", 1): 0, ("acosh", 1): 0,
    ("loggamma", 1): 0, ("loggamma", 2): 0,
}  # fmt: skip
