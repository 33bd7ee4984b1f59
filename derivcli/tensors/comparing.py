"""The check of arrays that are too large for exact values: in floats, away from corners."""

from __future__ import annotations

import math
from collections.abc import Sequence

from derivcli.graph import Graph
from derivcli.model import Check
from derivcli.verdict import TOLERANCE


def norm_corners(graph: Graph, roots: Sequence[int]) -> list[int]:
    """Conditions for being where a norm has a corner."""
    found = []
    for i in graph.reachable(roots):
        node = graph.nodes[i]
        if node.op in ("norm", "std"):
            corner = node.args[0] if node.value and node.value[-1] == 1 and node.op == "norm" else i  # type: ignore[index]
            found.append(graph.add("eq", (corner, graph.number(0))))
    return found


def compared(exact: Sequence[float], found: Sequence[float], dtype: str) -> Check:
    """Autograd's array against the formula's, both in floats: the worst entry decides."""
    scale = max((abs(v) for v in exact if math.isfinite(v)), default=0.0)
    errors = [
        abs(a - b) if math.isfinite(a) and math.isfinite(b) else math.inf for a, b in zip(exact, found, strict=True)
    ]
    worst = max(errors)
    tolerance = TOLERANCE[dtype][0]
    if not worst <= tolerance * scale:
        note = f"autograd and the formula, both in floats, are {worst:.6g} apart, and exact values would take too long"
        return Check("unchecked", note=note)
    digits = 16.0 if worst == 0 else round(max(0.0, min(16.0, -math.log10(worst / (scale or 1.0)))), 1)
    return Check("agree", worst, digits)
