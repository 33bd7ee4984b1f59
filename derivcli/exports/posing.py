"""A question as what a program is to compute: operations, the names of its results, and points to try it at."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from derivcli import asked
from derivcli.declarations import declare
from derivcli.engine import in_scalars, scalar_task
from derivcli.errors import UnsupportedError, UsageError
from derivcli.exports.functions import SMOOTH, angle
from derivcli.exports.program import Trial
from derivcli.graph import Graph, Node, fold
from derivcli.language import Setting, partial, read, slope, specials
from derivcli.large import derivative_along
from derivcli.model import Path, Question
from derivcli.numeric.engines import partials as written_out
from derivcli.numeric.engines.lowered import Lowered, lowered
from derivcli.numeric.engines.partials import Template, instance, template
from derivcli.numeric.engines.wanted import Unfit, Wanted
from derivcli.numeric.exact import evaluate
from derivcli.task import Computed, Task
from derivcli.values import value

# Without a point of the user's, so many points are tried, and so many kept.
_CANDIDATES, _KEPT = 24, 2
# A program's results may be so far from the exact ones, relative to the largest of its kind.
_TOLERANCE = 1e-10

_Along = tuple[str, ...]


@dataclass(frozen=True)
class Output:
    """One result: what it is called, its axes, and for each entry the component and the variables it belongs to."""

    name: str
    shape: tuple[int, ...]
    entries: tuple[tuple[int, _Along], ...]


@dataclass(frozen=True)
class Posed:
    """What a program is to compute.

    Args:
        task: the expression and its variables.
        operations: its values and derivatives as a list of operations.
        outputs: the results, and where each entry stands among the roots of the operations.
        roots: for each component and variables the place among the roots.
    """

    task: Task
    operations: Lowered
    outputs: tuple[Output, ...]
    roots: Mapping[tuple[int, _Along], int]


def pose(question: Question) -> Posed:
    """Read and differentiate.

    Raises:
        DerivError: the question cannot be understood, or has no program in numbers.
    """
    setting = Setting(asked.declared(question), {}, question.syntax, question.seed)
    reading = read(question.expressions, question.let, setting)
    arrays = any(
        value(given, name, question.seed, question.complex).shape for p in question.points for name, given in p
    )
    scalar = None if arrays else in_scalars(question, reading, declare(question.shapes, {}))
    if scalar is None or reading.loops or question.complex:
        hint = "without --lang, or with --lang torch, the program takes arrays, products, loops and complex numbers"
        raise UnsupportedError("only a program in torch has more than derivatives of numbers by numbers", hint=hint)
    task = scalar_task(question, *scalar)
    by = asked.wrt(question, reading)
    if task.numbers != "real":
        raise UnsupportedError("the program would need complex numbers", hint="only --lang torch has them")
    if not by:
        raise UsageError("there is nothing to differentiate by: the expression has no variables")
    outputs = _outputs(task, by)
    plan: dict[Path, _Along] = {along: along for o in outputs for _, along in o.entries if along}
    assert task.computed is not None
    wanted = Wanted(_prepared(task.computed), tuple(task.variables), plan, "float64", "cpu")
    try:
        found = lowered(wanted, _partials)
    except Unfit as reason:
        raise UnsupportedError(f"only a program in torch can compute this: {reason}") from None
    count = len(task.roots)
    places = {(c, along): c + count * k for k, along in enumerate([(), *plan.values()]) for c in range(count)}
    return Posed(task, found, outputs, places)


def _outputs(task: Task, by: Sequence[str]) -> tuple[Output, ...]:
    """The value and what is asked; of a Hessian the gradient, too."""
    components = range(len(task.roots))
    second = task.kind == "hessian"
    firsts: list[_Along] = [(name,) for name in by]
    shown: list[tuple[str, list[_Along], tuple[int, ...]]] = [("value", [()], ())]
    if second or task.kind in ("gradient", "jacobian"):
        name = "gradient" if second else task.kind
        shown.append((name, firsts, (len(by),)))
    if second:
        # One half is mirrored: the derivatives commute wherever they are continuous.
        pairs: list[_Along] = [tuple(sorted((a, b), key=by.index)) for a in by for b in by]
        shown.append(("hessian", pairs, (len(by), len(by))))
    elif task.kind == "derivative":
        shown.append(("derivatives" if len(task.plan) > 1 else "derivative", [*task.plan.values()], (len(task.plan),)))
    return tuple(
        Output(
            "derivative" if name in ("gradient", "jacobian") and len(by) == 1 else name,
            (*task.shape, *(size for size in axes if len(alongs) > 1)),
            tuple((c, along) for c in components for along in alongs),
        )
        for name, alongs, axes in shown
    )


def _prepared(computed: Computed) -> Computed:
    """The expression with functions that have holes in forms whose derivatives do not cancel beside them."""
    graph, new = computed.graph, Graph()

    def replaced(i: int, node: Node, args: tuple[int, ...]) -> int | None:
        return instance(template(SMOOTH[node.op]), new, args) if node.op in SMOOTH else None

    return replace(computed, graph=new, roots=graph.copy_into(new, computed.roots, replaced))


def _partials(node: Node, argument: int) -> Template:
    """The derivatives that torch has where it has them, those of the catalog for the rest."""
    if node.op == "atan2":
        return angle(argument)
    return written_out.partial(node, argument) if written_out.has_formula(node.op) else slope(node, argument)


def trials(question: Question, posed: Posed) -> tuple[Trial, ...]:
    """The user's points, else some of our own, with the exact results; without those where a derivative may not be."""
    given = [
        {name: Fraction(value(text, name, question.seed).floats[0]) for name, text in point}
        for point in question.points
    ]
    task = posed.task
    points = given or [_candidate(k, task.variables) for k in range(_CANDIDATES)]
    exact = _Exact(posed)
    found = (exact.trial(point) for point in points)
    kept = [trial for trial in found if trial is not None] if given else _first(found)
    return tuple(kept)


def _first(found: Any) -> list[Trial]:
    kept: list[Trial] = []
    for trial in found:
        if trial is not None:
            kept.append(trial)
        if len(kept) == _KEPT:
            break
    return kept


def _candidate(k: int, variables: Sequence[str]) -> dict[str, Fraction]:
    """A point of floats with few digits: near 1 first, then smaller, larger and negative ones."""
    scale = (1.0, 0.5, 3.0, -1.0, 0.125, 20.0, -3.0, -0.25)[k % 8]
    return {
        name: Fraction(round(scale * (0.625 + 0.375 * ((n * 5 + k * 3) % 8) / 4), 6))
        for n, name in enumerate(variables)
    }


class _Exact:
    """The exact results at points, from the expression as it was typed: not from what the program computes."""

    def __init__(self, posed: Posed) -> None:
        self.posed = posed
        self.graph, roots = fold(posed.task.graph, posed.task.roots)
        known: dict[tuple[int, _Along], int] = {(root, ()): root for root in roots}
        names = posed.task.variables
        self.roots = {
            (c, along): derivative_along(self.graph, known, roots[c], along, names, partial)
            for output in posed.outputs
            for c, along in output.entries
        }
        self.conditions = [condition for _, condition in specials(self.graph, roots)]

    def trial(self, point: Mapping[str, Fraction]) -> Trial | None:
        """The results at a point; None where one of them is not a number, or a derivative need not exist."""
        numbers = {name: float(v) for name, v in point.items()}
        exact = {name: Fraction(v) for name, v in numbers.items()}
        found = evaluate(self.graph, list(self.roots.values()), exact, real=True, conditions=self.conditions)
        values = {key: float(v) for key, v in zip(self.roots, found.roots, strict=True)}
        if any(found.conditions.values()) or found.ties or not all(map(math.isfinite, values.values())):
            return None
        expected: list[float] = []
        tolerances: list[float] = []
        largest = max(map(abs, values.values()))
        for output in self.posed.outputs:
            entries = [values[key] for key in output.entries]
            size = max(*map(abs, entries), 1e-6 * largest, 1e-290)
            expected += entries
            tolerances += [float(f"{_TOLERANCE * size:.1e}")] * len(entries)
        return Trial(tuple(numbers[name] for name in self.posed.task.variables), tuple(expected), tuple(tolerances))
