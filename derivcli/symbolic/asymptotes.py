"""Lines that a graph approaches at infinity, as SymPy's limits find them."""

from __future__ import annotations

from typing import Any

import sympy

from derivcli.corners import settled
from derivcli.graph import Graph
from derivcli.symbolic.notation import formula
from derivcli.symbolic.special.gamma import SpecialBase
from derivcli.symbolic.translate import symbol, to_sympy

_MAX_DIGITS = 20_000


def asymptote(graph: Graph, root: int, name: str, sign: int) -> tuple[str, float, float] | None:
    """The line at an end of the axis, as a text, with its slope and its height at 0; None where there is none.

    Args:
        graph, root: the expression in one variable.
        name: the variable.
        sign: of the end.

    Raises:
        NotImplementedError: SymPy leaves it open.
    """
    x, end = symbol(name), sign * sympy.oo
    taken = settled(graph, root, lambda node: _is_above(graph, node, x, end))
    expression = _in_sympys_own(to_sympy(graph, [taken], "", _MAX_DIGITS)[0])
    slope = _limit(expression / x, x, end)
    height = None if slope is None else _limit(expression - slope * x, x, end)
    if height is None:
        return None
    return str(formula([slope * x + height], (), False).text), float(slope), float(height)


def _in_sympys_own(expression: Any) -> Any:
    """An expression with SymPy's functions instead of ours of the same names, whose limits it knows."""
    return expression.replace(
        lambda e: isinstance(e, SpecialBase) and hasattr(sympy, type(e).__name__),
        lambda e: getattr(sympy, type(e).__name__)(*e.args),
    )


def _is_above(graph: Graph, node: int, x: Any, end: Any) -> bool | None:
    """Whether an expression is above 0 from somewhere on, or below; None where its limit is 0 or not known."""
    (expression,) = to_sympy(graph, [node], "", _MAX_DIGITS)
    try:
        found = sympy.limit(expression, x, end)
    except (NotImplementedError, ValueError, TypeError):
        return None
    if found.has(sympy.Limit, sympy.AccumBounds) or not (found.is_extended_positive or found.is_extended_negative):
        return None
    return bool(found.is_extended_positive)


def _limit(expression: Any, x: Any, end: Any) -> Any:
    """A limit that is a real number; None where there is none.

    Raises:
        NotImplementedError: SymPy leaves it open.
    """
    found = sympy.limit(expression, x, end)
    if found.is_number and found.is_finite and found.is_real and not found.has(sympy.Limit, sympy.AccumBounds):
        return found
    if found.has(sympy.AccumBounds) or found.is_infinite or (found.is_finite and found.is_real is False):
        return None
    raise NotImplementedError
