"""Lines that a graph approaches at infinity, as SymPy's limits find them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy

from derivcli.graph import Graph
from derivcli.symbolic.notation import formula
from derivcli.symbolic.translate import symbol, to_sympy

_MAX_DIGITS = 20_000


def asymptotes(graph: Graph, root: int, name: str) -> Iterator[tuple[str, str, float, float]]:
    """For each end of the axis ("oo", "-oo") where there is one: the line as a text, its slope and its height at 0.

    Args:
        graph, root: the expression in one variable.
        name: the variable.
    """
    (expression,) = to_sympy(graph, [root], "", _MAX_DIGITS)
    x = symbol(name)
    for end, where in ((sympy.oo, "oo"), (-sympy.oo, "-oo")):
        slope = _limit(expression / x, x, end)
        if slope is None:
            continue
        height = _limit(expression - slope * x, x, end)
        if height is not None:
            text = formula([slope * x + height], (), False).text
            yield where, str(text), float(slope), float(height)


def _limit(expression: Any, x: Any, end: Any) -> Any:
    """A limit that is a real number; None where there is none, or SymPy leaves it open."""
    found = sympy.limit(expression, x, end)
    known = found.is_number and found.is_finite and found.is_real and not found.has(sympy.Limit, sympy.AccumBounds)
    return found if known else None
