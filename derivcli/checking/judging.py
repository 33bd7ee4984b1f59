"""Is the claim the derivative? Read both, compare them at many points, and say what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from derivcli import asked
from derivcli.checking.claim import expected_shape, read_claim
from derivcli.checking.comparing import ENOUGH, Comparison, compare, simplest
from derivcli.checking.forms import is_written_as, written
from derivcli.checking.problem import Problem, Target, corners, moving, same
from derivcli.checking.searching import slip
from derivcli.deadline import Expired, deadline
from derivcli.declarations import declare
from derivcli.engine import DEFAULT_SECONDS, in_scalars, scalar_task
from derivcli.errors import DerivError, OutOfTime, PointError, UnsupportedError
from derivcli.formulas import derive
from derivcli.graph import Graph
from derivcli.language import Reading, Setting, read
from derivcli.large import derivative_along
from derivcli.model import Checked, Differs, Formula, Path, Question
from derivcli.numeric.exact import evaluate
from derivcli.task import Task
from derivcli.values import value

# Beyond this order derivatives on the graph grow too large, and SymPy's are taken.
_MAX_ORDER = 6
# Seconds for the search for the slip, and for deriv's own formula.
_SLIP_SECONDS, _FORMULA_SECONDS = 2.0, 2.0
# Holes that are told one by one.
_MAX_HOLES = 3


def check(question: Question, claimed: Sequence[str], formulas: bool = True) -> Checked:
    """Compare a claim with the derivative that a question asks for.

    Args:
        question: the expression and which derivative of it; its points are looked at, too.
        claimed: the claim; several texts are the parts of a list.
        formulas: whether deriv's own formulas are wanted.

    Raises:
        DerivError: either cannot be read, or is nothing that can be compared.
    """
    seconds = DEFAULT_SECONDS if question.timeout is None else question.timeout
    try:
        with deadline(seconds):
            reading, task, points = _read(question)
            claim = read_claim(question, task, claimed)
            problem = _problem(task, claim, seconds)
    except Expired:
        hint = "a longer limit is set by --timeout SECONDS"
        raise OutOfTime(f"out of time after {seconds:g} s of reading and differentiating", hint=hint) from None
    comparison = Comparison([[] for _ in problem.targets])
    compare(problem, comparison, points, seconds)
    checked = Checked(
        status="undecided",
        kind=task.kind,
        text=reading.text,
        expression=written(reading.graph, reading.roots, task.shape),
        claimed_text=claim.text,
        claimed=written(claim.graph, claim.roots, [size for size in expected_shape(task) if size != 1]),
        variables=dict.fromkeys(task.variables, ()),
        wrt=tuple(dict.fromkeys(name for along in task.plan.values() for name in along)),
        order=asked.order(question),
        points=comparison.points,
        warnings=tuple(dict.fromkeys([*reading.warnings, *claim.warnings, *_holes(comparison)])),
    )
    own = _own_formulas(problem, comparison, question) if formulas else {}
    return _verdict(replace(checked, derivatives=own), problem, comparison)


def _read(question: Question) -> tuple[Reading, Task, list[dict[str, Any]]]:
    """The expression, what is asked of it, and the points that are given."""
    points = [{name: value(given, name, question.seed) for name, given in point} for point in question.points]
    declarations = declare(question.shapes, {name: v.shape for point in points for name, v in point.items()})
    setting = Setting(asked.declared(question), matlab=question.syntax == "matrixcalculus", decide=_decide)
    reading = read(question.expressions, question.let, setting)
    if not reading.variables and not question.wrt and not question.partial:
        # Of a number the derivative is 0, by whatever variable.
        names = question.declared or tuple(points[0] if points else ("x",))
        question = replace(question, declared=names, wrt=names)
    scalar = in_scalars(question, reading, declarations)
    if scalar is None:
        hint = "name the entries: x1*y1 + x2*y2 instead of x @ y"
        raise UnsupportedError("only claims about expressions of numbers can be checked yet, not of arrays", hint=hint)
    reading, shape = scalar
    task = scalar_task(question, reading, shape)
    return reading, task, [_complete(point, task.variables) for point in points]


def _decide(graph: Graph, condition: int) -> bool:
    hint = "write the choice as `a if c else b`, and the loop's steps one by one"
    raise UnsupportedError("a loop or choice runs at one point, and a claim is compared at many", hint=hint)


def _complete(point: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    missing = [name for name in names if name not in point]
    if missing:
        raise PointError(f"{' and '.join(missing)} lack a value at a point", hint="give every variable a value")
    return {name: point[name].entries[0] for name in names}


def _problem(task: Task, claim: Reading, seconds: float) -> Problem:
    graph, own = task.graph, len(task.graph.nodes)
    derivatives = _derivatives(task, seconds)
    moves = moving(graph, task.roots, sorted({name for along in task.plan.values() for name in along}))
    limits = {root: corners(graph, root, moves) for root in task.roots}
    targets = []
    for j, (path, along) in enumerate(task.plan.items()):
        for k, root in enumerate(task.roots):
            before, derivative = derivatives[path][k]
            # A claim is read row by row: a row for each component, or the rows of a Hessian.
            claimed = claim.roots[k * len(task.plan) + j]
            targets.append(Target(path, k, root, derivative, before, along, claimed, limits[root]))
    return Problem(task, graph, claim.graph, targets, moves, own)


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


def _verdict(checked: Checked, problem: Problem, comparison: Comparison) -> Checked:
    wrong = [k for k in range(len(problem.targets)) if comparison.wrong(k)]
    if wrong:
        paths = tuple(dict.fromkeys(problem.targets[k].path for k in wrong))
        target, seen = problem.targets[wrong[0]], comparison.seen[wrong[0]]
        differs = _differs(problem, target, comparison, wrong[0])
        try:
            with deadline(_SLIP_SECONDS):
                likely = slip(problem, target, seen)
        except Expired:
            likely = None
        return replace(checked, status="wrong", differs=differs, wrong=paths, slip=likely)
    if not comparison.complete:
        reason = f"time ran out after {comparison.points} points, at which the claim fits; --timeout gives it more"
        return replace(checked, reason=reason)
    if comparison.points < ENOUGH:
        where = f"{comparison.points} of the points" if comparison.points else "none of the points"
        return replace(checked, reason=f"the expression has a derivative at {where} that were tried: too few to tell")
    other = any(not _alike(problem, path, formula.text) for path, formula in checked.derivatives.items())
    return replace(checked, status="correct", other_form=other)


def _alike(problem: Problem, path: Path, text: str | None) -> bool:
    if text is None:
        return True
    claimed = [target.claimed for target in problem.targets if target.path == path]
    return is_written_as(problem.claim, claimed, text, problem.task.variables)


def _differs(problem: Problem, target: Target, comparison: Comparison, k: int) -> Differs:
    seen = simplest(comparison.wrong(k))
    return Differs(
        at={name: float(v) for name, v in seen.point.items()},
        shown={n: str(v) if isinstance(v, Fraction) else repr(float(v)) for n, v in seen.point.items()},
        path=target.path,
        component=target.component if len(problem.task.roots) > 1 else None,
        claimed=float(seen.claimed) if seen.claimed.kind in ("number", "infinite") else None,
        derivative=float(seen.derivative),
    )


def _holes(comparison: Comparison) -> list[str]:
    """Where the claim is right on all sides, and not defined itself."""
    texts = [
        "the claim is not defined at " + ", ".join(f"{n} = {v}" for n, v in seen.point.items())
        + f", where the derivative is {float(seen.derivative):.6g}"
        for seen in comparison.holes[:_MAX_HOLES]
    ]  # fmt: skip
    more = len(comparison.holes) - len(texts)
    return [*texts, f"nor at {more} more points"] if more > 0 else texts


def _own_formulas(problem: Problem, comparison: Comparison, question: Question) -> dict[Path, Formula]:
    """deriv's own formulas, if they are found in time and have the values that were compared with."""
    try:
        with deadline(_FORMULA_SECONDS):
            seconds, simplify = _FORMULA_SECONDS, question.simplify
            symbolic = derive(problem.task, {}, simplify=simplify, seconds=seconds, full=question.full)
            for k, target in enumerate(problem.targets):
                for seen in [simplest(comparison.wrong(k))] if comparison.wrong(k) else comparison.seen[k][:1]:
                    node = symbolic.shown[target.path][target.component]
                    (own,) = evaluate(symbolic.graph, [node], seen.point, real=False).roots
                    if not same(own, seen.derivative):
                        return {}
            return symbolic.formulas
    except (Expired, DerivError):
        return {}
