"""How a judgement is said: the classes of points, and numbers side by side."""

from __future__ import annotations

import math

# What the classes of a point without a derivative are called in a sentence after the place.
CLASSES = {
    "kink": "has a corner here",
    "jump": "jumps here: there is no derivative",
    "domain_edge": "ends here",
    "vertical_tangent": "is vertical here: there is no finite derivative",
    "outside_domain": "is defined at this point alone: there is no derivative",
    "unchecked": "has no settled derivative beside this point",
    "removable": "has a hole here",
    "pole": "is infinite here",
}

# What an operation does with the digits of its arguments.
LOSSES = {
    "cancels": "cancels: its terms are equal in most of their digits",
    "overflows": "is too large for a float on the way",
    "underflows": "is too small for a float on the way",
    "undefined": "is not defined in floats",
    "untaken": "is not taken here, and torch differentiates it all the same",
    "magnifies": "magnifies what rounding left in its arguments",
}
# The same where it is the derivative alone that loses them.
INSIDE = {
    "cancels": "the terms of the derivative cancel",
    "overflows": "a part of the derivative is too large for a float",
    "underflows": "a part of the derivative is too small for a float",
}


def digits_left(digits: float) -> str:
    """A number of digits in words."""
    whole = int(digits)
    return "no digit" if not whole else f"about {whole} digit{'s' if whole > 1 else ''}"


def apart(found: float, exact: float) -> str:
    """Both numbers, with as many digits as it takes to tell them apart."""
    if exact == 0:
        return f"autograd returned {found:.6g}; the derivative is exactly 0"
    digits = next((k for k in range(6, 17) if f"{found:.{k}g}" != f"{exact:.{k}g}"), 17)
    return f"autograd returned {found:.{digits}g}; the derivative is {exact:.{digits}g}"


def named(value: float) -> str:
    """A float in words that JSON has, too."""
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return "NaN" if math.isnan(value) else f"{value:.6g}"
