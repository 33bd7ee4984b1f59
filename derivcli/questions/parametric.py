"""`deriv parametric`: the derivatives of y by x along a curve x(t), y(t)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from derivcli.deadline import Expired, deadline
from derivcli.engine import DEFAULT_SECONDS, answer
from derivcli.errors import OutOfTime, UsageError, without_value
from derivcli.findings import Curve, CurvePoint, Slope
from derivcli.graph import Builder
from derivcli.language import partial
from derivcli.model import Check, Derivation, Formula, PointAnswer, Question
from derivcli.questions.forms import formulas_of, unfinished
from derivcli.questions.posing import Posed, posed, read_as
from derivcli.questions.slopes import Path, judged, no_slope, values_of, vanishes
from derivcli.reverse import gradient
from derivcli.values import Number

MAX_ORDER = 8
# The part of the time for short forms.
_FORMS_SHARE = 0.5
_STEPS_SHARE = 0.5


@dataclass(frozen=True)
class _Motion:
    """A curve by its parameter: the derivatives of x and y by it as nodes, and those of y by x."""

    posed: Posed
    parameter: str
    velocity: Sequence[int]
    slopes: Mapping[Path, int]


def parametric(question: Question) -> Curve:
    """dy/dx of a curve, and the derivatives of higher order up to the question's.

    Args:
        question: x and y as its two expressions; `wrt` names the parameter where there are several variables.

    Raises:
        DerivError: it cannot be read, or is no curve.
    """
    seconds = DEFAULT_SECONDS if question.timeout is None else question.timeout
    if not 1 <= question.order <= MAX_ORDER:
        raise UsageError(f"--order of a curve's derivative is from 1 to {MAX_ORDER}, not {question.order}")
    try:
        with deadline(seconds):
            motion = _motion(question)
            graph = motion.posed.graph
            roots = [*motion.velocity, *motion.slopes.values()]
            formulas = formulas_of(graph, roots, motion.posed.reading.decimals, seconds * _FORMS_SHARE)
    except Expired:
        raise OutOfTime(f"out of time after {seconds:g} s", hint="a longer limit is set by --timeout SECONDS") from None
    reading, t = motion.posed.reading, motion.parameter
    steps, said = _derivations(motion, formulas, seconds) if question.steps else ([], [])
    return Curve(
        kind="parametric",
        text=reading.text,
        expressions={
            **{name: read_as(reading, root) for name, root in zip("xy", reading.roots, strict=True)},
            **{f"d{name}/d{t}": formula for name, formula in zip("xy", formulas, strict=False)},
        },
        variables=(t, *(name for name in motion.posed.variables if name != t)),
        dependent="y",
        derivatives=dict(zip(motion.slopes, formulas[2:], strict=True)),
        points=tuple(_points(question, motion)),
        warnings=tuple(dict.fromkeys([*reading.warnings, *unfinished(formulas), *said])),
        derivations=tuple(steps),
    )


def _derivations(motion: _Motion, formulas: Sequence[Formula], seconds: float) -> tuple[list[Derivation], list[str]]:
    """How the derivatives are found: those of x and y by the parameter, then those of y by x."""
    from derivcli.derivation import CurveForm, parametric_derivations

    found, reading = motion.posed, motion.posed.reading
    form = CurveForm(
        reading.graph, reading.roots, found.variables, reading.decimals, found.graph, motion.slopes,
        dict(zip(motion.slopes, formulas[2:], strict=True)),
    )  # fmt: skip
    velocity = list(zip(motion.velocity, formulas, strict=False))
    return parametric_derivations(form, motion.parameter, velocity, seconds * _STEPS_SHARE)


def _motion(question: Question) -> _Motion:
    found = posed(replace(question, wrt=()))
    if len(found.roots) != 2:
        raise UsageError("a curve has two expressions, x and y", hint='deriv parametric "cos(t)" "sin(t)"')
    names = list(found.variables)
    if len(question.wrt) > 1:
        raise UsageError("a curve has one parameter", hint="write --wrt t")
    if not question.wrt and len(names) != 1 and "t" not in names:
        hint = f"write --wrt {names[0]}" if names else "the expressions have no variable"
        raise UsageError("which variable is the parameter?", hint=hint)
    t = question.wrt[0] if question.wrt else names[0] if len(names) == 1 else "t"
    if t not in names:
        raise UsageError(f"the expressions have no variable {t}", hint=f"their variables are {', '.join(names)}")
    graph, build = found.graph, Builder(found.graph)
    velocity = [gradient(graph, root, [t], partial)[0] for root in found.roots]
    if build.constant(velocity[0]) == 0:
        raise UsageError(f"x does not depend on {t}: the curve is a vertical line, which has no dy/dx")
    slopes: dict[Path, int] = {}
    node = build.quotient(velocity[1], velocity[0])
    for order in range(1, question.order + 1):
        slopes[("x",) * order] = node
        node = build.quotient(gradient(graph, node, [t], partial)[0], velocity[0])
    return _Motion(found, t, velocity, slopes)


def _points(question: Question, motion: _Motion) -> list[CurvePoint]:
    """The numbers at each point."""
    given, names = motion.posed.points, motion.posed.variables
    for point in given:
        missing = [name for name in names if name not in point]
        if missing:
            raise without_value(missing)
    if not given:
        return []
    plain = replace(question, wrt=(motion.parameter,), order=1, simplify="none")
    first: Sequence[PointAnswer] = answer(plain).points
    second = answer(replace(plain, order=2)).points if question.order > 1 else [None] * len(first)
    return [_point(motion, *together) for together in zip(given, first, second, strict=True)]


def _point(motion: _Motion, point: Mapping[str, Number], one: PointAnswer, two: PointAnswer | None) -> CurvePoint:
    graph, t = motion.posed.graph, motion.parameter
    place = [float(v) if v.kind == "number" else math.nan for v in values_of(graph, motion.posed.roots, point)]
    speed = values_of(graph, motion.velocity, point)
    checks: dict[Any, Check] = dict(one.checks or {})
    bent: dict[Any, Check] = {**checks, **((two.checks or {}) if two is not None else {})}
    missing = no_slope(checks)
    size = max(abs(float(value)) for value in speed)
    slopes: dict[Path, Slope]
    if missing is not None:
        slopes = dict.fromkeys(motion.slopes, missing)
    elif vanishes(speed[0], size):
        slopes = dict.fromkeys(motion.slopes, _upright(t, size == 0))
    else:
        autograd = _by_autograd(one.result[t,], two.result[f"{t},{t}",] if two is not None else None)
        exact = values_of(graph, list(motion.slopes.values()), point)
        slopes = {
            path: (no_slope(bent) if len(path) > 1 else None) or judged(value, autograd.get(path), bent)
            for path, value in zip(motion.slopes, exact, strict=True)
        }
    return CurvePoint({n: float(v) for n, v in point.items()}, dict(zip("xy", place, strict=True)), slopes)


def _upright(parameter: str, singular: bool) -> Slope:
    if singular:
        note = f"dx/d{parameter} and dy/d{parameter} are both 0: the curve may have a cusp here"
        return Slope("singular", note=note)
    return Slope("vertical_tangent", note=f"dx/d{parameter} is 0, and dy/d{parameter} is not: the tangent is vertical")


def _by_autograd(first: Any, second: Any) -> dict[Path, float]:
    """The slopes of first and second order from torch's derivatives of x and y."""
    x1, y1 = first
    if not x1 or not math.isfinite(x1):
        return {}
    found: dict[Path, float] = {("x",): y1 / x1}
    if second is not None:
        x2, y2 = second
        found["x", "x"] = (x1 * y2 - y1 * x2) / x1**3
    return found
