"""Derivatives of functions as textbooks print them, where the catalog has another form for numbers' sake."""

from __future__ import annotations

import functools
import re

from derivcli.catalog import KEYS
from derivcli.language import Template, worded

# The derivative, and what leads from it to the catalog's form; nothing where the two are read as the same.
TEXTBOOK: dict[str, tuple[str, str]] = {
    "tan": ("sec(x)**2", "Pythagorean identity, sec(u)**2 = 1 + tan(u)**2"),
    "cot": ("-csc(x)**2", "Pythagorean identity, csc(u)**2 = 1 + cot(u)**2"),
    "tanh": ("sech(x)**2", "hyperbolic identity, sech(u)**2 = 1 - tanh(u)**2"),
    "coth": ("-csch(x)**2", "hyperbolic identity, csch(u)**2 = coth(u)**2 - 1"),
    "sigmoid": ("sigmoid(x)*(1 - sigmoid(x))", "symmetry of sigmoid, 1 - sigmoid(u) = sigmoid(-u)"),
    "cbrt": ("1/(3*cbrt(x)**2)", ""),
}


@functools.cache
def textbook(op: str) -> Template:
    """The derivative of a function in the form of textbooks."""
    return worded(TEXTBOOK[op][0], KEYS[op])


def is_kept(text: str, own: str) -> bool:
    """Whether a formula has more reciprocals than the user's own form: the catalog's form would be a detour."""
    return len(_RECIPROCALS.findall(text)) > len(_RECIPROCALS.findall(own))


# Secants, and cosines below a fraction's bar.
_RECIPROCALS = re.compile(r"\b(?:sec|csc|sech|csch)\(|/[^/]*?\b(?:cos|sin|cosh|sinh)\(")
