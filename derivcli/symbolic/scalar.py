"""The symbolic side of a small scalar question: graph to SymPy, derivatives, their forms, texts and graphs."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sympy
from sympy import DiracDelta

from derivcli.errors import UnsupportedError
from derivcli.graph import Graph
from derivcli.model import Formula, Path
from derivcli.symbolic.forms import Forms
from derivcli.symbolic.notation import formula
from derivcli.symbolic.program import torch_source
from derivcli.symbolic.translate import plain_logic, symbol, to_graph, to_sympy


@dataclass
class Symbolic:
    """Plain data about the derivatives.

    Args:
        read_as: the expression as it was understood.
        formulas: for each result its formula.
        graph: the derivatives as they are shown, and as SymPy first gave them.
        shown, raw: for each result the roots of its components in `graph`.
        on_the_way: for each result and component the roots of the derivatives of lower order that led to it.
        source: the torch program of the expression itself.
        warnings: what a reader should be told.
    """

    read_as: Formula
    formulas: dict[Path, Formula]
    graph: Graph
    shown: dict[Path, list[int]]
    raw: dict[Path, list[int]]
    on_the_way: dict[Path, list[list[int]]]
    source: str
    warnings: list[str] = field(default_factory=list)


def derive(
    graph: Graph,
    roots: Sequence[int],
    text: str,
    *,
    vector: bool,
    plan: Mapping[Path, tuple[str, ...]],
    variables: Sequence[str],
    simplify: str,
    decimals: bool,
    max_digits: int,
    seconds: float,
) -> Symbolic:
    """Differentiate with SymPy.

    Args:
        graph, roots: the expression's components, in primitives.
        text: the user's text, for errors.
        vector: whether the expression is vector-valued.
        plan: for each result the variables to differentiate by, in order.
        variables: the arguments of the torch program.
        simplify: "none", "fast", "auto" or "full".
        decimals: print coefficients as decimals.
        max_digits: how long a number may become.
        seconds: how long the search for the shortest form may take, if it is asked for in full.

    Raises:
        UnsupportedError: SymPy leaves a derivative open.
        LimitError, ParseError: as `to_sympy`.
    """
    expressions = to_sympy(graph, roots, text, max_digits)
    forms = Forms(simplify, seconds)
    known: dict[tuple[int, tuple[str, ...]], Any] = {(k, ()): e for k, e in enumerate(expressions)}
    shortened: dict[Any, Any] = {}
    raw: dict[Path, list[Any]] = {}
    shown: dict[Path, list[Any]] = {}
    for path, along in plan.items():
        raw[path] = [_derivative(known, k, along) for k in range(len(expressions))]
        for e in raw[path]:
            if e not in shortened:
                shortened[e] = forms.shortest(e)
        shown[path] = [shortened[e] for e in raw[path]]
    paths = list(plan)
    lower = {
        p: [[known[k, plan[p][:n]] for n in range(1, len(plan[p]))] for k in range(len(expressions))] for p in paths
    }
    built, number = to_graph([e for p in paths for e in (*shown[p], *raw[p], *itertools.chain(*lower[p]))])
    warnings = []
    if forms.out_of_time:
        hint = "--timeout gives it more" if simplify == "full" else "--simplify full gives it more"
        warnings.append(f"the search for a shorter form ran out of time: what was found by then is shown; {hint}")
    return Symbolic(
        formula(expressions, vector, decimals),
        {path: formula(shown[path], vector, decimals) for path in paths},
        built,
        {p: [number[e] for e in shown[p]] for p in paths},
        {p: [number[e] for e in raw[p]] for p in paths},
        {p: [[number[e] for e in steps] for steps in lower[p]] for p in paths},
        torch_source(expressions, variables),
        warnings,
    )


def _derivative(known: dict[tuple[int, tuple[str, ...]], Any], component: int, along: tuple[str, ...]) -> Any:
    """The derivative along a sequence of variables; every prefix is kept."""
    for length in range(1, len(along) + 1):
        key = (component, along[:length])
        if key not in known:
            before = known[component, along[: length - 1]]
            known[key] = _differentiate(before, symbol(along[length - 1]))
    return known[component, along]


def _differentiate(expression: Any, variable: Any) -> Any:
    derivative = expression.diff(variable)
    if derivative.has(DiracDelta):
        # Away from its step a step function has slope 0; the step itself is the verdict's business.
        derivative = derivative.replace(DiracDelta, lambda *_: sympy.Integer(0))
    if derivative.has(sympy.Derivative, sympy.Subs, sympy.re, sympy.im):
        raise UnsupportedError("SymPy leaves this derivative open")
    return plain_logic(derivative)
