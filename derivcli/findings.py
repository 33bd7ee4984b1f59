"""What further questions find, as plain data: `deriv taylor`, `implicit`, `parametric`, `propagate`, `analyze`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from derivcli.model import Derivation, Formula


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


@dataclass(frozen=True)
class Slope:
    """A derivative of a curve at a point.

    Args:
        status: "agree", "disagree" or "unchecked" where there is one; else what is there instead: "vertical_tangent",
            "singular", or as in a check.
        value: the exact value as the nearest float; None where there is none.
        autograd: the same from what torch computed; None where it was not asked.
        note: why there is none, in a sentence.
    """

    status: str
    value: float | None = None
    autograd: float | None = None
    note: str | None = None


@dataclass(frozen=True)
class CurvePoint:
    """A point of a curve: its variables' values, where it lies, and the derivatives there."""

    at: Mapping[str, float]
    position: Mapping[str, float]
    slopes: Mapping[tuple[str, ...], Slope]


@dataclass(frozen=True)
class Curve:
    """What is known of a curve or surface that an equation or a parameter describes.

    Args:
        kind: "implicit" or "parametric".
        text: what was written.
        expressions: what was read, by its name: F, or x and y.
        variables: all of them.
        dependent: what is differentiated.
        derivatives: by the variables that it is differentiated by, in order.
        points: where numbers were asked for.
        warnings: what a reader should be told.
        derivations: how the derivatives are found, if that was asked for.
    """

    kind: str
    text: str
    expressions: Mapping[str, Formula]
    variables: tuple[str, ...]
    dependent: str
    derivatives: Mapping[tuple[str, ...], Formula]
    points: tuple[CurvePoint, ...] = ()
    warnings: tuple[str, ...] = ()
    derivations: tuple[Derivation, ...] = ()


@dataclass(frozen=True)
class Part:
    """What one variable adds to an uncertainty.

    Args:
        value, deviation: of the variable.
        slope: the derivative by it, and its formula.
        share: its part of the variance; negative where a correlation takes some away; None where the variance is 0.
    """

    value: float
    deviation: float
    slope: float
    formula: Formula
    share: float | None


@dataclass(frozen=True)
class Propagated:
    """A value with the uncertainty that its variables give it.

    Args:
        text, expression: the expression as it was written and as it was read.
        at: the point.
        value, deviation: the value, and its standard uncertainty by the gradient.
        parts: for each uncertain variable.
        correlations: those that are not 0.
        shift, bend: what the second derivatives add to the mean, and the deviation that they alone would give, for
            normal errors.
        linear: whether the second order and the values at a deviation's distance confirm the first.
        warnings: what a reader should be told.
    """

    text: str
    expression: Formula
    at: Mapping[str, float]
    value: float
    deviation: float
    parts: Mapping[str, Part]
    correlations: Mapping[tuple[str, str], float]
    shift: float
    bend: float
    linear: bool
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Feature:
    """A place on a graph.

    Args:
        kind: "zero", "maximum", "minimum", "flat", "inflection", "pole", "kink", "jump", "hole", "vertical_tangent",
            "logarithmic_singularity" or "domain_edge".
        x: the nearest float.
        exact: x exactly, where it is known.
        y: the value there; None where there is none.
        how: "exact", "proven" (a change of sign is) or "numeric".
    """

    kind: str
    x: float
    exact: str | None
    y: float | None
    how: str


@dataclass(frozen=True)
class Stretch:
    """An interval on which a function is "increasing", "decreasing" or "constant"."""

    low: float
    high: float
    direction: str


@dataclass(frozen=True)
class Asymptote:
    """A line that a graph approaches, as an equation; `where` says at which end or place."""

    kind: str
    text: str
    where: str


@dataclass(frozen=True)
class Analysis:
    """What there is to see of a function of one variable over a range.

    Args:
        text, expression: the expression as it was written and as it was read.
        variable: its variable.
        low, high: the range.
        features: places, from left to right.
        stretches: where it rises and falls.
        vanishing: intervals on which it is 0 all along.
        asymptotes: found by SymPy, exactly.
        open: narrow intervals in which nothing is decided; without any the lists of places are proven complete, but for
            what is nearer to one of them than `apart`.
        unsettled, unbent: the same apart: where zeros or extrema are not decided, and where inflections alone are not.
        apart: that distance; 0 where the function is smooth.
        warnings: what a reader should be told.
    """

    text: str
    expression: Formula
    variable: str
    low: float
    high: float
    features: tuple[Feature, ...]
    stretches: tuple[Stretch, ...]
    vanishing: tuple[tuple[float, float], ...]
    asymptotes: tuple[Asymptote, ...]
    open: tuple[tuple[float, float], ...]
    unsettled: tuple[tuple[float, float], ...]
    unbent: tuple[tuple[float, float], ...]
    apart: float
    warnings: tuple[str, ...] = ()
