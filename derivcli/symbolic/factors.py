"""What an expression is 0 with: its factors, as SymPy's algebra finds them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy

from derivcli.errors import UnsupportedError
from derivcli.graph import Graph
from derivcli.symbolic import laurent
from derivcli.symbolic.translate import symbol, to_graph, to_sympy

_MAX_DIGITS, _MAX_OPERATIONS = 20_000, 150


@dataclass(frozen=True)
class Factored:
    """A quotient of products, as nodes of a graph.

    Args:
        graph: of its own.
        over: factors of which one is 0 wherever the expression is; none where that is 0 nowhere.
        below: factors of the denominator.
        whole: the expression in this form, to be held against the first.
    """

    graph: Graph
    over: list[int]
    below: list[int]
    whole: int


def factors(graph: Graph, root: int, name: str, sign: int, doubtful: bool) -> Factored:
    """What an expression of one variable is 0 with, and what it divides by.

    Args:
        graph, root: the expression.
        name: its variable.
        sign: 1 where the variable is known to be positive, -1 where negative, else 0.
        doubtful: whether the expression may be 0 everywhere.

    Raises:
        UnsupportedError: the expression is too large, or has no form of this kind.
    """
    (expression,) = to_sympy(graph, [root], "", _MAX_DIGITS)
    if sympy.count_ops(expression) > _MAX_OPERATIONS:
        raise UnsupportedError("it is too large to be factored")
    x, known = symbol(name), sympy.Dummy(name, positive=True)
    if sign:
        expression = expression.xreplace({x: sign * known})
    # Exponentials stay as they are: factoring would take their exponents apart.
    powers = {e: sympy.Dummy(positive=True) for e in expression.atoms(sympy.exp)}
    whole = sympy.factor(sympy.together(expression.doit().xreplace(powers)))
    if doubtful and laurent.is_zero(whole.xreplace({dummy: e for e, dummy in powers.items()})):
        whole = sympy.S.Zero
    over, below, (whole,) = (
        [part.xreplace({dummy: e for e, dummy in powers.items()}).xreplace({known: sign * x}) for part in parts]
        for parts in (*map(_kept, sympy.fraction(whole)), [whole])
    )
    made, nodes = to_graph([*over, *below, whole])
    return Factored(made, [nodes[part] for part in over], [nodes[part] for part in below], nodes[whole])


def _kept(product: Any) -> list[Any]:
    """The factors of a product that may be 0, each once."""
    found = dict.fromkeys(_base(part) for part in sympy.Mul.make_args(product))
    return [part for part in found if not part.is_positive and not part.is_negative]


def _base(part: Any) -> Any:
    """What is 0 where a power or an absolute value is."""
    while True:
        if part.is_Pow and part.exp.is_number and part.exp.is_positive:
            part = part.base
        elif isinstance(part, sympy.Abs):
            part = part.args[0]
        else:
            return part
