"""An expression that is linear in a name, by its coefficient and the rest."""

from __future__ import annotations

from derivcli.graph import Graph
from derivcli.model import Formula
from derivcli.symbolic.notation import formula
from derivcli.symbolic.translate import symbol, to_sympy


def linear(graph: Graph, root: int, name: str, *, decimals: bool, digits: int) -> tuple[Formula, Formula] | None:
    """The coefficient of a name and what it is equal to, where the expression is 0; None where it is not linear.

    Args:
        graph, root: the expression, in primitives.
        name: the name.
        decimals: whether coefficients are printed as decimals.
        digits: how long a number may become.

    Raises:
        LimitError, ParseError, UnsupportedError: as `to_sympy`.
    """
    (expression,) = to_sympy(graph, [root], "", digits)
    unknown = symbol(name)
    coefficient = expression.diff(unknown)
    if coefficient.has(unknown) or coefficient == 0:
        return None
    rest = -expression.subs(unknown, 0)
    return formula([coefficient], (), decimals), formula([rest], (), decimals)
