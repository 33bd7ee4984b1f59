"""`deriv taylor`: the Taylor polynomial with exact coefficients, each held against a second computation in numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from derivcli.deadline import Expired, deadline, undisturbed
from derivcli.engine import DEFAULT_SECONDS
from derivcli.errors import OutOfTime, UnsupportedError, UsageError
from derivcli.findings import Taylor, Term
from derivcli.graph import Graph
from derivcli.language import partial, specials
from derivcli.model import Formula, Question
from derivcli.numeric.exact import evaluate
from derivcli.questions.polynomial import polynomial, product, remainder
from derivcli.questions.posing import Posed, posed, read_as
from derivcli.values import Number

# The highest order, and the most terms of a polynomial in several variables.
MAX_ORDER, MAX_TERMS = 60, 1_000
# The part of the time for short forms of the coefficients.
_FORMS_SHARE = 0.2
# A polynomial is tried so near the point that what is left has so many zeros; where that is not near enough, more.
_DIGITS = (100, 300)

if TYPE_CHECKING:
    from derivcli.symbolic.polynomials import Expanded


@dataclass(frozen=True)
class _Place:
    """The expression, and the point it is expanded about."""

    posed: Posed
    point: Mapping[str, Number]
    order: int

    @property
    def parameters(self) -> list[str]:
        return [name for name in self.posed.variables if name not in self.point]


@dataclass(frozen=True)
class _Found:
    """The terms, for each variable x - x0, and whether nothing is left."""

    terms: Sequence[Term]
    steps: Mapping[str, Formula]
    ends: bool


def taylor(question: Question) -> Taylor:
    """The Taylor polynomial of the question's order about its point.

    Args:
        question: the expression; variables that have no value are parameters. Without a point it is 0.

    Raises:
        DerivError: it cannot be read, or has no Taylor polynomial there.
    """
    if not 0 <= question.order <= MAX_ORDER:
        raise UsageError(f"--order of a Taylor polynomial is from 0 to {MAX_ORDER}, not {question.order}")
    seconds = DEFAULT_SECONDS if question.timeout is None else question.timeout
    try:
        with deadline(seconds):
            return _answered(_place(question), seconds)
    except Expired:
        hint = "a longer limit is set by --timeout SECONDS, a lower order by --order"
        raise OutOfTime(f"out of time after {seconds:g} s", hint=hint) from None


def _place(question: Question) -> _Place:
    found = posed(question)
    if len(found.roots) > 1:
        raise UsageError("a Taylor polynomial is of one expression, and these are several")
    if len(found.points) > 1:
        raise UsageError("a Taylor polynomial has one point", hint="ask for one at a time")
    if not found.variables:
        raise UsageError("the expression has no variable to expand in")
    if not found.points and len(found.variables) > 1:
        hint = f"add --at {found.variables[0]}=0; variables without a value are parameters"
        raise UsageError("which of the variables it is expanded in is said by --at", hint=hint)
    point = found.points[0] if found.points else {found.variables[0]: Fraction(0)}
    if math.comb(len(point) + question.order, question.order) > MAX_TERMS:
        raise UsageError(f"more than {MAX_TERMS:,} terms", hint="ask for a lower --order")
    return _Place(found, point, question.order)


def _answered(place: _Place, seconds: float) -> Taylor:
    reading, root = place.posed.reading, place.posed.roots[0]
    warnings = list(reading.warnings)
    try:
        found = _found(place, seconds)
    except UnsupportedError as error:
        raise UnsupportedError(error.message, text=reading.text, span=error.span, hint=error.hint) from None
    terms = sorted(found.terms, key=lambda t: (sum(t.powers.values()), [-n for n in t.powers.values()]))
    names = list(place.point)
    if not place.parameters and evaluate(place.posed.graph, [root], place.point, real=True).roots[0].kind != "number":
        at = ", ".join(f"{name} = {float(v):g}" for name, v in place.point.items())
        warnings.append(f"the expression itself is not defined at {at}: the polynomial is that of its limit there")
    if place.parameters:
        warnings.append(f"for parameters ({', '.join(place.parameters)}) with which every part is defined")
    return Taylor(
        text=reading.text,
        expression=read_as(reading, reading.roots[0]),
        variables=tuple(dict.fromkeys([*names, *place.posed.variables])),
        at={name: float(v) for name, v in place.point.items()},
        order=place.order,
        terms=tuple(terms),
        polynomial=polynomial(terms, found.steps),
        remainder=None if found.ends else remainder(found.steps, place.order + 1),
        warnings=tuple(dict.fromkeys(warnings)),
    )


def _found(place: _Place, seconds: float) -> _Found:
    """Terms with exact coefficients, confirmed by numbers."""
    with undisturbed():
        from derivcli.symbolic.laurent import Undecided
        from derivcli.symbolic.polynomials import Site, expanded

    graph, root, begins = _with_begins(place)
    site = Site(graph, root, begins, partial, dict(specials(graph, [root])), place.posed.reading.decimals)
    try:
        found = expanded(site, place.order, seconds * _FORMS_SHARE)
    except Undecided as doubt:
        raise UnsupportedError(f"the coefficients are not found: {doubt}") from None
    except RecursionError:  # of SymPy's
        raise UnsupportedError("the coefficients are not found: SymPy knows no form of them") from None
    _confirm(place, found)
    values = {}
    if not place.parameters:
        numbers = evaluate(found.graph, list(found.roots.values()), {}, real=False).roots
        values = dict(zip(found.roots, map(float, numbers), strict=True))
    terms = [
        Term(exponents, product(found.steps, exponents), formula, values.get(powers))
        for powers, formula in found.coefficients.items()
        for exponents in [dict(zip(place.point, powers, strict=True))]
    ]
    return _Found(terms, found.steps, found.ends)


def _with_begins(place: _Place) -> tuple[Graph, int, dict[str, int]]:
    """The expression in a graph of its own, with the point's values as nodes."""
    graph = Graph()
    (root,) = place.posed.graph.copy_into(graph, place.posed.roots[:1], lambda *_: None)
    begins = {}
    for name, number in place.point.items():
        if isinstance(number, Fraction):
            begins[name] = graph.number(number)
        else:
            (begins[name],) = number.graph.copy_into(graph, [number.root], lambda *_: None)
    return graph, root, begins


def _confirm(place: _Place, found: Expanded) -> None:
    """Hold the polynomial against the expression's own values, in many digits, close by on both sides.

    What is left of order n + 1 shrinks by 2**(n + 1) when the distance is halved; were a coefficient wrong, it would
    shrink by 2**n at most.

    Raises:
        UnsupportedError: it does not.
    """
    graph, rest = _rest(place, found)
    for side in (1, -1):
        for digits in _DIGITS:
            size = Fraction(side, 10 ** (digits // (place.order + 1)))
            left, closer = (_left(place, graph, rest, step) for step in (size, size / 2))
            if left is None or closer is None:
                if place.parameters:
                    break  # these parameters may be none that the expression takes
            elif not closer or closer <= left * 0.7 / 2**place.order:
                break
        else:
            raise UnsupportedError("the polynomial is not confirmed by the expression's values beside the point")


def _rest(place: _Place, found: Expanded) -> tuple[Graph, int]:
    """The expression less its polynomial, as a node; the distances from the point are variables of their own."""
    graph, root, _ = _with_begins(place)
    terms = []
    copied = found.graph.copy_into(graph, list(found.roots.values()), lambda *_: None)
    for powers, exact in zip(found.roots, copied, strict=True):
        steps = [
            graph.add("pow", (graph.variable(f"step of {name}"), graph.number(n)))
            for name, n in zip(place.point, powers, strict=True)
        ]
        terms.append(graph.add("mul", (exact, *steps)))
    return graph, graph.add("add", (root, *(graph.add("neg", (t,)) for t in terms)))


def _left(place: _Place, graph: Graph, rest: int, step: Fraction) -> Any:
    """How much is left at a distance; None where the expression is not defined there."""
    steps = {name: step * (1 + Fraction(k, 3)) * (-1) ** k for k, name in enumerate(place.point)}
    near: dict[str, Any] = {name: begin + steps[name] for name, begin in place.point.items()}
    near |= {f"step of {name}": moved for name, moved in steps.items()}
    near |= {name: Fraction(6180 + 1377 * k, 9973) for k, name in enumerate(place.parameters)}
    (left,) = evaluate(graph, [rest], near, real=not place.parameters).roots
    return abs(left.value) if left.kind == "number" else None
