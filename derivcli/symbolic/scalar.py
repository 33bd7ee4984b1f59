"""The symbolic side of a small scalar question: graph to SymPy, derivatives, their forms, texts and graphs."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import sympy
from sympy import DiracDelta

from derivcli.errors import UnsupportedError
from derivcli.graph import BINDERS, Graph
from derivcli.symbolic.forms import Forms
from derivcli.symbolic.notation import formula
from derivcli.symbolic.program import torch_source
from derivcli.symbolic.translate import open_derivative, plain_logic, symbol, to_graph, to_sympy
from derivcli.task import Limits, Symbolic, Task


def derive(task: Task, simplify: str, limits: Limits) -> Symbolic:
    """Differentiate with SymPy.

    Args:
        task: what to differentiate.
        simplify: "none", "fast", "auto" or "full".
        limits: what it may spend.

    Raises:
        UnsupportedError: SymPy leaves a derivative open, or it becomes too long.
        LimitError, ParseError: as `to_sympy`.
    """
    real = task.numbers != "complex"
    expressions = to_sympy(task.graph, task.roots, task.text, limits.digits, real)
    components = range(len(expressions))
    known: dict[tuple[int, tuple[str, ...]], Any] = {(k, ()): e for k, e in enumerate(expressions)}
    raw = {
        path: [_derivative(known, k, along, real, limits.operations) for k in components]
        for path, along in task.plan.items()
    }
    lower = {p: [[known[k, a[:n]] for n in range(1, len(a))] for k in components] for p, a in task.plan.items()}
    forms = Forms(simplify, limits.seconds)
    shortest = {e: forms.shortest(e) for e in dict.fromkeys(itertools.chain(*raw.values()))}
    shown = {path: [shortest[e] for e in results] for path, results in raw.items()}
    graph, number = to_graph(
        [e for p in task.plan for e in (*shown[p], *raw[p], *itertools.chain.from_iterable(lower[p]))]
    )
    return Symbolic(
        read_as=formula(expressions, task.shape, task.decimals),
        formulas={path: formula(results, task.shape, task.decimals) for path, results in shown.items()},
        graph=graph,
        shown={p: [number[e] for e in shown[p]] for p in task.plan},
        raw={p: [number[e] for e in raw[p]] for p in task.plan},
        on_the_way={p: [[number[e] for e in steps] for steps in lower[p]] for p in task.plan},
        source=_source(task, expressions, limits.digits),
        warnings=[
            *(_not_real(expressions) if task.numbers == "real" else []),
            *([_late(simplify)] if forms.out_of_time else []),
        ],
    )


# What SymPy would take apart before it is printed.
_OPAQUE = ("piecewise", "exp2", "log2", "log10")


def _source(task: Task, expressions: list[Any], max_digits: int) -> str:
    """The torch program; what is computed as it was typed, or in complex numbers, is none of SymPy's business."""
    if task.computed is None or task.computed.literal or task.numbers != "real":
        return ""
    ops = {task.computed.graph.nodes[i].op for i in task.computed.graph.reachable(task.computed.roots)}
    if not ops.isdisjoint(BINDERS):
        return ""  # it is written from the graph
    if task.computed.changed or not ops.isdisjoint(_OPAQUE):
        graph, roots = _opaque(task.computed.graph, task.computed.roots)
        expressions = to_sympy(graph, roots, task.text, max_digits)
    return torch_source(expressions, task.variables)


def _opaque(graph: Graph, roots: Sequence[int]) -> tuple[Graph, list[int]]:
    """The graph with choices that SymPy leaves alone: their guards hold for the branches as they are."""
    target = Graph()
    rename = {"piecewise": "choice"}
    return target, graph.copy_into(
        target, roots, lambda _, node, args: target.add(rename[node.op], args) if node.op in rename else None
    )


def _not_real(expressions: list[Any]) -> list[str]:
    """Say that a constant part is not real, as (-8)**(1/3) is not."""
    powers = (p for e in expressions for p in e.atoms(sympy.Pow))
    roots = any(p.base.is_negative and p.exp.is_Rational and not p.exp.is_Integer for p in powers)
    if roots or any(e.has(sympy.I) for e in expressions):
        return ["a part of the expression is not a real number; the real cube root is cbrt(x)"]
    return []


def _late(simplify: str) -> str:
    hint = "--timeout gives it more" if simplify == "full" else "--simplify full gives it more"
    return f"the search for a shorter form ran out of time: what was found by then is shown; {hint}"


def _derivative(
    known: dict[tuple[int, tuple[str, ...]], Any],
    component: int,
    along: tuple[str, ...],
    real: bool,
    operations: int | None,
) -> Any:
    """The derivative along a sequence of variables; every prefix is kept."""
    for length in range(1, len(along) + 1):
        key = (component, along[:length])
        if key not in known:
            before = known[component, along[: length - 1]]
            known[key] = _differentiate(before, symbol(along[length - 1], real))
            if operations is not None and known[key].count_ops() > operations:
                raise UnsupportedError("the derivative is too long")
    return known[component, along]


def _differentiate(expression: Any, variable: Any) -> Any:
    derivative = expression.diff(variable)
    if derivative.has(DiracDelta):
        # Away from its step a step function has slope 0; the step itself is the verdict's business.
        derivative = derivative.replace(DiracDelta, lambda *_: sympy.Integer(0))
    left = derivative.atoms(sympy.Derivative, sympy.Subs) - {s.expr for s in derivative.atoms(sympy.Subs)}
    if derivative.has(sympy.re, sympy.im) or any(open_derivative(e) is None for e in left):
        raise UnsupportedError("SymPy leaves this derivative open")
    return plain_logic(derivative)
