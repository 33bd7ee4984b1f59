"""How a derivative as the rules leave it becomes the form that is shown: each form by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import sympy

from derivcli.deadline import Expired, deadline
from derivcli.graph import Graph
from derivcli.model import Formula
from derivcli.symbolic.forms import NAMED, expands
from derivcli.symbolic.notation import formula
from derivcli.symbolic.translate import to_sympy

# A larger expression is not rewritten in search of a name for what was done to it.
_LARGEST = 400
# What is only on the way is shortened up to this size, by so many forms.
_QUICK, _COUNT = 60, 4


def _split(expression: Any) -> Any:
    """A product with a sum as the sum of the products."""
    whole = next((f for f in sympy.Mul.make_args(expression) if f.is_Add), None)
    rest = None if whole is None else expression / whole
    return expression if whole is None else sympy.Add(*(term * rest for term in whole.args))


def _multiplied_in(expression: Any) -> Any:
    """2*(1 - x)*y as (2 - 2*x)*y."""
    number, rest = expression.as_coeff_Mul()
    bracket = next((f for f in sympy.Mul.make_args(rest) if f.is_Add), None)
    return expression if bracket is None or number == 1 else sympy.expand_mul(number * bracket) * (rest / bracket)


def _powers_split(expression: Any) -> Any:
    """x**(n - 1) as x**n/x."""
    return expression.replace(
        lambda e: e.is_Pow and e.exp.is_Add, lambda e: sympy.Mul(*(e.base**term for term in e.exp.args))
    )


# Forms that may come before another one.
_FIRST: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    ("number multiplied into the bracket", _multiplied_in),
    ("powers split", _powers_split),
    ("multiplied out", sympy.expand),
    ("split into a sum", _split),
    ("common factors taken out", sympy.factor_terms),
    ("powers brought together", sympy.powsimp),
)


def rewriting(
    graph: Graph, root: int, wanted: str | None, *, decimals: bool, real: bool, digits: int, seconds: float
) -> list[tuple[str, Formula]]:
    """The named forms from a derivative to the text of the one that is shown.

    Args:
        graph, root: the derivative, in primitives.
        wanted: the text that is shown; None where the shortest form will do.
        decimals: whether coefficients are printed as decimals.
        real: whether variables are real.
        digits: how long a number may become.
        seconds: for the search.

    Returns:
        Each form with what was done; the last one is the wanted text, unless no known form leads there.

    Raises:
        LimitError, ParseError, UnsupportedError: as `to_sympy`.
    """
    (collected,) = to_sympy(graph, [root], "", digits, real)

    def told(expression: Any) -> Formula:
        return formula([expression], (), decimals)

    found = [("like terms collected", told(collected))]
    try:
        with deadline(seconds):
            return [*found, *_searched(collected, wanted, told)]
    except Expired:
        return found


def _searched(collected: Any, wanted: str | None, told: Callable[[Any], Formula]) -> list[tuple[str, Formula]]:
    """The forms that lead on to the wanted text, or to a short one."""
    if wanted is None:
        name, shortest = min(_quick(collected), key=lambda form: form[1].count_ops())
        return [] if shortest == collected else [(name, told(shortest))]
    if told(collected).text == wanted or collected.count_ops() > _LARGEST:
        return []
    for path in _paths(collected):
        shown = [(name, told(expression)) for name, expression in path]
        if shown[-1][1].text == wanted:
            return shown
    return []


def _quick(expression: Any) -> list[tuple[str, Any]]:
    """The expression as it is, and its forms that are found at once."""
    if expression.count_ops() > _QUICK:
        return [("", expression)]
    forms = ((name, _tried(form, expression)) for form, name in NAMED[:_COUNT])
    return [("", expression), *((name, e) for name, e in forms if e is not None)]


def _paths(expression: Any) -> Iterator[list[tuple[str, Any]]]:
    """Forms that are found at once and pairs of them, then those that take longer."""
    for named in (NAMED[:_COUNT], NAMED[_COUNT:]):
        yield from ([(name, e)] for name, e in _forms(expression, named))
        for first, form in _FIRST:
            before = _tried(form, expression)
            if before is not None and before != expression:
                yield [(first, before)]
                yield from ([(first, before), (name, e)] for name, e in _forms(before, named))


def _forms(expression: Any, named: Sequence[tuple[Any, str]]) -> Iterator[tuple[str, Any]]:
    for form, name in named:
        found = _tried(form, expression)
        if found is not None and found != expression:
            yield name, found


def _tried(form: Callable[[Any], Any], expression: Any) -> Any:
    if expands(expression):
        return None
    try:
        return form(expression)
    except Exception:  # SymPy's searches fail in many ways; another one may do
        return None
