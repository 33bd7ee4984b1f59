"""Nodes of a graph as formulas in the shortest form that is found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from derivcli.graph import Graph
from derivcli.model import Formula
from derivcli.symbolic.forms import Forms
from derivcli.symbolic.notation import formula
from derivcli.symbolic.translate import to_graph, to_sympy


@dataclass(frozen=True)
class Shown:
    """Formulas, and the same as nodes of a graph of their own."""

    formulas: Sequence[Formula]
    graph: Graph
    roots: Sequence[int]


def shown(graph: Graph, roots: Sequence[int], decimals: bool, max_digits: int) -> Shown:
    """The roots of a graph of primitives as formulas.

    Args:
        graph, roots: what is shown.
        decimals: whether coefficients are printed as decimals.
        max_digits: how long a number may become.

    Raises:
        ParseError, LimitError, UnsupportedError: SymPy cannot take it.
    """
    forms = Forms("auto", 0)
    found = [forms.shortest(e) for e in to_sympy(graph, roots, "", max_digits)]
    target, number = to_graph(found)
    return Shown([formula([e], (), decimals) for e in found], target, [number[e] for e in found])
