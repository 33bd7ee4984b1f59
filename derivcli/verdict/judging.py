"""Autograd against the exact derivative: which number to trust at this point, and why."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from derivcli.model import Check, Path
from derivcli.numeric.exact import Exact, evaluate
from derivcli.verdict.case import TOLERANCE, Case, Here
from derivcli.verdict.subject import Component, Subject


@dataclass
class Judgement:
    """What is known of all results at a point.

    Args:
        symbolic: the exact values.
        checks: autograd's numbers against them.
        refuted: the results whose formula has other values than the derivative worked out without it.
    """

    symbolic: dict[Path, list[float]] = field(default_factory=dict)
    checks: dict[Path, Check] = field(default_factory=dict)
    refuted: set[Path] = field(default_factory=set)


def judge(subject: Subject, point: Mapping[str, Any], found: Mapping[Path, list[float]], dtype: str) -> Judgement:
    """The exact values of all results at a point, and the judgement on what autograd found.

    Args:
        subject: the expression and its derivatives.
        point: the exact value of each variable.
        found: what autograd found, a number for each component.
        dtype: in which autograd computed.
    """
    conditions = [c for _, c in subject.specials]
    roots = sorted({c.root for components in subject.components.values() for c in components})
    function = evaluate(subject.graph, roots, point, real=True, conditions=conditions)
    known = _exacts([c for components in subject.components.values() for c in components], point)
    values = dict(zip(roots, function.roots, strict=True))
    here = Here(subject, point, function, values, dtype, _scale(list(known.values())))
    judgement = Judgement()
    for path, components in subject.components.items():
        exacts = [known[id(c.graph), c.derivative] for c in components]
        # Where a function on the way is at a corner, what led to a higher derivative is looked at, too.
        corner = any(len(c.along) > 1 for c in components) and (any(function.conditions.values()) or function.ties)
        if subject.referee is not None and (corner or _in_doubt(exacts, found[path], dtype)):
            components = subject.referee(path)
            second = _exacts(components, point)
            first, exacts = exacts, [second[id(c.graph), c.derivative] for c in components]
            # At a corner either may have its own convention.
            if not corner and not any(function.conditions.values()) and _contradict(first, exacts):
                judgement.refuted.add(path)
        scale = _scale(exacts)
        cases = [Case(here, c, f, scale) for c, f in zip(components, found[path], strict=True)]
        judged = [case.judge(exact) for case, exact in zip(cases, exacts, strict=True)]
        judgement.symbolic[path] = [float(value) for _, value in judged]
        worst = _worst([check for check, _ in judged])
        check = cases[worst].explained(*judged[worst])
        judgement.checks[path] = replace(check, index=_index(worst, subject.shapes[path]))
    return judgement


def _contradict(first: Sequence[Exact], second: Sequence[Exact]) -> bool:
    """Whether two ways to the same numbers lead to others."""
    bound = 1e-12 * _scale(second)
    pairs = ((a, b) for a, b in zip(first, second, strict=True) if a.kind == b.kind == "number")
    return any(abs(float(a) - float(b)) > bound for a, b in pairs)


def _exacts(components: Sequence[Component], point: Mapping[str, Any]) -> dict[tuple[int, int], Exact]:
    """The exact value of each derivative, by its graph and node."""
    graphs = {id(c.graph): c.graph for c in components}
    found: dict[tuple[int, int], Exact] = {}
    for key, graph in graphs.items():
        wanted = sorted({c.derivative for c in components if id(c.graph) == key})
        values = evaluate(graph, wanted, point, real=False).roots
        found.update({(key, node): value for node, value in zip(wanted, values, strict=True)})
    return found


def _scale(exacts: Sequence[Exact]) -> float:
    return max((abs(n) for n in map(float, exacts) if math.isfinite(n)), default=0.0)


def _in_doubt(exacts: Sequence[Exact], found: Sequence[float], dtype: str) -> bool:
    """Whether a formula has no value somewhere, or another one than autograd."""
    bound = TOLERANCE[dtype][0] * _scale(exacts)
    return any(e.kind != "number" or not abs(float(e) - f) <= bound for e, f in zip(exacts, found, strict=True))


# From harmless to grave: of an array, the gravest entry is reported; a point's class comes first.
_GRAVITY = (
    "agree", "unchecked", "overflow", "disagree", "removable", "kink", "domain_edge", "vertical_tangent", "jump",
    "pole", "outside_domain",
)  # fmt: skip


def _worst(judged: Sequence[Check]) -> int:
    """The place of the gravest check.

    Where the value is undefined, the entry to point at is one by which the point can be left.
    """
    leaves = any(check.status in ("removable", "pole") for check in judged)

    def gravity(k: int) -> tuple[int, float]:
        status, digits = judged[k].status, judged[k].digits
        rank = -1 if leaves and status == "outside_domain" else _GRAVITY.index(status)
        return rank, -math.inf if digits is None else -digits

    return max(range(len(judged)), key=gravity)


def _index(place: int, shape: Sequence[int]) -> tuple[int, ...] | None:
    """A place in a row-major array, as an index into each of its axes; None for a number."""
    index: list[int] = []
    for size in reversed(shape):
        place, last = divmod(place, size)
        index.insert(0, last)
    return tuple(index) if shape else None
