"""answer(question): text to graph, graph to formula and program, program to numbers, numbers to verdict."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from derivcli import asked
from derivcli.deadline import Expired, deadline
from derivcli.errors import OutOfTime, PointError, UnsupportedError
from derivcli.language import Reading, expand, read, specials
from derivcli.model import Answer, Array, Check, Path, Point, PointAnswer, Question
from derivcli.task import Task
from derivcli.values import constant

if TYPE_CHECKING:
    from derivcli.symbolic.scalar import Symbolic

# Seconds for reading and symbolic work together, unless the question says otherwise.
DEFAULT_SECONDS = 4.0
# Seconds for autograd, at all points together, unless the question gives more.
AUTOGRAD_SECONDS = 10.0
# Seconds for the exact value at one point.
EXACT_SECONDS = 8.0


def answer(question: Question) -> Answer:
    """The answer to one question.

    Raises:
        DerivError: the question cannot be read, understood or finished in time; nothing else.
    """
    seconds = DEFAULT_SECONDS if question.timeout is None else question.timeout
    try:
        with deadline(seconds):
            reading = read(question.expressions, question.let, asked.declared(question))
            task = _task(question, reading)
            points = [_exact_point(point, task.variables) for point in question.points]
            symbolic = _symbolic(task, question, points, seconds)
    except Expired:
        hint = "a longer limit is set by --timeout SECONDS"
        raise OutOfTime(f"out of time after {seconds:g} s of reading and symbolic work", hint=hint) from None
    return Answer(
        kind=task.kind,
        text=reading.text,
        expression=symbolic.read_as,
        variables=dict.fromkeys(task.variables, ()),
        wrt=tuple(asked.wrt(question, reading)),
        order=asked.order(question),
        derivatives=symbolic.formulas,
        points=_answered(task, question, symbolic, points) if points else (),
        warnings=tuple(dict.fromkeys([*reading.warnings, *symbolic.warnings])),
        program=symbolic.source,
    )


def _task(question: Question, reading: Reading) -> Task:
    variables = asked.variables(question, reading)
    kind, plan = asked.plan(question, reading.vector, asked.wrt(question, reading))
    used = {reading.graph.nodes[i].value for i in reading.graph.reachable(reading.roots)}
    if question.points and "I" in used - set(variables):
        hint = "give I a value to make it a variable"
        raise UnsupportedError("I is the imaginary unit: complex values are not computed yet", hint=hint)
    graph, roots = expand(reading.graph, reading.roots)
    decimals = reading.decimals and not question.exact
    return Task(reading.text, graph, roots, reading.vector, variables, kind, plan, decimals)


def _symbolic(task: Task, question: Question, points: Sequence[Mapping[str, Any]], seconds: float) -> Symbolic:
    from derivcli.formulas import derive

    trial = points[0] if points else {}
    return derive(task, trial, simplify=question.simplify, seconds=seconds, full=question.full)


def _exact_point(point: Point, variables: Sequence[str]) -> dict[str, Any]:
    """The exact value of every variable at a point."""
    given = dict(point)
    missing = [v for v in variables if v not in given]
    if missing:
        message = f"{' and '.join(missing)} {'has' if len(missing) == 1 else 'have'} no value at this point"
        raise PointError(message, hint=f"add --at {','.join(f'{v}=…' for v in missing)}")
    return {v: constant(given[v], v) for v in variables}


def _answered(
    task: Task, question: Question, symbolic: Symbolic, points: Sequence[Mapping[str, Any]]
) -> tuple[PointAnswer, ...]:
    """Autograd for all points in one call, then the verdict for each of them."""
    from derivcli.numeric.autodiff import differentiate
    from derivcli.verdict import Subject

    columns = {v: [float(point[v]) for point in points] for v in task.variables}
    seconds = AUTOGRAD_SECONDS if question.timeout is None else question.timeout
    values, results = differentiate(symbolic.source, columns, task.plan, question.dtype, question.device, seconds)
    marked = specials(task.graph, task.roots)
    subject = Subject(task, marked, symbolic.graph, symbolic.shown, symbolic.on_the_way)
    answers = []
    for k, point in enumerate(points):
        found = {path: [component[k] for component in results[path]] for path in task.plan}
        exact, checks = _judged(subject, point, found, question.dtype) if question.check else (None, None)
        answers.append(
            PointAnswer(
                at={v: columns[v][k] for v in task.variables},
                value=_shaped(task, [v[k] for v in values]),
                result=_shaped_all(task, found),
                symbolic=None if exact is None else _shaped_all(task, exact),
                checks=checks,
            )
        )
    return tuple(answers)


def _shaped_all(task: Task, results: Mapping[Path, list[float]]) -> dict[Path, Array]:
    return {path: _shaped(task, components) for path, components in results.items()}


def _shaped(task: Task, components: list[float]) -> Array:
    return list(components) if task.vector else components[0]


def _judged(
    subject: Any, point: Mapping[str, Any], found: Mapping[Path, list[float]], dtype: str
) -> tuple[Mapping[Path, list[float]], Mapping[Path, Check]]:
    from derivcli.verdict import judge

    try:
        with deadline(EXACT_SECONDS):
            judgement: tuple[Mapping[Path, list[float]], Mapping[Path, Check]] = judge(subject, point, found, dtype)
            return judgement
    except Expired:
        note = f"the exact value was not settled within {EXACT_SECONDS:g} s"
        nothing = {path: [math.nan] * len(numbers) for path, numbers in found.items()}
        return nothing, {path: Check("unchecked", note=note) for path in found}
