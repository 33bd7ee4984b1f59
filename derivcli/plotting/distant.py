"""Zeros and turns of a polynomial far away: it has no others, and their number is small."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from derivcli.graph import Builder, Graph
from derivcli.plotting.subject import Function
from derivcli.questions.analysis import RANGE

# From the usual range to which power of ten is looked, in so many steps each.
_POWERS, _FINE = 12, 8
# What lies near is seen beside it up to a range so many times as wide.
_WIDER = 50


def distant(function: Function, near: Sequence[float]) -> list[float]:
    """Zeros and turns of a polynomial beyond the usual range, beside which those near are still seen.

    Args:
        function: what is plotted.
        near: the places in the usual range.
    """
    if not is_polynomial(function.graph, function.root):
        return []
    sizes = [float(RANGE.high) * 10.0 ** (k / _FINE) for k in range((_POWERS - 1) * _FINE + 1)]
    found = []
    for xs in ([-x for x in reversed(sizes)], sizes):
        for which, heights in enumerate(function(xs)):
            steps = itertools.pairwise(zip(xs, heights, strict=True))
            found += [change(function, which, a, b) for (a, p), (b, q) in steps if p * q < 0 or p != 0 == q]
    spread = max(near) - min(near) if near else 0.0
    return [x for x in sorted(found, key=abs) if not spread or abs(x) <= _WIDER * spread]


def change(function: Function, which: int, a: float, b: float) -> float:
    """Where between two numbers the values, or the slopes, change their sign."""
    rising = function([a])[which][0] > 0
    for _ in range(60):
        middle = a + (b - a) / 2
        a, b = (middle, b) if (function([middle])[which][0] > 0) == rising else (a, middle)
    return a


def is_polynomial(graph: Graph, root: int) -> bool:
    """Whether a node is written as a polynomial."""
    build = Builder(graph)
    for i in graph.reachable([root]):
        op, args = graph.nodes[i].op, graph.nodes[i].args
        if op in ("variable", "add", "mul", "neg") or not graph.variables([i]):
            continue
        if op == "div" and not graph.variables(args[1:]):
            continue
        power = build.constant(args[1]) if op == "pow" else None
        if power is None or power < 0 or power.denominator != 1:
            return False
    return True
