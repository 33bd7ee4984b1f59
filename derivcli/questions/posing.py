"""A question's expressions in real numbers, read and ready."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from derivcli import asked
from derivcli.closures import mentioned
from derivcli.declarations import declare
from derivcli.engine import in_scalars
from derivcli.errors import PointError, UnsupportedError
from derivcli.graph import Graph
from derivcli.language import Reading, Setting, expand, read, write
from derivcli.language.latex import written_latex
from derivcli.model import Formula, Question
from derivcli.values import Number, value

# Longer readings are not echoed.
_MAX_ECHO = 2_000


@dataclass(frozen=True)
class Posed:
    """What was read.

    Args:
        reading: the expressions as they were typed.
        graph, roots: the same in primitives.
        variables: of all of them, in the order in which they were written.
        points: the exact values that are given.
    """

    reading: Reading
    graph: Graph
    roots: Sequence[int]
    variables: Sequence[str]
    points: Sequence[Mapping[str, Number]]


def posed(question: Question) -> Posed:
    """Read a question whose variables are real numbers.

    Raises:
        DerivError: the expression or a point cannot be read.
        UnsupportedError: there are arrays or complex numbers in it.
    """
    points = []
    for point in question.points:
        exacts = {name: value(given, name, question.seed) for name, given in point}
        array = next((name for name, found in exacts.items() if found.shape), None)
        if array is not None:
            raise PointError(f"{array}: a number is needed here, not an array")
        points.append({name: found.entries[0] for name, found in exacts.items()})
    declarations = declare(question.shapes, {})
    setting = Setting(asked.declared(question), syntax=question.syntax, seed=question.seed)
    reading = read(question.expressions, question.let, setting)
    scalar = in_scalars(question, reading, declarations)
    if scalar is None:
        raise UnsupportedError("this question is about numbers: no variable or result may be an array")
    reading, _ = scalar
    variables = asked.variables(question, reading)
    if "I" in mentioned(reading.graph, reading.roots) - set(variables):
        raise UnsupportedError("this question is about real numbers, and the expression has I in it")
    return Posed(reading, *expand(reading.graph, reading.roots), variables, points)


def read_as(reading: Reading, root: int) -> Formula:
    """An expression as it was understood."""
    text = write(reading.graph, root, _MAX_ECHO)
    return Formula(text, None if text is None else written_latex(reading.graph, root, {}))
