"""Numbers as text."""

from __future__ import annotations

import math

from derivcli.model import Formula

# More operations than these are not counted out.
_MANY = 10**12


def unprinted(formula: Formula) -> str:
    """What stands for a formula that is not printed."""
    if not formula.found:
        return "(takes too long)"
    operations = formula.operations
    if operations is None:
        return "(too long to print; --full prints it)"
    size = f"{operations:,}" if operations <= _MANY else f"more than {_MANY:,}"
    return f"{size} operations, not printed (--full prints it)"


def number(value: complex | str, digits: int | None = None) -> str:
    """A float with so many significant digits; without a number of digits, with as many as it takes to read it back.

    A complex number is written in deriv's own language, `0.5-2.5*I`.

    What is written in digits already stays as it is.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, complex):
        real, size = number(value.real, digits), number(abs(value.imag), digits)
        sign = "-" if value.imag < 0 else "" if real == "0" else "+"
        return f"{'' if real == '0' else real}{sign}{'I' if size == '1' else f'{size}*I'}"
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if digits is None or digits >= 17:
        text = repr(value)
        return text[:-2] if text.endswith(".0") else text
    return f"{value:.{digits}g}"


def optional(value: float | None) -> str:
    """A number in full; nothing where there is none."""
    return "" if value is None else number(value)
