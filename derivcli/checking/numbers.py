"""A question in numbers and its claim: derivatives by reverse mode on the graph, each with what is claimed of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from derivcli import asked
from derivcli.checking.claim import expected_shape, read_claim
from derivcli.checking.forms import written
from derivcli.checking.posing import Posed, complete, given_points, no_loops
from derivcli.checking.problem import Problem, Target, corners, moving
from derivcli.engine import in_scalars, scalar_task
from derivcli.formulas import derive
from derivcli.language import Reading, Setting, expand, read
from derivcli.large import derivative_along
from derivcli.model import Path, Question
from derivcli.task import Task

# Beyond this order derivatives on the graph grow too large, and SymPy's are taken.
_MAX_ORDER = 6


def posed_in_numbers(question: Question, claimed: Sequence[str], seconds: float) -> Posed | None:
    """What is to be compared; None where arrays are more than lists of numbers.

    Args:
        question: the expression and which derivative of it.
        claimed: the claim; several texts are the parts of a list.
        seconds: for SymPy, where it is needed.

    Raises:
        DerivError: either cannot be read, or they do not fit each other.
    """
    points, declarations = given_points(question)
    setting = Setting(asked.declared(question), syntax=question.syntax, decide=no_loops)
    reading = read(question.expressions, question.let, setting)
    if not reading.variables and not question.wrt and not question.partial:
        # Of a number the derivative is 0, by whatever variable.
        names = question.declared or tuple(points[0] if points else ("x",))
        question = replace(question, declared=names, wrt=names)
    scalar = in_scalars(question, reading, declarations)
    if scalar is None:
        return None
    reading, shape = scalar
    task = scalar_task(question, reading, shape)
    claim = read_claim(question, task, claimed)
    return Posed(
        text=reading.text,
        expression=written(reading.graph, reading.roots, task.shape),
        claimed_text=claim.text,
        claimed=written(claim.graph, claim.roots, [size for size in expected_shape(task) if size != 1]),
        variables=dict.fromkeys(task.variables, ()),
        problem=_problem(task, claim, seconds),
        shapes=dict.fromkeys(task.plan, task.shape),
        points=[{n: v.entries[0] for n, v in complete(point, task.variables).items()} for point in points],
        warnings=[*reading.warnings, *claim.warnings],
    )


def _problem(task: Task, claim: Reading, seconds: float) -> Problem:
    graph, own = task.graph, len(task.graph.nodes)
    derivatives = _derivatives(task, seconds)
    moves = moving(graph, task.roots, sorted({name for along in task.plan.values() for name in along}))
    limits = {root: corners(graph, root, moves) for root in task.roots}
    claimed, parts = expand(claim.graph, claim.roots)
    targets = []
    for j, (path, along) in enumerate(task.plan.items()):
        for k, root in enumerate(task.roots):
            before, derivative = derivatives[path][k]
            # A claim is read row by row: a row for each component, or the rows of a Hessian.
            part = parts[k * len(task.plan) + j]
            targets.append(Target(path, k, root, derivative, before, along, part, limits[root]))
    return Problem(task, graph, claimed, targets, moves, own)


def _derivatives(task: Task, seconds: float) -> dict[Path, list[tuple[int, int]]]:
    """For each result and component the last derivative but one, and the derivative, as nodes of the task's graph."""
    if max(map(len, task.plan.values()), default=0) > _MAX_ORDER:
        symbolic = derive(task, {}, simplify="none", seconds=seconds, full=False)
        pairs = {
            path: [(lower[-1], root) for lower, root in zip(symbolic.on_the_way[path], roots, strict=True)]
            for path, roots in symbolic.raw.items()
        }
        flat = [node for path in pairs for pair in pairs[path] for node in pair]
        moved = iter(symbolic.graph.copy_into(task.graph, flat, lambda _i, _node, _args: None))
        return {path: [(next(moved), next(moved)) for _ in found] for path, found in pairs.items()}
    known: dict[tuple[int, tuple[str, ...]], int] = {(root, ()): root for root in task.roots}
    names = list(task.variables)
    found: dict[Path, list[tuple[int, int]]] = {}
    for path, along in task.plan.items():
        nodes = [derivative_along(task.graph, known, root, along, names) for root in task.roots]
        found[path] = [(known[root, along[:-1]], node) for root, node in zip(task.roots, nodes, strict=True)]
    return found
