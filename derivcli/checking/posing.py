"""A question and its claim, read and ready to be compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from derivcli.checking.problem import Problem
from derivcli.declarations import Declarations, declare
from derivcli.errors import DerivError, UnsupportedError, without_value
from derivcli.graph import Graph
from derivcli.language import Reading, Setting, read
from derivcli.model import Formula, Path, Question
from derivcli.values import Exacts, value


@dataclass(frozen=True)
class Posed:
    """What is ready to be compared.

    Args:
        text, expression: the expression as it was written and as it was read.
        claimed_text, claimed: the claim as it was written and as it was read.
        variables: the variables with their shapes in numbers.
        problem: the numbers to compare.
        shapes: for each result the axes of its numbers.
        points: the points that are given.
        warnings: what was noticed.
    """

    text: str
    expression: Formula
    claimed_text: str
    claimed: Formula
    variables: Mapping[str, tuple[int, ...]]
    problem: Problem
    shapes: Mapping[Path, tuple[int, ...]]
    points: Sequence[Mapping[str, Any]]
    warnings: Sequence[str]


def given_points(question: Question) -> tuple[list[dict[str, Exacts]], Declarations]:
    """The values at the points, and the shapes of the variables."""
    points = [{name: value(given, name, question.seed) for name, given in point} for point in question.points]
    return points, declare(question.shapes, {name: v.shape for point in points for name, v in point.items()})


def complete(point: Mapping[str, Exacts], names: Sequence[str]) -> dict[str, Exacts]:
    """The value of every variable at a point, in order."""
    missing = [name for name in names if name not in point]
    if missing:
        raise without_value(missing, "give every variable a value, or leave the point out")
    return {name: point[name] for name in names}


def read_part(text: str, let: Sequence[tuple[str, str]], setting: Setting) -> Reading:
    """A claim, or a part of it; an error says that it is about the claim."""
    try:
        return read([text], let, setting)
    except DerivError as error:
        raise type(error)(f"in the claim: {error.message}", text=error.text, span=error.span, hint=error.hint) from None


def no_loops(graph: Graph, condition: int) -> bool:
    """What a reading asks at a loop or choice: there is no one point to follow it at."""
    hint = "write the choice as `a if c else b`, and the loop's steps one by one"
    raise UnsupportedError("a loop or choice runs at one point, and a claim is compared at many", hint=hint)
