"""One point in complex numbers: autograd against the exact derivative where not everything is real."""

from __future__ import annotations

import cmath
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from derivcli.graph import Graph
from derivcli.model import Check, Path
from derivcli.numeric.complexes import real_root
from derivcli.numeric.exact import Exact, evaluate
from derivcli.verdict.beside import STEP
from derivcli.verdict.case import DIGITS, TOLERANCE
from derivcli.verdict.slopes import Slope, slope
from derivcli.verdict.subject import Component, Subject
from derivcli.verdict.wording import CLASSES, apart, named

# Rounding errors that may add up where a derivative is exactly 0.
_ROUNDINGS = 16


@dataclass(frozen=True)
class Found:
    """What torch computed at a point in complex numbers.

    Args:
        values: of the roots, in order.
        results: for each result its components.
        dtype: of the parts.
    """

    values: Sequence[complex]
    results: Mapping[Path, Sequence[complex]]
    dtype: str


@dataclass
class ComplexJudgement:
    """What is known of a point in complex numbers, of the results that can be told.

    Args:
        values: of the roots; NaN where a value is not real, unless complex numbers are wanted.
        results: autograd's numbers.
        symbolic: the exact values.
        checks: the one against the other.
        used: for each result taken in place of a real one, where the expression is not real on the way.
    """

    values: list[complex]
    results: dict[Path, list[complex]] = field(default_factory=dict)
    symbolic: dict[Path, list[complex]] = field(default_factory=dict)
    checks: dict[Path, Check] = field(default_factory=dict)
    used: dict[Path, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Judged:
    """One number: what is printed of autograd's and of the exact one, and the check."""

    found: complex
    exact: complex
    check: Check


@dataclass(frozen=True)
class Plane:
    """How a point is looked at in complex numbers.

    Args:
        subject: the expression and its derivatives.
        point: the exact value of each variable.
        wanted: whether complex numbers are what was asked for; otherwise only real results are taken.
        holomorphic: whether variables are complex.
    """

    subject: Subject
    point: Mapping[str, Any]
    wanted: bool
    holomorphic: bool

    def values(self, graph: Graph, roots: Sequence[int]) -> list[Exact]:
        """The exact values of nodes at the point."""
        return evaluate(graph, roots, self.point, real=False, complex_too=True).roots

    def not_real(self, root: int) -> int | None:
        """The first node below a root that is not real at the point."""
        return evaluate(self.subject.graph, [root], self.point, real=True).roots[0].node


def judge_complex(plane: Plane, roots: Sequence[int], found: Found, paths: Sequence[Path]) -> ComplexJudgement:
    """Judge results in complex numbers; those that say no more than the real judgement are left out.

    Args:
        plane: how the point is looked at.
        roots: of the expression.
        found: what torch computed.
        paths: the results in question.
    """
    subject = plane.subject
    values = dict(zip(roots, plane.values(subject.graph, roots), strict=True))
    judgement = ComplexJudgement([_value(plane, values[r], v) for r, v in zip(roots, found.values, strict=True)])
    for path in paths:
        components = subject.components[path]
        exacts = [plane.values(c.graph, [c.derivative])[0] for c in components]
        scale = max((abs(e.value) for e in exacts if e.kind == "number"), default=0.0)
        judged: list[_Judged] = []
        for c, exact, f in zip(components, exacts, found.results[path], strict=True):
            case = _Case(plane, c, f, float(scale), found.dtype)
            number = case.judge(values[c.root], exact)
            if number is None:
                break
            judged.append(number)
        else:
            worst = min(judged, key=lambda j: (j.check.status == "agree", j.check.digits or 0.0))
            place = judged.index(worst)
            judgement.results[path] = [j.found for j in judged]
            judgement.symbolic[path] = [j.exact for j in judged]
            judgement.checks[path] = worst.check
            if not plane.wanted and worst.check.status != "outside_domain":
                judgement.used[path] = subject.words(plane.not_real(components[place].root))
    return judgement


def _value(plane: Plane, exact: Exact, found: complex) -> complex:
    """The value as it is printed: torch's, real where the exact one is, and NaN where no complex number is wanted."""
    if exact.kind == "number" and not isinstance(exact.plain(), complex):
        close = abs(found - exact.plain()) <= TOLERANCE["float32"][0] * (abs(exact.plain()) or 1.0)
        return found.real if close else found
    return found if plane.wanted else math.nan


@dataclass(frozen=True)
class _Case:
    """One number to judge: autograd's `found` for a component, `scale` the largest entry of its array."""

    plane: Plane
    component: Component
    found: complex
    scale: float
    dtype: str

    def judge(self, value: Exact, exact: Exact) -> _Judged | None:
        """The judgement; None where the real one says as much."""
        if value.kind != "number":
            return self._without_value(value) if self.plane.wanted else None
        slope = self._slope(exact)
        if slope.kind != "smooth":
            return self._broken(slope, exact) if self.plane.wanted else None
        other = slope.value is not None
        if other:
            exact = Exact("number", slope.settled())
        if exact.kind != "number":
            note = "the derivative's exact value could not be had"
            return _Judged(self.found, math.nan, Check("unchecked", note=note)) if self.plane.wanted else None
        check = self._compare(exact, float(abs(value.value)))
        if other:
            note = "the formula is on another branch here: the derivative is known by differences"
            check = replace(check, note=f"{check.note}; {note}" if check.note else note)
        number = exact.plain()
        found = self.found.real if check.status == "agree" and not isinstance(number, complex) else self.found
        if self.plane.wanted:
            return _Judged(found, number, check)
        return self._real(value, slope.is_real, _Judged(found, number, check))

    def _real(self, value: Exact, is_real: bool, judged: _Judged) -> _Judged:
        """What is taken of a complex judgement where real numbers are wanted."""
        node = self.plane.not_real(self.component.root)
        place, meant = self.plane.subject.words(node), real_root(self.plane.subject.graph, node)
        span = None if node is None else self.plane.subject.graph.spans[node]
        plain, check = value.plain(), judged.check
        if is_real and not isinstance(plain, complex) and not isinstance(judged.exact, complex):
            said = f"worked out in complex numbers: {place} is not real here"
            said = f"{check.note}; {said}" if check.note else said
            return _Judged(judged.found, judged.exact, replace(check, note=said))
        note = f"{place} is not real here" + (f" (the real root is written {meant})" if meant else "")
        if isinstance(plain, complex):
            note += f"; the value of the expression is {written(plain)}"
        elif not isinstance(judged.exact, complex):
            note += "; beside this point the expression is not real"
        if isinstance(judged.exact, complex):
            note += f"; its derivative is {written(judged.exact)}"
            return _Judged(math.nan, math.nan, Check("outside_domain", note=note, span=span))
        if check.status != "agree":
            note += f"; of complex numbers autograd returned {written(judged.found)}"
            return _Judged(math.nan, judged.exact, Check("outside_domain", note=note, span=span))
        note += ", and the derivative that of the complex function"
        return _Judged(judged.found, judged.exact, replace(check, status="outside_domain", note=note, span=span))

    def _without_value(self, value: Exact) -> _Judged:
        if value.kind == "undefined":
            note = (
                f"{self.plane.subject.words(value.node)} is not defined here; autograd returned {written(self.found)}"
            )
            return _Judged(self.found, math.nan, Check("outside_domain", note=note))
        if value.kind == "infinite":
            return _Judged(self.found, math.nan, Check("overflow", note="the value is too large for any float"))
        note = "the exact value could not be settled in as many digits as are tried"
        return _Judged(self.found, math.nan, Check("unchecked", note=note))

    def _broken(self, slope: Slope, exact: Exact) -> _Judged:
        """A point without a derivative; the formula's value is shown all the same."""
        said = CLASSES[slope.kind]
        if slope.kind == "jump":
            said = "jumps here, as functions do across a branch cut: there is no derivative"
        note = f"the expression {said}; autograd returned {written(self.found)}"
        return _Judged(self.found, exact.plain(), Check(slope.kind, note=note))

    def _slope(self, exact: Exact) -> Slope:
        """Whether every derivative up to the one in question is what difference quotients say of the one before.

        `value` is set where the last of them is another, and is known by its quotients alone.
        """
        c, plane = self.component, self.plane
        stages = [(plane.subject.graph, c.root), *((c.graph, node) for node in (*c.on_the_way, c.derivative))]
        found = Slope("smooth")
        for order, ((graph, node), after, name) in enumerate(zip(stages, stages[1:], c.along, strict=False)):
            found = slope(graph, node, name, plane.point, plane.holomorphic)
            last = order == len(c.along) - 1
            derivative = exact if last else plane.values(after[0], [after[1]])[0]
            if found.kind != "smooth":
                return found
            if derivative.kind == "number" and _near(found, derivative.value):
                continue
            if order == 0 and last:
                return found
            return Slope("unchecked")
        return replace(found, value=None)

    def _compare(self, exact: Exact, size: float) -> Check:
        """Autograd's number against the derivative of a value of some size."""
        number, found = exact.plain(), complex(self.found)
        tolerance, bits = TOLERANCE[self.dtype]
        if cmath.isnan(found):
            note = "torch found no complex number: a function on the way is none that it has for complex arguments"
            return Check("unchecked", note=note)
        if not cmath.isfinite(complex(number)) or not cmath.isfinite(found):
            return Check("overflow", note="the derivative is too large for any float")
        error = abs(found - number)
        if number == 0:
            agrees = error <= _ROUNDINGS * max(self.scale, size) * 2.0**-bits
            status = "agree" if agrees else "disagree"
            said = None if agrees else apart(abs(found), 0.0)
            return Check(status, error, DIGITS[self.dtype][0] if error == 0 else None, said)
        relative = error / abs(number)
        most = DIGITS[self.dtype][0]
        digits = abs(max(0.0, round(min(most, -math.log10(relative)) if relative else most, 1)))
        if error <= tolerance * max(self.scale, abs(number)) or error <= self._blur(exact, bits):
            return Check("agree", error, digits)
        note = f"autograd returned {written(found, 17)}; the derivative is {written(number, 17)}"
        return Check("disagree", error, digits, note)

    def _blur(self, exact: Exact, bits: int) -> float:
        """How far the derivative moves when each variable moves by half a unit in the last place of its float."""
        total = 0.0
        for name, value in self.plane.point.items():
            _, exponent = math.frexp(abs(complex(value)))
            moved = {**self.plane.point, name: value + Fraction(2) ** (exponent - bits - 1) * STEP}
            c = self.component
            (there,) = evaluate(c.graph, [c.derivative], moved, real=False, complex_too=True).roots
            if there.kind == "number":
                total += float(abs(there.value - there.value.context.convert(exact.value)) * STEP.denominator)
        return total


def _near(found: Slope, derivative: Any) -> bool:
    """Whether difference quotients say what a derivative's value is, but for the step."""
    difference = abs(found.value - found.value.context.convert(derivative))
    return bool(difference <= 1e-9 * abs(found.value) + found.error)


def written(value: complex, digits: int = 6) -> str:
    """A number in words, with so many digits."""
    if not isinstance(value, complex) or value.imag == 0:
        return named(value.real) if digits == 6 else f"{value.real:.{digits}g}"
    if not cmath.isfinite(value):
        return "NaN"
    sign, imaginary = "-" if value.imag < 0 else "+", f"{abs(value.imag):.{digits}g}*I"
    if value.real == 0:
        return f"{'-' if value.imag < 0 else ''}{imaginary}"
    return f"{value.real:.{digits}g} {sign} {imaginary}"
