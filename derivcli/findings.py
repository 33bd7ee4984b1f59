"""What further questions find, as plain data: `deriv taylor`, `implicit`, `parametric`, `propagate`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from derivcli.model import Formula


@dataclass(frozen=True)
class Term:
    """One term of a Taylor polynomial.

    Args:
        powers: of each variable's distance from the point.
        product: these powers as a text, (x - 1)**2*y.
        coefficient: exact.
        value: the coefficient as the nearest float; None where it has parameters.
    """

    powers: Mapping[str, int]
    product: str
    coefficient: Formula
    value: float | None


@dataclass(frozen=True)
class Taylor:
    """A Taylor polynomial.

    Args:
        text, expression: the expression as it was written and as it was read.
        variables: all of them, those first that it is expanded in.
        at: the point.
        order: up to which order in all variables together.
        terms: those that are not 0, lowest order first.
        polynomial: their sum.
        remainder: the order of what is left, O(x**7); None where nothing is left.
        warnings: what a reader should be told.
    """

    text: str
    expression: Formula
    variables: tuple[str, ...]
    at: Mapping[str, float]
    order: int
    terms: tuple[Term, ...]
    polynomial: Formula
    remainder: Formula | None
    warnings: tuple[str, ...] = ()
