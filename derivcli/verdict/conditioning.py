"""How many digits a point leaves: how far a derivative moves when the point is rounded to floats."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from derivcli.graph import Graph
from derivcli.numeric.exact import Exact, evaluate
from derivcli.numeric.floats import float_values
from derivcli.verdict.beside import STEP

# From this condition number on it is worked out exactly: below, floats tell it well enough.
_SUSPICIOUS = 1e3
# The relative step of the estimate in floats.
_NUDGE = 1e-6
# Variables that are moved one by one; more are moved together, with signs that do not cancel in a pattern.
_MAX_SINGLE = 8
_PROBES = 2


@dataclass
class Budget:
    """What may be spent at one point, on all results together: nodes in floats, and nodes in many digits."""

    floats: int = 100_000
    exact: int = 20_000


def condition_number(
    graph: Graph, derivative: int, point: Mapping[str, Any], exact: Exact, scale: float, budget: Budget
) -> float | None:
    """The relative condition number kappa = sum over v of |v * dg/dv| / |g| of a derivative g at a point.

    Trefethen and Bau, Numerical Linear Algebra, lecture 12. An estimate, to about one digit.

    Args:
        graph, derivative: g, a node of primitives.
        point: the exact value of each variable.
        exact: the value of g.
        scale: the largest entry of the array that g belongs to; small entries count relative to it.
        budget: what is left of it is reduced.

    Returns:
        kappa, or None where g is 0, or the budget is spent.
    """
    size = max(abs(float(exact)), scale)
    if budget.floats < 0:
        return None
    order = graph.reachable([derivative])
    names = [str(graph.nodes[i].value) for i in order if graph.nodes[i].op == "variable"]
    moving = [name for name in names if name in point and float(point[name])]
    if not moving:
        return 0.0
    moves = _moves(moving)
    budget.floats -= (len(order) + len(point)) * (len(moves) + 1)
    if not size or not math.isfinite(size) or budget.floats < 0:
        return None
    estimate = _in_floats(graph, order, derivative, point, moves, float(exact)) / size
    if estimate < _SUSPICIOUS:
        return estimate
    budget.exact -= len(order) * len(moves)
    if budget.exact < 0:
        return None
    total = _exactly(graph, derivative, point, exact, moves)
    return None if total is None else total / size


def _moves(names: Sequence[str]) -> list[dict[str, int]]:
    """Which variables move together, and which way."""
    if len(names) <= _MAX_SINGLE:
        return [{name: 1} for name in names]
    return [{name: 1 if (k * k + probe * k) % 3 else -1 for k, name in enumerate(names)} for probe in range(_PROBES)]


def _in_floats(
    graph: Graph,
    order: Sequence[int],
    derivative: int,
    point: Mapping[str, Any],
    moves: Sequence[Mapping[str, int]],
    exact: float,
) -> float:
    """The sum in floats; infinite where floats do not know the derivative itself, and so nothing of its change."""
    at = {name: float(value) for name, value in point.items()}
    here = float_values(graph, order, at)[derivative]
    if not abs(here - exact) <= _NUDGE * abs(exact):
        return math.inf
    total = 0.0
    for move in moves:
        moved = {**at, **{name: at[name] * (1 + sign * _NUDGE) for name, sign in move.items()}}
        there = float_values(graph, order, moved)[derivative]
        if not (math.isfinite(here) and math.isfinite(there)):
            return math.inf
        total += abs(there - here) / _NUDGE
    return total


def _exactly(
    graph: Graph, derivative: int, point: Mapping[str, Any], exact: Exact, moves: Sequence[Mapping[str, int]]
) -> float | None:
    total = 0.0
    for move in moves:
        steps = {name: STEP * sign * Fraction(float(point[name])) for name, sign in move.items()}
        moved = {**point, **{name: point[name] + step for name, step in steps.items()}}
        (there,) = evaluate(graph, [derivative], moved, real=False).roots
        if there.kind != "number":
            return None
        difference = abs(there.value - there.value.context.convert(exact.value))
        total += float(difference * STEP.denominator)
    return total


def term_scale(graph: Graph, root: int, point: Mapping[str, Any]) -> float:
    """How large the terms are that a value is summed from: what rounding errors in it are relative to.

    Sums count the sizes of their terms, products and quotients those of their factors (Higham, Accuracy and Stability
    of Numerical Algorithms, section 4.2).

    Args:
        graph, root: the value, in primitives.
        point: the exact value of each variable.
    """
    order = graph.reachable([root])
    values = float_values(graph, order, {name: float(value) for name, value in point.items()})
    scales: dict[int, float] = {}
    for i in order:
        node, args = graph.nodes[i], graph.nodes[i].args
        if node.op == "add":
            scales[i] = sum(scales[a] for a in args)
        elif node.op == "neg":
            scales[i] = scales[args[0]]
        elif node.op == "mul":
            scales[i] = math.prod(scales[a] for a in args)
        elif node.op == "div":
            scales[i] = scales[args[0]] / abs(values[args[1]]) if values[args[1]] else math.inf
        else:
            scales[i] = abs(values[i])
    return scales[root] if math.isfinite(scales[root]) else 0.0
