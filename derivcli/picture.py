"""A plot as plain data: what is to be seen of a function, before anything is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Mark:
    """A place that is drawn apart from the curve.

    Args:
        kind: "point", or "pole", "kink", "jump", "hole", "vertical_tangent", "domain_edge" as in an analysis.
        x: where it is.
        y: the height; None where there is none.
        slope: of the tangent; None where none is known.
        exact: x as a text, where it is known.
    """

    kind: str
    x: float
    y: float | None = None
    slope: float | None = None
    exact: str | None = None


@dataclass(frozen=True)
class Panel:
    """One curve in its own frame.

    Args:
        name: what is drawn, f(x) or f'(x).
        pieces: its unbroken parts, each as points from left to right.
        low, high: the heights that are shown.
        marks: places on it.
    """

    name: str
    pieces: tuple[tuple[tuple[float, float], ...], ...]
    low: float
    high: float
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Picture:
    """A function of one variable and its derivative over a range.

    Args:
        text: the function as it was read.
        variable: its variable.
        given: the values of the others, as they were typed.
        low, high: the range.
        panels: the function, then the derivative.
        warnings: what a reader should be told.
    """

    text: str
    variable: str
    given: Mapping[str, str]
    low: float
    high: float
    panels: tuple[Panel, ...]
    warnings: tuple[str, ...] = ()
