"""The derivatives of a curve at a point: exact values, torch's beside them, and what is there where there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from derivcli.findings import Slope
from derivcli.graph import Graph
from derivcli.model import Check
from derivcli.numeric.exact import Exact, evaluate
from derivcli.values import Number

# What is as small beside what it is compared with is 0.
_NOTHING = 1e-30
# How far what torch's numbers make may be from the exact value: each of them was judged by itself.
_TOLERANCE = 1e-6
# What rounding may leave of a slope that is 0.
_ROUNDED = 1e-9
# What a check may say of a derivative that is there.
_SOUND = ("agree", "disagree", "unchecked", "overflow")

Path = tuple[str, ...]


def values_of(graph: Graph, roots: Sequence[int], point: Mapping[str, Number]) -> list[Exact]:
    """The exact values of nodes at a point."""
    return evaluate(graph, roots, point, real=True).roots


def vanishes(value: Exact, beside: float = 1.0) -> bool:
    """Whether a number is 0 beside others of a size."""
    return value.kind == "number" and bool(abs(value.value) <= _NOTHING * max(beside, 1e-300))


def no_slope(checks: Mapping[Any, Check]) -> Slope | None:
    """What there is instead of a slope where a derivative that it is made of is missing."""
    worst = next((check for check in checks.values() if check.status not in _SOUND), None)
    return None if worst is None else Slope(worst.status, note=worst.note)


def judged(value: Exact, autograd: float | None, checks: Mapping[Any, Check]) -> Slope:
    """A slope that is there: agree where torch's numbers do."""
    if value.kind != "number":
        return Slope("outside_domain" if value.kind == "undefined" else "unchecked", note="it has no value here")
    exact = float(value)
    if autograd is None:
        return Slope("unchecked", exact)
    agrees = all(check.status == "agree" for check in checks.values())
    near = abs(autograd - exact) <= (_TOLERANCE * abs(exact) if exact else _ROUNDED)
    return Slope("agree" if agrees and near else "disagree", exact, autograd)
