"""Formulas of nodes: the shortest form that has their values, or the nodes as they are."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from derivcli.deadline import Expired, deadline, undisturbed
from derivcli.errors import DerivError
from derivcli.graph import Graph
from derivcli.language import write
from derivcli.language.limits import MAX_NUMBER_DIGITS
from derivcli.model import Formula
from derivcli.numeric.exact import Exact, evaluate

# Larger graphs never meet SymPy; longer texts are not printed.
_MAX_NODES, _MAX_CHARACTERS = 500, 2_000
# How far, relative to it, a shorter form's value may be from the value itself; and points at which they are compared.
_TOLERANCE = 1e-12
_TRIALS = (6180, -7211, 11969)


def formulas_of(graph: Graph, roots: Sequence[int], decimals: bool, seconds: float) -> list[Formula]:
    """The formulas of nodes.

    Args:
        graph: of primitives.
        roots: what is shown.
        decimals: whether coefficients are printed as decimals.
        seconds: for SymPy; what takes longer is shown as it is.
    """
    plain = [Formula(write(graph, root, _MAX_CHARACTERS), None) for root in roots]
    if len(graph.reachable(roots)) > _MAX_NODES:
        return plain
    with undisturbed():
        from derivcli.symbolic.shown import shown
    try:
        with deadline(seconds):
            found = shown(graph, roots, decimals, MAX_NUMBER_DIGITS)
            names = graph.variables(roots)
            for trial in _TRIALS:
                point = {name: Fraction(trial + 1377 * k, 9973) for k, name in enumerate(names)}
                ours = evaluate(graph, roots, point, real=False, complex_too=True).roots
                theirs = evaluate(found.graph, found.roots, point, real=False, complex_too=True).roots
                if not all(map(_same, ours, theirs)):
                    return plain
    except (Expired, DerivError):
        return plain
    return list(found.formulas)


def unfinished(formulas: Sequence[Formula]) -> list[str]:
    """What is to be said of formulas that are as the rules leave them."""
    said = "there was no time to shorten the formulas, or they are too long: --timeout SECONDS gives more"
    return [said] if any(formula.latex is None for formula in formulas) else []


def _same(ours: Exact, theirs: Exact) -> bool:
    """Whether a form has the value, wherever the value is known."""
    if ours.kind != "number":
        return True
    a, b = ours.plain(), theirs.plain()
    return theirs.kind == "number" and abs(a - b) <= _TOLERANCE * max(abs(a), abs(b))
