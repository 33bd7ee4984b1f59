"""The exact values at a point in many digits: of the expression, and of each derivative that the check allows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from derivcli.deadline import Expired, deadline
from derivcli.errors import LimitError
from derivcli.graph import Graph
from derivcli.model import Check, Decimals, Digits, Path, Question
from derivcli.numeric.digits import UNDEFINED, digits_of, is_near
from derivcli.numeric.rounding import leading
from derivcli.values import nest
from derivcli.verdict import Component

# Seconds for all digits of one point, unless the question gives more.
DIGITS_SECONDS = 10.0
# Numbers of one point.
MAX_NUMBERS = 1_000
# What a point may be for the formula's value to be the derivative.
_SOUND = ("agree", "disagree", "overflow")

# A graph, its root, and whether values on the way are real.
_Key = tuple[int, int, bool]


@dataclass(frozen=True)
class Limits:
    """How many digits, and the seconds for all of one point."""

    count: int
    seconds: float


def limits(question: Question, count: int) -> Limits:
    """The limits of a question that wants so many digits."""
    return Limits(count, DIGITS_SECONDS if question.timeout is None else question.timeout)


@dataclass(frozen=True)
class Expression:
    """The expression itself: the roots of its components, and their axes."""

    graph: Graph
    roots: Sequence[int]
    shape: Sequence[int]


@dataclass(frozen=True)
class Result:
    """One result: its components, their axes, the floats that were settled before, and the judgement on them."""

    components: Sequence[Component]
    shape: Sequence[int]
    floats: Sequence[float]
    check: Check


def decimals(
    expression: Expression, results: Mapping[Path, Result], point: Mapping[str, Any], wanted: Limits
) -> Decimals:
    """The digits of all numbers at one point.

    Args:
        expression: whose value is wanted.
        results: what was judged.
        point: the exact value of each variable.
        wanted: the digits, and the time for them.

    Raises:
        LimitError: more numbers than are worked out in digits.
    """
    sound = {path: result for path, result in results.items() if result.check.status in _SOUND}
    components = [c for result in sound.values() for c in result.components]
    count = len(expression.roots) + len(components)
    if count > MAX_NUMBERS:
        raise LimitError(f"--digits is for up to {MAX_NUMBERS:,} numbers at a point, and these are {count:,}")
    found: dict[_Key, Digits] = {}
    try:
        with deadline(wanted.seconds):
            for graph, roots, real in _jobs(expression, components):
                for root, digits in digits_of(graph, roots, point, wanted.count, real=real):
                    found[id(graph), root, real] = digits
    except Expired:
        pass
    late = Digits(None, note=f"the digits were not settled within {wanted.seconds:g} s")
    bare = Digits(None, note="without a formula the derivative is known as a float alone")
    values = [found.get((id(expression.graph), root, True), late) for root in expression.roots]
    if len(sound) < len(results):
        # Of what is not defined the checks tell already.
        values = [Digits(None) if value.note == UNDEFINED else value for value in values]
    return Decimals(
        wanted.count,
        nest(values, expression.shape),
        {
            path: nest(
                [
                    _held(found.get((id(c.graph), c.derivative, False), bare if _is_open(c) else late), number)
                    for c, number in zip(result.components, result.floats, strict=True)
                ],
                result.shape,
            )
            for path, result in sound.items()
        },
    )


def _jobs(expression: Expression, components: Sequence[Component]) -> Iterator[tuple[Graph, list[int], bool]]:
    """What is worked out together: roots of one graph, and whether they must be real all the way."""
    yield expression.graph, list(dict.fromkeys(expression.roots)), True
    for key, graph in {id(c.graph): c.graph for c in components}.items():
        roots = dict.fromkeys(c.derivative for c in components if id(c.graph) == key and not _is_open(c))
        yield graph, list(roots), False


def _is_open(component: Component) -> bool:
    """Whether there is no formula to evaluate in as many digits as anybody asks for."""
    return component.graph.nodes[component.derivative].op == "Along"


def _held(digits: Digits, number: float) -> Digits:
    """The digits of a derivative, held against the float that the check settled: by a limit, where formulas mislead."""
    if digits.text is None or math.isnan(number) or is_near(float(leading(digits.text)), number, digits.text):
        return digits
    return Digits(None, note="the derivative is a limit here, known as a float alone")
