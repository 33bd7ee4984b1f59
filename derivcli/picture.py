"""A plot as plain data: what is to be seen of a function, before anything is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Kinds of places beside which values have no limit.
WITHOUT_LIMIT = ("pole", "logarithmic_singularity", "no_limit")


@dataclass(frozen=True)
class Mark:
    """A place that is drawn apart from the curve.

    Args:
        kind: "point", or "pole", "kink", "jump", "hole", "vertical_tangent", "domain_edge",
            "logarithmic_singularity" as in an analysis, or
            "no_limit" where values go up and down without end.
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

    @property
    def is_cut(self) -> bool:
        """Whether the curve goes on above or below."""
        return any(not self.low <= y <= self.high for piece in self.pieces for _, y in piece)


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
        doubt: why marks may be missing; nothing where the search for them came to its end.
    """

    text: str
    variable: str
    given: Mapping[str, str]
    low: float
    high: float
    panels: tuple[Panel, ...]
    warnings: tuple[str, ...] = ()
    doubt: str = ""

    @property
    def notes(self) -> tuple[str, ...]:
        """What the legend says beside the marks: which curves go on above or below, and that marks may be missing."""
        names = [panel.name for panel in self.panels if panel.is_cut]
        cut = f"cut above or below: {', '.join(names)}" if names else ""
        return tuple(filter(None, (cut, self.doubt)))


@dataclass(frozen=True)
class Spot:
    """A place in the plane that is drawn apart from the contours.

    Args:
        kind: "point", or "minimum", "maximum", "saddle", or "pole" where the values have no bounds.
        x, y: where it is.
        z: the value there; None where there is none.
    """

    kind: str
    x: float
    y: float
    z: float | None = None


@dataclass(frozen=True)
class Side:
    """An axis of a map.

    Args:
        name: of the variable.
        low, high: the range.
        places: the numbers at which the function was computed, rising.
    """

    name: str
    low: float
    high: float
    places: Sequence[float]

    def part(self, number: float) -> float:
        """Where a number is: 0 at the low end, 1 at the high one."""
        return (number - self.low) / (self.high - self.low)


# Numbers over the places of a map: a row for each place of the second variable.
Rows = Sequence[Sequence[float]]


@dataclass(frozen=True)
class Map:
    """A function of two variables over a rectangle.

    Args:
        text: the function as it was read.
        given: the values of the other variables, as they were typed.
        sides: the axes, the horizontal one first.
        heights: the values; not finite where there are none.
        slopes: the two parts of the gradient, each as the heights.
        levels: the heights of the contours, rising.
        breaks: the cells, by column and row of their lower left corners, that a pole or a jump goes through.
        spots: places on it.
        warnings: what a reader should be told.
    """

    text: str
    given: Mapping[str, str]
    sides: tuple[Side, Side]
    heights: Rows
    slopes: tuple[Rows, Rows]
    levels: tuple[float, ...]
    breaks: frozenset[tuple[int, int]] = frozenset()
    spots: tuple[Spot, ...] = ()
    warnings: tuple[str, ...] = ()
