"""Points in complex numbers: where they are asked for, and where a real answer is not real on the way."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from derivcli import catalog, helper
from derivcli.closures import binds
from derivcli.deadline import Expired, deadline
from derivcli.errors import UnsupportedError, UsageError
from derivcli.model import Check, Nested, Path, PointAnswer, Question
from derivcli.numeric.complexes import without_complex_derivative
from derivcli.programs import complex_source
from derivcli.task import Task
from derivcli.values import nest
from derivcli.verdict import ComplexJudgement, Found, Plane, Subject, judge_complex

# Imaginary parts of so many rounding errors are none, where nothing more is known.
_ROUNDINGS = 16
# A point: the exact value of each variable.
_Exact = Mapping[str, Any]


def check_complex(task: Task, question: Question) -> None:
    """Whether a task can be done in complex numbers, if it is to be.

    Raises:
        UnsupportedError: a function has no complex derivative, or is not known for complex arguments.
        UsageError: an option that is for real numbers alone.
    """
    if task.numbers == "real":
        return
    if binds(task.graph, task.roots):
        raise UnsupportedError("integrals, sums and products go with real numbers alone")
    if question.digits is not None:
        raise UsageError("--digits is for real numbers", hint="leave it out where numbers are complex")
    if question.literal:
        hint = "--literal and lint take neither I nor --complex"
        raise UnsupportedError("complex numbers are not computed as they were typed", hint=hint)
    if task.numbers != "complex":
        return
    node = without_complex_derivative(task.graph, task.roots)
    if node is not None:
        op = task.graph.nodes[node].op
        what = "a choice" if op not in catalog.KEYS else f"the function {catalog.KEYS[op].name}"
        hint = "leave --complex out: variables are real then"
        if op == "root":
            hint = "the principal root is x**(1/n)"
        raise UnsupportedError(
            f"{what} has no complex derivative", text=task.text, span=task.graph.spans[node], hint=hint
        )


def answered(
    task: Task, question: Question, subject: Subject, points: Sequence[_Exact], seconds: float
) -> tuple[PointAnswer, ...]:
    """The answers at points where complex numbers are wanted.

    Args:
        task: of complex numbers.
        question: for the dtype, and whether to check.
        subject: what is judged.
        points: the exact values.
        seconds: for autograd, then for the exact values of each point.
    """
    number = complex if task.numbers == "complex" else float
    columns = {v: [number(point[v]) for point in points] for v in task.variables}
    answers = []
    for k, (point, found) in enumerate(zip(points, _found(task, question, columns, seconds), strict=True)):
        plane = Plane(subject, point, wanted=True, holomorphic=task.numbers == "complex")
        at = {v: _plain(columns[v][k]) for v in task.variables}
        rounded = _unproven(found)
        plain = PointAnswer(at, _nested(task, rounded.values), _all(task, rounded.results), None, None)
        if question.check:
            judged = _judged(plane, task, found, list(task.plan), seconds)
            if judged is None:
                checks = {path: Check("unchecked", note=_late(seconds)) for path in task.plan}
                nothing = {path: [math.nan] * len(numbers) for path, numbers in found.results.items()}
                plain = replace(plain, symbolic=_all(task, nothing), checks=checks)
            else:
                plain = replace(
                    plain, value=_nested(task, judged.values), result=_all(task, judged.results),
                    symbolic=_all(task, judged.symbolic), checks=judged.checks,
                )  # fmt: skip
        answers.append(plain)
    return tuple(answers)


def retried(
    task: Task, question: Question, subject: Subject, points: Sequence[_Exact], answers: Sequence[PointAnswer],
    seconds: float,
) -> tuple[tuple[PointAnswer, ...], list[str]]:  # fmt: skip
    """The answers with those points worked out in complex numbers where the expression is not real on the way.

    Args:
        task: of real numbers.
        question: for the dtype.
        subject: what is judged.
        points: the exact values.
        answers: at the points, judged in real numbers.
        seconds: for autograd, then for the exact values of each point.

    Returns:
        The answers, and what a reader should be told of them.
    """
    outside = [k for k, a in enumerate(answers) if any(c.status == "outside_domain" for c in (a.checks or {}).values())]
    if not outside or binds(task.graph, task.roots):
        return tuple(answers), []
    columns = {v: [float(points[k][v]) for k in outside] for v in task.variables}
    new, places = list(answers), dict[str, None]()
    for k, found in zip(outside, _found(task, question, columns, seconds), strict=True):
        checks = answers[k].checks or {}
        paths = [path for path in task.plan if checks[path].status == "outside_domain"]
        plane = Plane(subject, points[k], wanted=False, holomorphic=False)
        judged = _judged(plane, task, found, paths, seconds)
        if judged is None or not judged.results:
            continue
        places.update(dict.fromkeys(judged.used.values()))
        real = answers[k]
        new[k] = replace(
            real,
            value=_nested(task, judged.values) if judged.used else real.value,
            result={**real.result, **_all(task, judged.results)},
            symbolic={**(real.symbolic or {}), **_all(task, judged.symbolic)},
            checks={**checks, **judged.checks},
        )
    return tuple(new), [f"worked out in complex numbers: {place} is not real on the way" for place in places]


def _found(task: Task, question: Question, columns: Mapping[str, Sequence[complex]], seconds: float) -> list[Found]:
    """What torch computes in complex numbers, point by point."""
    options = (question.dtype, question.device, seconds)
    values, results = helper.call(helper.NUMBERS, _by_torch, complex_source(task), columns, task.plan, *options)
    count = len(values[0])
    return [
        Found([v[k] for v in values], {p: [c[k] for c in found] for p, found in results.items()}, question.dtype)
        for k in range(count)
    ]


def _by_torch(*asked: Any) -> Any:
    from derivcli.numeric.autodiff import differentiate_complex

    return differentiate_complex(*asked)


def _judged(plane: Plane, task: Task, found: Found, paths: Sequence[Path], seconds: float) -> ComplexJudgement | None:
    """The judgement on one point; None where it takes too long."""
    try:
        with deadline(seconds):
            return judge_complex(plane, task.roots, found, paths)
    except Expired:
        return None


def _late(seconds: float) -> str:
    return f"the exact value was not settled within {seconds:g} s"


def _all(task: Task, results: Mapping[Path, Sequence[complex]]) -> dict[Path, Nested]:
    return {path: _nested(task, components) for path, components in results.items()}


def _nested(task: Task, components: Sequence[complex]) -> Nested:
    return nest([_plain(c) for c in components], task.shape)


def _plain(value: complex) -> complex:
    """A number as a float where it is real."""
    if not isinstance(value, complex):
        return value
    if math.isnan(value.real) or math.isnan(value.imag):
        return math.nan
    return value.real + 0.0 if value.imag == 0 else value


def _unproven(found: Found) -> Found:
    """What torch found, without imaginary parts that are as small as rounding errors of the real ones."""
    small = _ROUNDINGS * (2.0**-52 if found.dtype == "float64" else 2.0**-23)

    def real(z: complex) -> complex:
        return z.real if abs(z.imag) <= small * abs(z.real) else z

    results = {path: [real(z) for z in components] for path, components in found.results.items()}
    return Found([real(z) for z in found.values], results, found.dtype)
