"""Numbers as users type them, `1e-3` and `pi/4`, as exact values."""

from __future__ import annotations

import math
import re
from fractions import Fraction

from derivcli.errors import DerivError, PointError
from derivcli.language import expand, read
from derivcli.language.limits import MAX_DIGITS
from derivcli.numeric.exact import evaluate
from derivcli.numeric.level import Real

_PLAIN = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")


def constant(text: str, what: str) -> Fraction | Real:
    """The exact value of a constant expression: a Fraction where it is rational, else a `Real`.

    Args:
        text: an expression without variables.
        what: whose value it is, for errors.

    Raises:
        PointError: the text is no number, or not a finite real one.
    """
    if _PLAIN.fullmatch(text) and len(text) < MAX_DIGITS:
        return _float_sized(Fraction(text), text, what)
    if re.match(r"\s*[+-]\s*[+-]", text):
        raise PointError(f"{what}: two signs in a row", text=text, span=(0, len(text)))
    try:
        reading = read([text])
    except DerivError as error:
        raise PointError(f"{what}: {error.message}", text=text, span=error.span, hint=error.hint) from error
    if reading.vector:
        raise PointError(f"{what}: vectors are not read yet", text=text, span=(0, len(text)))
    if reading.variables:
        name = reading.variables[0]
        hint = "a value is written with numbers and constants, such as 2.5 or pi/4"
        raise PointError(f"{what}: {name} is not a number", text=text, span=(0, len(text)), hint=hint)
    graph, roots = expand(reading.graph, reading.roots)
    (value,) = evaluate(graph, roots, {}, real=True).roots
    if value.kind != "number":
        raise PointError(f"{what}: {text} is not a finite real number", text=text, span=(0, len(text)))
    rational = _rational(text)
    return _float_sized(Real(graph, roots[0]) if rational is None else rational, text, what)


def _float_sized(value: Fraction | Real, text: str, what: str) -> Fraction | Real:
    """The value, if some float is near it: torch could do nothing with any other."""
    try:
        too_large = math.isinf(float(value))
    except OverflowError:
        too_large = True
    if too_large:
        raise PointError(f"{what}: {text} is too large for any float", text=text, span=(0, len(text)))
    return value


def _rational(text: str) -> Fraction | None:
    """The value of a quotient of two decimals, exactly."""
    over, slash, below = text.partition("/")
    try:
        return Fraction(over.strip()) / Fraction(below.strip()) if slash else Fraction(text.strip())
    except (ValueError, ZeroDivisionError):
        return None
