"""The numbers of an answer: autograd for all points in one call, then the verdict for each of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from derivcli import beyond, helper
from derivcli.deadline import Expired, deadline
from derivcli.language import specials
from derivcli.model import Answer, Check, Decimals, Nested, Path, PointAnswer, Question
from derivcli.task import Symbolic, Task
from derivcli.values import nest

if TYPE_CHECKING:
    from derivcli.verdict import Subject

# Seconds for autograd, at all points together, unless the question gives more.
AUTOGRAD_SECONDS = 10.0
# Seconds for the exact value at one point; so many nodes of the expression give another second.
EXACT_SECONDS, NODES_A_SECOND = 8.0, 5_000

# An iteration over points.
Watch = Callable[[Sequence[Any]], Iterable[Any]]
# The exact values at a point, and the checks against them.
_Judged = tuple[Mapping[Path, list[float]], Mapping[Path, Check]]


def at_points(
    plain: Answer, task: Task, question: Question, symbolic: Symbolic, points: Sequence[Mapping[str, Any]], watch: Watch
) -> Answer:
    """The answer with its points: in complex numbers where they are wanted, or where real ones do not lead to it.

    Args:
        plain: the answer without points.
        task: what is asked.
        question: with its options.
        symbolic: the formulas and their graphs, and the torch program.
        points: for each variable its exact value.
        watch: iterates over the points.
    """
    from derivcli.verdict import subject

    seconds = AUTOGRAD_SECONDS if question.timeout is None else question.timeout
    judged = subject(task, specials(task.graph, task.roots), symbolic)
    if task.numbers != "real":
        return replace(plain, points=beyond.answered(task, question, judged, points, seconds))
    answers = _answered(task, question, symbolic.source, judged, points, watch)
    answers, said = beyond.retried(task, question, judged, points, answers, seconds)
    return replace(plain, points=answers, warnings=(*plain.warnings, *said))


def _answered(
    task: Task,
    question: Question,
    source: str,
    judged: Subject,
    points: Sequence[Mapping[str, Any]],
    watch: Watch,
) -> tuple[PointAnswer, ...]:
    """Autograd for all points in one call, then the verdict for each of them."""
    from derivcli.orders import differentiated

    columns = {v: [float(point[v]) for point in points] for v in task.variables}
    seconds = AUTOGRAD_SECONDS if question.timeout is None else question.timeout
    options = (question.dtype, question.device, seconds)
    values, results = helper.call(helper.NUMBERS, differentiated, task, source, columns, *options)
    answers = []
    for k, point in enumerate(watch(points)):
        found = {path: [component[k] for component in results[path]] for path in task.plan}
        judgement = _judged(judged, point, found, question) if question.check else None
        exact, checks = judgement or (None, None)
        answers.append(
            PointAnswer(
                at={v: columns[v][k] for v in task.variables},
                value=_shaped(task, [v[k] for v in values]),
                result=_shaped_all(task, found),
                symbolic=None if exact is None else _shaped_all(task, exact),
                checks=checks,
                decimals=_decimals(question, task, judged, point, judgement) if judgement and question.digits else None,
            )
        )
    return tuple(answers)


def _decimals(question: Question, task: Task, judged: Any, point: Mapping[str, Any], judgement: _Judged) -> Decimals:
    """The exact values at one point in many digits."""
    from derivcli.decimals import Expression, Result, decimals, limits

    exact, checks = judgement
    results = {p: Result(c, judged.shapes[p], exact[p], checks[p]) for p, c in judged.components.items()}
    wanted = limits(question, question.digits or 0)
    return decimals(Expression(task.graph, task.roots, task.shape), results, point, wanted)


def _shaped_all(task: Task, results: Mapping[Path, list[float]]) -> dict[Path, Nested]:
    return {path: _shaped(task, components) for path, components in results.items()}


def _shaped(task: Task, components: list[float]) -> Nested:
    return nest(components, task.shape)


def _judged(subject: Any, point: Mapping[str, Any], found: Mapping[Path, list[float]], question: Question) -> _Judged:
    from derivcli.verdict import judge

    seconds = max(EXACT_SECONDS + len(subject.graph.nodes) / NODES_A_SECOND, question.timeout or 0)
    try:
        with deadline(seconds):
            judgement = judge(subject, point, found, question.dtype)
            return judgement.symbolic, judgement.checks
    except Expired:
        note = f"the exact value was not settled within {seconds:g} s"
        nothing = {path: [math.nan] * len(numbers) for path, numbers in found.items()}
        return nothing, {path: Check("unchecked", note=note) for path in found}
