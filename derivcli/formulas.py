"""The symbolic side of a task: by SymPy where it is up to it, else on the graph; never a form with other values."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from derivcli import large
from derivcli.closures import binds
from derivcli.deadline import Expired, deadline, undisturbed
from derivcli.errors import LimitError, ParseError
from derivcli.language.limits import MAX_NUMBER_DIGITS
from derivcli.numeric.exact import evaluate
from derivcli.programs import source
from derivcli.task import Limits, Symbolic, Task

# What SymPy is given: nodes, depth, nodes times derivatives, factors of one product. Its cost grows steeply in each.
MAX_NODES, MAX_DEPTH, MAX_WORK, MAX_FACTORS = 500, 60, 25_000, 40
# The parts of the time for SymPy in all, and for a full simplification; the rest is for the plain way.
_SYMPY_SHARE, _SIMPLIFY_SHARE = 0.7, 0.5
# The part of the time for SymPy where the numbers do not need its formula.
_FREE_SHARE = 0.4
# From this order on numbers need no formula, and formulas with more operations are not awaited where there are numbers.
HIGH_ORDER, MAX_OPERATIONS = 6, 3_000


def derive(task: Task, trial: Mapping[str, Any], *, simplify: str, seconds: float, full: bool) -> Symbolic:
    """The formulas, their graphs, and the torch program.

    Args:
        task: what to differentiate.
        trial: a point at which shorter forms are tried against the derivative; variables without a value get one.
        simplify: "none", "fast", "auto" or "full".
        seconds: for all symbolic work.
        full: whether formulas are printed however long they are.

    Raises:
        LimitError, ParseError: a number that is too long, a division by zero whatever the point.
        Expired: out of time.
    """
    free = bool(trial) and max(map(len, task.plan.values()), default=0) >= HIGH_ORDER
    if not _is_small(task):
        return large.without_formula(task) if free else large.derive(task, "the expression is large", full)
    share = _FREE_SHARE if free else _SYMPY_SHARE
    try:
        with deadline(seconds * share):
            limits = Limits(MAX_NUMBER_DIGITS, seconds * _SIMPLIFY_SHARE, MAX_OPERATIONS if free else None)
            found = _by_sympy(task, trial, simplify, limits)
        if task.computed is not None and (task.computed.literal or binds(task.computed.graph, task.computed.roots)):
            found.source = source(task.computed, task.variables)
        return found
    except Expired:
        reason = f"SymPy was stopped after {seconds * share:.2g} s"
    except (ParseError, LimitError):
        raise
    except Exception as failure:  # whatever SymPy stumbles over, the plain way does without it
        reason = f"SymPy gave up ({type(failure).__name__})"
    return large.without_formula(task) if free else large.derive(task, reason, full)


def _is_small(task: Task) -> bool:
    nodes = task.graph.reachable(task.roots)
    products = (len(task.graph.nodes[i].args) for i in nodes if task.graph.nodes[i].op == "mul")
    derivatives = sum(len(along) for along in task.plan.values())
    return (
        len(nodes) <= MAX_NODES
        and task.graph.depth(task.roots) <= MAX_DEPTH
        and len(nodes) * derivatives <= MAX_WORK
        and max(products, default=0) <= MAX_FACTORS
    )


def _by_sympy(task: Task, trial: Mapping[str, Any], simplify: str, limits: Limits) -> Symbolic:
    with undisturbed():
        from derivcli.symbolic import scalar

    result = scalar.derive(task, simplify, limits)
    somewhere = {name: trial.get(name, Fraction(6180 + 1377 * k, 9973)) for k, name in enumerate(task.variables)}
    if result.shown != result.raw and not _same_values(result, somewhere):
        result = scalar.derive(task, "none", limits)
        result.warnings.append("a shorter form was dropped: its values differ from the derivative's")
    return result


def _same_values(result: Symbolic, point: Mapping[str, Any]) -> bool:
    shown = [root for path in result.shown for root in result.shown[path]]
    raw = [root for path in result.raw for root in result.raw[path]]
    values = evaluate(result.graph, [*shown, *raw], point, real=False, complex_too=True).roots
    for a, b in zip(values[: len(shown)], values[len(shown) :], strict=True):
        if a.kind == b.kind == "number":
            first, second = a.plain(), b.plain()
            if abs(first - second) > 1e-12 * max(abs(first), abs(second)):
                return False
    return True
