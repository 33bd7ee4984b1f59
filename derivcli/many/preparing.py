"""What is computed at many points: read and differentiated once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from derivcli import asked, large
from derivcli.closures import binds
from derivcli.deadline import Expired, deadline
from derivcli.declarations import declare
from derivcli.engine import DEFAULT_SECONDS, in_scalars, scalar_task, without_points
from derivcli.errors import OutOfTime, PointError, UnsupportedError
from derivcli.language import Reading, Setting, name_problem, read, specials
from derivcli.model import Answer, Question
from derivcli.task import Task
from derivcli.verdict import Subject, subject


@dataclass(frozen=True)
class Prepared:
    """A question about many points.

    Args:
        task: the expression in numbers, its variables, and what is asked.
        subject: what the numbers are judged by.
        plain: the answer without points.
    """

    task: Task
    subject: Subject
    plain: Answer


def used_names(question: Question, columns: Sequence[str]) -> list[str]:
    """The variables of a question, of whose names those of columns and of its points are no constants."""
    names = dict.fromkeys(name for name in columns if name_problem(name) is None)
    given = replace(question, declared=(*question.declared, *names))
    used = _reading(given).variables
    wanted = {*question.declared, *question.wrt, *question.partial}
    return list(dict.fromkeys([*used, *(name for name in asked.declared(question) if name in wanted), *wanted]))


def prepare(question: Question, variables: Sequence[str]) -> Prepared:
    """Read and differentiate.

    Args:
        question: what is asked; its points count for nothing.
        variables: the names that have a value at every point.

    Raises:
        DerivError: the question cannot be understood, is not one about numbers, or takes too long.
    """
    seconds = DEFAULT_SECONDS if question.timeout is None else question.timeout
    asking = replace(question, points=(tuple((name, "1") for name in variables),), simplify="none")
    try:
        with deadline(seconds):
            reading = _reading(asking)
            scalar = in_scalars(asking, reading, declare(asking.shapes, {}))
            if scalar is None or asking.digits is not None or asking.graph:
                message = "of many points only derivatives of numbers by numbers are computed"
                raise UnsupportedError(message, hint="ask about products, layouts and digits at some points")
            task = scalar_task(asking, *scalar)
            if task.numbers != "real" or binds(task.graph, task.roots):
                message = "of many points complex numbers, integrals and sums are not computed"
                raise UnsupportedError(message, hint="ask at some points, without a file for the rows")
            # Nobody sees the formula, and the graph's is exact, too: SymPy need not start.
            symbolic = large.derive(task, "", False)
    except Expired:
        hint = "a longer limit is set by --timeout SECONDS"
        raise OutOfTime(f"out of time after {seconds:g} s of reading and symbolic work", hint=hint) from None
    lacking = [name for name in task.variables if name not in variables]
    if lacking:
        raise PointError(f"{' and '.join(lacking)} has no value")
    judged = subject(task, specials(task.graph, task.roots), symbolic)
    warnings = tuple(dict.fromkeys([*reading.warnings, *([_NO_STEPS] if asking.steps else [])]))
    plain = replace(without_points(asking, reading, task, symbolic), warnings=warnings)
    return Prepared(task, judged, plain)


_NO_STEPS = "the derivation is not told beside many points: ask for it without them"


def _reading(question: Question) -> Reading:
    setting = Setting(asked.declared(question), {}, question.syntax, question.seed)
    return read(question.expressions, question.let, setting)
