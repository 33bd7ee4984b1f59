"""Numbers as text."""

from __future__ import annotations

import math


def number(value: float | str, digits: int | None = None) -> str:
    """A float with so many significant digits; without a number of digits, with as many as it takes to read it back.

    What is written in digits already stays as it is.
    """
    if isinstance(value, str):
        return value
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if digits is None or digits >= 17:
        text = repr(value)
        return text[:-2] if text.endswith(".0") else text
    return f"{value:.{digits}g}"
