"""What is to be differentiated by what: the question after reading, as the rooms need it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from derivcli.graph import Graph
from derivcli.model import Path


@dataclass(frozen=True)
class Task:
    """One task for the symbolic and the numeric side.

    Args:
        text: the user's text, which the places of the graph's nodes are in.
        graph, roots: the expression's components, in primitives of the catalog.
        shape: of the expression's value; its components are the roots, row by row.
        variables: the arguments of the function, in order.
        kind: the key of the answer: gradient, jacobian, hessian or derivative.
        plan: for each result the variables to differentiate by, in order.
        decimals: whether coefficients are printed as decimals.
    """

    text: str
    graph: Graph
    roots: Sequence[int]
    shape: tuple[int, ...]
    variables: Sequence[str]
    kind: str
    plan: Mapping[Path, tuple[str, ...]]
    decimals: bool
