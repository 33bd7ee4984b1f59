"""Taylor polynomials as texts and graphs: exact coefficients about an exact point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sympy
from sympy import S

from derivcli.errors import UnsupportedError
from derivcli.graph import Graph
from derivcli.model import Formula
from derivcli.reverse import Partials
from derivcli.symbolic.forms import Forms
from derivcli.symbolic.notation import formula
from derivcli.symbolic.series import Expansion, Scene
from derivcli.symbolic.translate import symbol, to_graph, to_sympy

# Digits of numbers in an expression whose degree is looked at.
_MAX_DIGITS = 20_000


@dataclass(frozen=True)
class Expanded:
    """What stands before each product of powers that is there.

    Args:
        steps: for each variable its distance from the point, x - x0.
        coefficients: by the exponents, in the order of the variables; and their formulas.
        graph, roots: the same as nodes.
        ends: whether the expression is this polynomial itself.
    """

    steps: Mapping[str, Formula]
    coefficients: Mapping[tuple[int, ...], Formula]
    graph: Graph
    roots: Mapping[tuple[int, ...], int]
    ends: bool


@dataclass(frozen=True)
class Site:
    """What is expanded: an expression in primitives, with nodes for the variables' values.

    Args:
        graph, root: the expression.
        begins: for each variable the node of its value.
        partials: the partial derivatives of functions.
        corners: nodes with the condition under which they need have no derivative.
        decimals: whether numbers are printed as decimals.
    """

    graph: Graph
    root: int
    begins: Mapping[str, int]
    partials: Partials
    corners: Mapping[int, int]
    decimals: bool


def expanded(site: Site, order: int, seconds: float) -> Expanded:
    """The Taylor polynomial of an order.

    Args:
        site: what is expanded, and where.
        order: in all variables together.
        seconds: for the search for short coefficients.

    Raises:
        UnsupportedError: there is none, or its coefficients are none of the catalog's functions.
    """
    several = len(site.begins) > 1
    directions = {name: sympy.Dummy(name, real=True) if several else S.One for name in site.begins}
    scene = Scene(site.graph, site.begins, directions, site.partials, site.corners)
    found = Expansion(scene).coefficients(site.root, order)
    forms = Forms("auto", seconds)
    exact: dict[tuple[int, ...], Any] = {}
    for k, coefficient in enumerate(found):
        parts = _parts(coefficient, list(directions.values()), k) if several else {(k,): coefficient}
        exact.update({powers: forms.shortest(c) for powers, c in parts.items() if c != 0})
    graph, number = to_graph(list(exact.values()))
    values = to_sympy(site.graph, list(site.begins.values()), "", _MAX_DIGITS)
    return Expanded(
        {n: formula([symbol(n) - v], (), site.decimals) for n, v in zip(site.begins, values, strict=True)},
        {powers: formula([c], (), site.decimals) for powers, c in exact.items()},
        graph,
        {powers: number[c] for powers, c in exact.items()},
        _ends(site, order),
    )


def _parts(coefficient: Any, directions: list[Any], degree: int) -> dict[tuple[int, ...], Any]:
    """A coefficient along directions as the coefficients of their products of powers."""
    try:
        polynomial = sympy.Poly(sympy.cancel(sympy.expand(coefficient)), *directions)
    except sympy.PolynomialError:
        polynomial = None
    if polynomial is None or any(sum(powers) != degree for powers in polynomial.monoms() if polynomial):
        raise UnsupportedError("there is no Taylor series: the derivative depends on the direction")
    return dict(polynomial.terms())


def _ends(site: Site, order: int) -> bool:
    (expression,) = to_sympy(site.graph, [site.root], "", _MAX_DIGITS)
    symbols = [symbol(name) for name in site.begins]
    if not expression.is_polynomial(*symbols):
        return False
    return bool(sympy.Poly(expression, *symbols).total_degree() <= order)
