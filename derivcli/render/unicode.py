"""Formulas in mathematical type: x² instead of x**2, √2 instead of sqrt(2)."""

from __future__ import annotations

import re

_DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_RAISED = str.maketrans("0123456789", _DIGITS)
# What needs no brackets under a root; x² is no name, though \w takes a raised digit for one.
_NAME = "([0-9]+|[a-zA-Z][a-zA-Z0-9_]*)"
_WORDS = {"pi": "π", "oo": "∞", "tau": "τ", "EulerGamma": "γ", "GoldenRatio": "φ"}


def mathematical(text: str, constants: frozenset[str] = frozenset(("pi", "oo"))) -> str:
    """The text of a formula as it is printed in books, as far as one line allows.

    Args:
        text: in the language of the prompt.
        constants: the names in it that are constants and no variables.
    """
    text = re.sub(r"(?<=[\w)\]])\*\*(\d+)(?!\w|\.\d|\*\*)", lambda m: m.group(1).translate(_RAISED), text)
    # A root that is raised keeps its brackets: the power is no part of what stands under it.
    text = re.sub(rf"\bsqrt\({_NAME}\)(?!\*\*|[{_DIGITS}])", r"√\1", text)
    text = re.sub(rf"\bsqrt(\(((?:[^()]|\([^()]*\))*)\))(?=\*\*|[{_DIGITS}])", r"(√\1)", text)
    text = re.sub(rf"\(√\({_NAME}\)\)", r"(√\1)", text)
    text = re.sub(r"\bsqrt\(", "√(", text)
    text = re.sub(r"\*\*", "^", text).replace("*", "·")
    text = re.sub(
        r"(?<![A-Za-z0-9_])[A-Za-z]+(?![A-Za-z0-9_])",
        lambda m: _WORDS[m.group()] if m.group() in constants and m.group() in _WORDS else m.group(),
        text,
    )
    return text.replace("<=", "≤").replace(">=", "≥").replace("!=", "≠")


def raised(number: int) -> str:
    """A superscript; nothing for 1."""
    return "" if number == 1 else str(number).translate(_RAISED)
