"""Decimal digits of exact numbers and of intervals, correctly rounded: to the nearest, ties to even."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from mpmath.libmp import numeral

# Whole numbers with as many digits are written out: 1e+15 is 1000000000000000.
_WRITTEN_OUT = 16
# Digits of a radius before it is rounded up to two.
_FINE = 20
# More digits than floats have.
_LEADING = 40


@dataclass(frozen=True)
class Rounded:
    """A number in decimals, and a bound, rounded up, for how far the true number is from them."""

    text: str
    radius: str


def rounded(value: Fraction, digits: int) -> Rounded:
    """A rational number with so many significant digits; with fewer where they are all that it has."""
    if not value:
        return Rounded("0", "0")
    over, below = abs(value.numerator), value.denominator
    scale = digits - _length(over) + _length(below)
    over, below = over * 10 ** max(scale, 0), below * 10 ** max(-scale, 0)
    if over >= 10**digits * below:
        # The quotient of numbers with a and b digits has a - b + 1 digits, or one less.
        scale, below = scale - 1, below * 10
    whole, rest = divmod(over, below)
    up = _rounds_up(whole, rest, below)
    text = _written(value < 0, whole + up, -scale, digits, exact=not rest)
    if not rest:
        return Rounded(text, "0")
    distance = below - rest if up else rest
    fine = _FINE + _length(below) - _length(distance)
    return Rounded(text, _upwards(-(-distance * 10**fine // below), -scale - fine))


def rounded_within(low: int, high: int, exponent: int, digits: int) -> Rounded | None:
    """The digits that all numbers between low and high, times 10**exponent, are rounded to; None if they differ.

    The ends are moved by one, so that a tie at an end counts as undecided.
    """
    negative = high < 0
    low, high = (-high, -low) if negative else (low, high)
    if low <= 1:
        return None
    least, most = _significant(low - 1, digits), _significant(high + 1, digits)
    if least is None or least != most:
        return None
    significand, dropped = least
    middle = significand * 10**dropped
    radius = _upwards(max(high - middle, middle - low), exponent)
    return Rounded(_written(negative, significand, exponent + dropped, digits, exact=False), radius)


def leading(text: str) -> str:
    """The number that digits say, cut after those that no float has."""
    mantissa, _, exponent = text.partition("e")
    sign = "-" if text.startswith("-") else ""
    whole, _, rest = mantissa.lstrip("-").partition(".")
    return f"{sign}0.{(whole + rest)[:_LEADING]}e{int(exponent or 0) + len(whole)}"


def significant(text: str) -> int:
    """How many digits of a text count."""
    return sum(character.isdigit() for character in text.partition("e")[0].lstrip("-0."))


def _significant(number: int, digits: int) -> tuple[int, int] | None:
    """A whole number as digits times a power of ten; None for one that has no more digits than are wanted."""
    dropped = _length(number) - digits
    if dropped <= 0:
        return None
    unit = 10**dropped
    whole, rest = divmod(number, unit)
    whole += _rounds_up(whole, rest, unit)
    return (whole // 10, dropped + 1) if _length(whole) > digits else (whole, dropped)


def _rounds_up(whole: int, rest: int, unit: int) -> bool:
    return 2 * rest > unit or (2 * rest == unit and whole % 2 == 1)


def _length(number: int) -> int:
    """How many decimal digits a positive number has."""
    estimate = int(number.bit_length() * 0.30102999566398)
    return estimate + int(number >= 10**estimate)


def _written(negative: bool, significand: int, exponent: int, digits: int, exact: bool) -> str:
    """Digits times a power of ten as text, in the form in which Python writes floats."""
    text = _in_decimals(significand)
    power = len(text) - 1 + exponent
    if exact or len(text) > digits:
        text = text.rstrip("0") if exact else text[:digits]
    sign = "-" if negative else ""
    if not -4 <= power < max(digits, _WRITTEN_OUT if exact else 0):
        return f"{sign}{text[0]}{'.' * (len(text) > 1)}{text[1:]}e{power:+03d}"
    if power < 0:
        return f"{sign}0.{'0' * (-power - 1)}{text}"
    text = text.ljust(power + 1, "0")
    return f"{sign}{text[: power + 1]}{'.' * (len(text) > power + 1)}{text[power + 1 :]}"


def _in_decimals(number: int) -> str:
    """A whole number as text; `str` refuses long ones."""
    return str(numeral(number, 10, _length(number)))


def _upwards(number: int, exponent: int) -> str:
    """A bound with two digits, rounded up."""
    if not number:
        return "0"
    dropped = _length(number) - 2
    if dropped > 0:
        number, exponent = -(-number // 10**dropped), exponent + dropped
    text = _in_decimals(number)
    return f"{text[0]}.{text[1:2] or '0'}e{exponent + len(text) - 1:+03d}"
