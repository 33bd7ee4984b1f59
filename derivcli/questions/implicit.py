"""`deriv implicit`: the derivatives of what an equation determines, dy/dx = -F_x/F_y, and of higher order."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from derivcli.deadline import Expired, deadline
from derivcli.engine import DEFAULT_SECONDS, answer
from derivcli.errors import DerivError, OutOfTime, ParseError, PointError, UsageError, without_value
from derivcli.findings import Curve, CurvePoint, Slope
from derivcli.graph import Builder
from derivcli.language import is_glued, partial
from derivcli.language.tokens import Token, tokenize
from derivcli.model import Check, Derivation, Formula, Question
from derivcli.questions.forms import formulas_of, unfinished
from derivcli.questions.places import in_text, placed
from derivcli.questions.posing import Posed, posed, read_as
from derivcli.questions.slopes import Path, judged, no_slope, values_of, vanishes
from derivcli.reverse import gradient
from derivcli.values import Number

MAX_ORDER = 8
# The part of the time for short forms.
_FORMS_SHARE = 0.5
_STEPS_SHARE = 0.5
# How far a point may be from the curve, relative to its size: what is typed in decimals lies on few curves.
_NEAR, _STEPS = 1e-6, 30


@dataclass(frozen=True)
class _Equation:
    """F = 0 with its derivatives as nodes: `slopes` by the variables, `partials` of F itself by each variable."""

    posed: Posed
    function: int
    dependent: str
    slopes: Mapping[Path, int]
    partials: Mapping[str, int]


def implicit(question: Question) -> Curve:
    """The derivatives of one variable of an equation by the others, up to the question's order.

    Args:
        question: one equation; `wrt` names the variable that depends on the others (y, if it is not given).

    Raises:
        DerivError: it cannot be read, does not determine the variable, or a point is not on the curve.
    """
    seconds = DEFAULT_SECONDS if question.timeout is None else question.timeout
    if not 1 <= question.order <= MAX_ORDER:
        raise UsageError(f"--order of an implicit derivative is from 1 to {MAX_ORDER}, not {question.order}")
    if len(question.expressions) != 1:
        raise UsageError("one equation is needed", hint='write it as one word: deriv implicit "x*y = 1"')
    try:
        with deadline(seconds):
            asked, warnings = _as_difference(question)
            equation = _equation(question, asked)
            formulas = formulas_of(
                equation.posed.graph, list(equation.slopes.values()), equation.posed.reading.decimals,
                seconds * _FORMS_SHARE,
            )  # fmt: skip
    except Expired:
        raise OutOfTime(f"out of time after {seconds:g} s", hint="a longer limit is set by --timeout SECONDS") from None
    reading = equation.posed.reading
    derivatives = dict(zip(equation.slopes, formulas, strict=True))
    steps, said = _derivations(question, equation, derivatives, seconds) if question.steps else ([], [])
    points, more = _points(asked, equation, question.order)
    return Curve(
        kind="implicit",
        text=question.expressions[0],
        expressions={"F": read_as(reading, reading.roots[0])},
        variables=tuple(equation.posed.variables),
        dependent=equation.dependent,
        derivatives=derivatives,
        points=tuple(points),
        warnings=tuple(dict.fromkeys([*reading.warnings, *warnings, *unfinished(formulas), *said, *more])),
        derivations=tuple(steps),
    )


def _derivations(
    question: Question, equation: _Equation, formulas: Mapping[Path, Formula], seconds: float
) -> tuple[list[Derivation], list[str]]:
    """How the derivatives are found, each rule at its place in the equation."""
    from derivcli.derivation import CurveForm, implicit_derivations

    reading = equation.posed.reading
    form = CurveForm(
        reading.graph, reading.roots, equation.posed.variables, reading.decimals, equation.posed.graph, equation.slopes,
        formulas,
    )  # fmt: skip
    found, warnings = implicit_derivations(form, equation.dependent, seconds * _STEPS_SHARE)
    text = question.expressions[0]
    equals = _equals(text, tokenize(text))
    return found if equals is None else placed(found, equals.start, len(text)), warnings


def _as_difference(question: Question) -> tuple[Question, list[str]]:
    """The equation as the difference of its sides."""
    text = question.expressions[0]
    tokens = tokenize(text)
    equals = _equals(text, tokens)
    if equals is None:
        return question, [f"{text.strip()} is read as {text.strip()} = 0"]
    joined = f"{text[: equals.start]}-({text[equals.end :]})"
    asked = replace(question, expressions=(joined,))
    try:
        posed(asked)
    except DerivError as error:
        raise _in_equation(error, text, equals.start) from None
    return asked, []


def _in_equation(error: DerivError, text: str, sign: int) -> DerivError:
    """An error about the difference, with its place in the equation."""
    if error.text is None or error.span is None or not error.text.startswith(text[:sign]):
        return error
    return type(error)(error.message, text=text, span=in_text(error.span, sign, len(text)), hint=error.hint)


def _equals(text: str, tokens: Sequence[Token]) -> Token | None:
    """The sign between the sides; named results stand before the last semicolon.

    Raises:
        ParseError: there are several, or a side is empty or a choice.
    """
    depth, first = 0, 0
    found: list[Token] = []
    for k, token in enumerate(tokens):
        depth += (token.text in ("(", "[")) - (token.text in (")", "]"))
        if token.text == ";" and depth == 0:
            found, first = [], k + 1
        elif token.text in ("=", "==") and depth == 0 and token.kind == "op":
            found.append(token)
    if len(found) > 1:
        raise ParseError("an equation has one = sign", text=text, span=found[1].span)
    choice = next((t for t in tokens[first:] if found and t.kind == "name" and t.text == "if"), None)
    if choice is not None:
        raise ParseError("a choice in an equation", text=text, span=choice.span, hint="write where(c, a, b)")
    if found and (found[0].start == tokens[first].start or tokens[-2] == found[0]):
        raise ParseError("a side of the equation is empty", text=text, span=found[0].span)
    return found[0] if found else None


def _equation(question: Question, asked: Question) -> _Equation:
    found = posed(replace(asked, wrt=()))
    if len(found.roots) != 1:
        raise UsageError("one equation is needed, not a list")
    names = list(found.variables)
    dependent = _dependent(question, names)
    graph, function = found.graph, found.roots[0]
    partials = dict(zip(names, gradient(graph, function, names, partial), strict=True))
    build = Builder(graph)
    if build.constant(partials[dependent]) == 0:
        raise UsageError(f"the equation does not determine {dependent}: its derivative by {dependent} is 0")
    slopes: dict[Path, int] = {}
    for name in names:
        if name == dependent:
            continue
        first = build.product([graph.number(-1), build.quotient(partials[name], partials[dependent])])
        slopes[name,] = node = first
        for order in range(2, question.order + 1):
            along, across = gradient(graph, node, [name, dependent], partial)
            node = build.sum([along, build.product([across, first])])
            slopes[(name,) * order] = node
    return _Equation(found, function, dependent, slopes, partials)


def _dependent(question: Question, names: Sequence[str]) -> str:
    glued = next((n for n in names if is_glued(n, names) and n not in question.declared), None)
    if glued is not None:
        raise UsageError(
            f"{glued} would be a variable beside {' and '.join(sorted(set(glued)))}",
            hint=f"write the product {'*'.join(glued)}, or another name",
        )
    if len(names) < 2:
        raise UsageError(f"an equation with {len(names)} variable{'' if len(names) == 1 else 's'} has no curve")
    if len(question.wrt) > 1:
        raise UsageError("one variable depends on the others", hint="write --wrt y")
    wanted = question.wrt[0] if question.wrt else "y"
    if wanted not in names:
        hint = f"write --wrt {names[-1]}; its variables are {', '.join(names)}"
        said = f"the equation has no variable {wanted}" if question.wrt else "which variable depends on the others?"
        raise UsageError(said, hint=hint)
    return wanted


def _points(question: Question, equation: _Equation, order: int) -> tuple[list[CurvePoint], list[str]]:
    """The numbers at each point, and what is to be said of points beside the curve."""
    points = equation.posed.points
    warnings = [w for w in (_off(equation, point) for point in points) if w is not None]
    if not points:
        return [], []
    names = tuple(equation.posed.variables)
    plain = replace(question, wrt=names, order=1, simplify="none", declared=(*question.declared, *names))
    first = answer(plain).points
    second = answer(replace(plain, hessian=True)).points if order > 1 else [None] * len(points)
    found = []
    for point, one, two in zip(points, first, second, strict=True):
        checks = {**(one.checks or {}), **((two.checks or {}) if two is not None else {})}
        slopes = _slopes(equation, point, checks, _by_autograd(equation, one.result, two.result if two else None))
        found.append(CurvePoint({n: float(point[n]) for n in names}, {}, slopes))
    return found, warnings


def _slopes(
    equation: _Equation, point: Mapping[str, Number], checks: Mapping[Any, Check], by_autograd: Mapping[Path, float]
) -> dict[Path, Slope]:
    """Each derivative at a point of the curve."""
    names, paths = list(equation.partials), list(equation.slopes)
    partials = dict(zip(names, values_of(equation.posed.graph, list(equation.partials.values()), point), strict=True))
    missing = no_slope({path: check for path, check in checks.items() if len(path) == 1})
    if missing is not None:
        return dict.fromkeys(paths, missing)
    size = max(abs(float(value)) for value in partials.values())
    if vanishes(partials[equation.dependent], size):
        return dict.fromkeys(paths, _upright(equation.dependent, size == 0))
    exact = values_of(equation.posed.graph, list(equation.slopes.values()), point)
    found = {}
    for path, value in zip(paths, exact, strict=True):
        bad = no_slope(checks) if len(path) > 1 else None
        found[path] = bad or judged(value, by_autograd.get(path), checks)
    return found


def _upright(dependent: str, singular: bool) -> Slope:
    """What there is where the derivative of F by the dependent variable is 0."""
    if singular:
        return Slope("singular", note="all derivatives of F are 0: there need be no one tangent here")
    return Slope("vertical_tangent", note=f"the tangent is parallel to the axis of {dependent}: F has slope 0 by it")


def _by_autograd(equation: _Equation, first: Mapping[Any, Any], second: Mapping[Any, Any] | None) -> dict[Path, float]:
    """The slopes of first and second order from torch's derivatives of F."""
    y = equation.dependent
    found: dict[Path, float] = {}
    for (name,), below in (((n,), first[y,]) for n in equation.partials if n != y):
        if not below or not math.isfinite(below):
            continue
        slope = found[name,] = -first[name,] / below
        if second is not None:
            bend = second[name, name] + 2 * slope * second[name, y] + slope**2 * second[y, y]
            found[name, name] = -bend / below
    return found


def _off(equation: _Equation, point: Mapping[str, Number]) -> str | None:
    """What is to be said of a point that lies on the curve but for rounding.

    Raises:
        PointError: it does not lie on the curve.
    """
    missing = [name for name in equation.posed.variables if name not in point]
    if missing:
        hint = f"a point of the curve has all its variables: add --at {','.join(f'{n}=…' for n in missing)}"
        raise without_value(missing, hint)
    graph, roots = equation.posed.graph, [equation.function, *equation.partials.values()]
    value, *partials = values_of(graph, roots, point)
    at = ", ".join(f"{name} = {float(v):.10g}" for name, v in point.items())
    if value.kind != "number":
        raise PointError(f"the equation is not defined at {at}")
    size = max(1.0, *(abs(float(v)) for v in point.values()))
    if vanishes(value, size):
        return None
    steepness = math.hypot(*(float(p) for p in partials if p.kind == "number"))
    distance = abs(float(value)) / steepness if steepness else math.inf
    if distance <= _NEAR * size:
        return f"{at} is {distance:.1g} beside the curve: the derivatives are those of F at this point"
    left = f"left minus right is {float(value):.6g} there"
    raise PointError(f"{at} is not on the curve: {left}", hint=_nearby(equation, point))


def _nearby(equation: _Equation, point: Mapping[str, Number]) -> str | None:
    """A point of the curve above or below another one, by Newton's method."""
    name = equation.dependent
    near = {**point, name: Fraction(float(point[name]))}
    roots = [equation.function, equation.partials[name]]
    for _ in range(_STEPS):
        value, slope = values_of(equation.posed.graph, roots, near)
        if value.kind != "number" or slope.kind != "number" or not slope.value:
            return None
        step = float(value) / float(slope)
        if not math.isfinite(step):
            return None
        near[name] = Fraction(float(near[name]) - step)
        if abs(step) <= 1e-14 * max(1.0, abs(float(near[name]))):
            return f"near it the curve has {name} = {float(near[name]):.15g}"
    return None
