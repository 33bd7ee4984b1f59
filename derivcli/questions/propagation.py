"""`deriv propagate`: the uncertainty of a value from those of its variables, by the gradient.

The variance is g^T C g, with the gradient g and the covariances C. For normal errors the second derivatives H shift the
mean by tr(H C)/2 and add tr(H C H C)/2 to the variance: where these are not small beside it, the first order misleads.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from derivcli.engine import answer
from derivcli.errors import PointError, UnsupportedError, UsageError
from derivcli.findings import Part, Propagated
from derivcli.model import Answer, Question
from derivcli.points import Uncertain
from derivcli.questions.posing import Posed, posed
from derivcli.questions.slopes import no_slope, values_of

# What is more than this part of the deviation counts.
_COUNTS = 0.1
# Below this a pivot of the correlations is negative, and not by rounding.
_NEGATIVE = -1e-12

Matrix = list[list[float]]


def propagate(question: Question, given: Uncertain) -> Propagated:
    """The uncertainty of the question's expression at its point.

    Args:
        question: one expression at one point.
        given: the uncertainties and correlations.

    Raises:
        DerivError: the expression has no derivative there, or the correlations cannot be.
    """
    names = list(given.deviations)
    if not names:
        raise UsageError("no value has an uncertainty", hint='write --at "x=10±0.1"')
    correlations = [[1.0 if a == b else given.correlations.get((a, b), 0.0) for b in names] for a in names]
    if not _is_possible(correlations):
        raise PointError("no quantities are correlated like that: their matrix has a negative eigenvalue")
    found = posed(question)
    if len(found.roots) != 1:
        raise UsageError("one expression is propagated, and these are several")
    asked = replace(question, wrt=tuple(names))
    first, second = answer(asked), answer(replace(asked, hessian=True, simplify="none"))
    gradient = [_number(first, (name,)) for name in names]
    hessian = [[_number(second, (a, b)) for b in names] for a in names]
    steps = [given.deviations[name] for name in names]
    # Everything in units of the deviations: the covariances are the correlations then.
    slopes = [g * s for g, s in zip(gradient, steps, strict=True)]
    bends = [[h * s * t for h, t in zip(row, steps, strict=True)] for row, s in zip(hessian, steps, strict=True)]
    added = [slope * sum(map(_times, row, slopes)) for slope, row in zip(slopes, correlations, strict=True)]
    variance = max(sum(added), 0.0)
    spread = _product(bends, correlations)
    shift = sum(spread[k][k] for k in range(len(names))) / 2
    squared = _product(spread, spread)
    bend = math.sqrt(max(sum(squared[k][k] for k in range(len(names))) / 2, 0.0))
    deviation = math.sqrt(variance)
    warnings = _warnings(found, given, slopes, bends, (deviation, shift, bend))
    return Propagated(
        text=first.text,
        expression=first.expression,
        at={name: float(value) for name, value in found.points[0].items()},
        value=_value(found),
        deviation=deviation,
        parts={
            name: Part(
                float(found.points[0][name]),
                step,
                slope,
                first.derivatives[name,],
                part / variance if variance else None,
            )
            for name, step, slope, part in zip(names, steps, gradient, added, strict=True)
        },
        correlations={pair: c for pair in itertools.combinations(names, 2) if (c := given.correlations.get(pair))},
        shift=shift,
        bend=bend,
        linear=not warnings,
        warnings=tuple(dict.fromkeys([*first.warnings, *warnings])),
    )


def _times(a: float, b: float) -> float:
    return a * b


def _column(matrix: Matrix, k: int) -> list[float]:
    return [row[k] for row in matrix]


def _product(a: Matrix, b: Matrix) -> Matrix:
    return [[sum(map(_times, row, _column(b, k))) for k in range(len(b))] for row in a]


def _is_possible(correlations: Matrix) -> bool:
    """Whether a matrix of correlations has no negative eigenvalue: no pivot of its elimination is negative."""
    rest = [row[:] for row in correlations]
    while rest:
        (pivot, *top), *others = rest
        if pivot < _NEGATIVE or (abs(pivot) <= -_NEGATIVE and any(abs(v) > math.sqrt(-_NEGATIVE) for v in top)):
            return False
        factors = [row[0] / pivot if abs(pivot) > -_NEGATIVE else 0.0 for row in others]
        rest = [[v - f * t for v, t in zip(row[1:], top, strict=True)] for row, f in zip(others, factors, strict=True)]
    return True


def _number(found: Answer, path: tuple[str, ...]) -> float:
    """A derivative at the point: the exact one where it is known, else torch's.

    Raises:
        UnsupportedError: there is none.
    """
    point = found.points[0]
    check = (point.checks or {}).get(path)
    if check is not None:
        missing = no_slope({path: check})
        if missing is not None:
            message = (
                f"there is no first-order uncertainty here: {missing.status.replace('_', ' ')} by {','.join(path)}"
            )
            raise UnsupportedError(message, text=found.text if check.span else None, span=check.span, hint=missing.note)
    exact = (point.symbolic or {}).get(path)
    number = point.result[path] if exact is None else exact
    if not isinstance(number, float) or not math.isfinite(number):
        raise UnsupportedError(f"the derivative by {','.join(path)} is no finite number here")
    return number


def _value(found: Posed) -> float:
    (value,) = values_of(found.graph, found.roots, found.points[0])
    return float(value)


def _warnings(
    found: Posed, given: Uncertain, slopes: Sequence[float], bends: Matrix,
    orders: tuple[float, float, float],
) -> list[str]:  # fmt: skip
    """Where the first order misleads: by the second, and by the values at a deviation's distance."""
    deviation, shift, bend = orders
    warnings = []
    (value,) = values_of(found.graph, found.roots, found.points[0])
    if abs(shift) > _COUNTS * deviation or bend > _COUNTS * deviation:
        warnings.append(
            f"the second order matters: for normal errors it shifts the mean by {shift:.2g} and adds a deviation of "
            f"{bend:.2g} to the first order's {deviation:.2g}: {float(value) + shift:.6g} ± "
            f"{math.hypot(deviation, bend):.2g}"
        )
    for k, (name, step) in enumerate(given.deviations.items()):
        for side in (1, -1):
            moved = {**found.points[0], name: found.points[0][name] + side * Fraction(step)}
            (there,) = values_of(found.graph, found.roots, moved)
            where = f"{name} = {float(moved[name]):.6g}, a deviation away"
            if there.kind != "number":
                warnings.append(f"the expression has no value at {where}")
                continue
            expected = side * slopes[k] + bends[k][k] / 2
            if abs(float(there) - float(value) - expected) > _COUNTS * max(deviation, abs(expected)):
                warnings.append(
                    f"higher orders matter: at {where}, the value is {float(there):.6g}, and the first two orders say "
                    f"{float(value) + expected:.6g}"
                )
    return warnings
