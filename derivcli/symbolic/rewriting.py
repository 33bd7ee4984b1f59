"""How a derivative as the rules leave it becomes the form that is shown: each form by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import sympy

from derivcli.deadline import Expired, deadline
from derivcli.graph import Graph
from derivcli.model import Formula
from derivcli.symbolic.algebra import (
    ALL_MULTIPLIED_OUT,
    COLLECTED,
    HYPERBOLIC,
    MULTIPLIED_OUT,
    OVER_ONE,
    PYTHAGORAS,
    TAKEN_OUT,
    by_pythagoras,
    expands,
)  # fmt: skip
from derivcli.symbolic.forms import AS_FRACTION, NAMED, SHORTER, powers_joined
from derivcli.symbolic.fractions import Laid, in_parts, is_rearranged
from derivcli.symbolic.named import REARRANGED, RECIPROCALS, said
from derivcli.symbolic.notation import formula
from derivcli.symbolic.translate import to_sympy

# A larger expression is not rewritten in search of a name for what was done to it.
_LARGEST = 400
# What is only on the way is shortened up to this size, by so many forms.
_QUICK, _COUNT = 60, 4
# So many forms follow each other, and so many expressions are looked at.
_LONGEST, _TRIED = 3, 60


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


def _expanded_by_root(expression: Any) -> Any:
    """1/sqrt(u) as sqrt(u)/u."""
    return expression.replace(
        lambda e: e.is_Pow and e.exp == -sympy.S.Half, lambda e: sympy.sqrt(e.base) * (sympy.S.One / e.base)
    )


def _without_reciprocals(expression: Any) -> Any:
    """sec(x) as 1/cos(x), and so on."""
    return expression.replace(lambda e: isinstance(e, RECIPROCALS), lambda e: 1 / e._reciprocal_of(e.args[0]))


# More forms that are found at once.
_MORE: tuple[tuple[Callable[[Any], Any], str], ...] = (
    (_multiplied_in, "number multiplied into the bracket"),
    (_powers_split, "powers split"),
    (powers_joined, "powers brought together"),
    (sympy.powsimp, "powers brought together"),
    (sympy.together, OVER_ONE),
    (sympy.expand, MULTIPLIED_OUT),
    (_split, "split into a sum"),
    (_expanded_by_root, "fraction expanded by the root"),
    (_without_reciprocals, "reciprocal functions written out"),
)
_EXPANDED = "fraction expanded"
# Forms of fractions, which are told in parts.
_OF_FRACTIONS = {
    *AS_FRACTION, OVER_ONE, TAKEN_OUT, MULTIPLIED_OUT, ALL_MULTIPLIED_OUT, "factored", REARRANGED, PYTHAGORAS,
    HYPERBOLIC,
}  # fmt: skip


def rewriting(
    graph: Graph, root: int, wanted: tuple[int, str] | None, *, decimals: bool, real: bool, digits: int, seconds: float
) -> list[tuple[str, Formula]]:
    """The named forms from a derivative to the text of the one that is shown.

    Args:
        graph, root: the derivative, in primitives.
        wanted: the node and the text of what is shown; None where the shortest form will do.
        decimals: whether coefficients are printed as decimals.
        real: whether variables are real.
        digits: how long a number may become.
        seconds: for the search.

    Returns:
        Each form with what was done; the last one is the wanted text, unless no known form leads there.

    Raises:
        LimitError, ParseError, UnsupportedError: as `to_sympy`.
    """
    roots = [root] if wanted is None else [root, wanted[0]]
    collected, *goals = to_sympy(graph, roots, "", digits, real)

    def told(expression: Any) -> Formula:
        return formula([expression], (), decimals)

    found = [(COLLECTED, told(collected))]
    try:
        with deadline(seconds):
            if wanted is None:
                return [*found, *_short(collected, told)]
            return [*found, *_searched(collected, goals[0], wanted[1], told)]
    except Expired:
        return found


def _short(collected: Any, told: Callable[[Any], Formula]) -> list[tuple[str, Formula]]:
    name, shortest = min(_quick(collected), key=lambda form: form[1].count_ops())
    return [] if shortest == collected else [(name, told(shortest))]


def _searched(collected: Any, goal: Any, wanted: str, told: Callable[[Any], Formula]) -> list[tuple[str, Formula]]:
    """The forms that lead on to the wanted text."""
    if told(collected).text == wanted or collected.count_ops() > _LARGEST:
        return []
    if is_rearranged(collected, goal):
        return _ending(_detailed(collected, (REARRANGED, goal), told), wanted)
    for path in _paths(collected):
        if told(path[-1][1]).text == wanted:
            befores = [collected, *(expression for _, expression in path)]
            return [part for before, form in zip(befores, path, strict=False) for part in _detailed(before, form, told)]
    return [(said(SHORTER, collected, goal), replace(told(goal), text=wanted))]


def _ending(parts: list[tuple[str, Formula]], wanted: str) -> list[tuple[str, Formula]]:
    """The same with the last form as it is wanted: what SymPy builds again it may bracket otherwise."""
    name, last = parts[-1]
    return [*parts[:-1], (name, replace(last, text=wanted))]


def _detailed(before: Any, form: tuple[str, Any], told: Callable[[Any], Formula]) -> list[tuple[str, Formula]]:
    """One form in steps that can be followed, where it is one of fractions or goes back to an identity."""
    name, after = form
    if name.endswith("angle identity"):
        shorter = by_pythagoras(before)
        if shorter.count_ops() < before.count_ops() and shorter != after:
            first = _detailed(before, (said(PYTHAGORAS, before, shorter), shorter), told)
            return [*first, (name, told(after))]
    if name not in _OF_FRACTIONS:
        return [(name, told(after))]
    if name == REARRANGED:
        name = next((said for form, said in _MORE if said not in _OF_FRACTIONS and _tried(form, before) == after), name)
        if name != REARRANGED:
            return [(name, told(after))]
    squares = (PYTHAGORAS, HYPERBOLIC)
    parts = list(in_parts(before, after, name in squares))
    if name in squares and not any(part in squares for part, _ in parts):
        return [(name, told(after))]
    shown: list[tuple[str, Formula]] = []
    for last_name, last in parts:
        if last.is_collected() and last.value() == after:
            return [*shown, (last_name, told(after))]
        shown.append((last_name, _laid_out(last, told)))
    return [*shown, (_from_parts(parts[-1][1], after) if parts else _at_once(name, before, after), told(after))]


def _laid_out(laid: Laid, told: Callable[[Any], Formula]) -> Formula:
    """A fraction as it is laid out; without LaTeX where SymPy would collect its terms."""
    if len(laid.terms) == 1:
        return told(laid.value())
    terms = " + ".join(f"({told(term).text})" for term in laid.terms)
    return Formula(f"({told(laid.factor).text})*({terms})/({told(laid.below).text})", None)


def _from_parts(last: Laid, after: Any) -> str:
    """What leads from the last of the parts to the form itself."""
    over, below = sympy.fraction(after)
    if after.is_Add:
        return MULTIPLIED_OUT if last.below == 1 else "divided term by term"
    if sympy.expand(last.below - below) != 0:
        return "cancelled" if over.count_ops() <= sympy.fraction(last.value())[0].count_ops() else _EXPANDED
    if not last.is_collected():
        return COLLECTED
    if sum(f.is_Add for f in sympy.Mul.make_args(over)) > 1:
        return "factored"
    return "denominator in factors" if below.is_Mul and last.below.is_Add else TAKEN_OUT


def _at_once(name: str, before: Any, after: Any) -> str:
    """What a form is called that is not told in parts."""
    if name == REARRANGED:
        known = (said for form, said in (*NAMED[:_COUNT], *_MORE) if _tried(form, before) == after)
        name = next(known, name)
    below = sympy.fraction(before)[1]
    if name in AS_FRACTION and not before.is_Add and below != 1:
        return _EXPANDED
    if name != REARRANGED:
        return name
    if after.is_Add:
        return name if before.is_Add else MULTIPLIED_OUT if below == 1 else "divided term by term"
    inner = any(f.is_Add and sympy.fraction(sympy.together(f))[1] != 1 for f in sympy.Mul.make_args(after))
    return TAKEN_OUT if before.is_Add or inner else _EXPANDED if below != 1 else name


def _quick(expression: Any) -> list[tuple[str, Any]]:
    """The expression as it is, and its forms that are found at once."""
    if expression.count_ops() > _QUICK:
        return [("", expression)]
    return [("", expression), *_forms(expression, NAMED[:_COUNT])]


def _paths(expression: Any) -> Iterator[list[tuple[str, Any]]]:
    """Forms that are found at once, then those that take longer, then up to three of the first one after another."""
    at_once = (*NAMED[:_COUNT], *_MORE)
    yield from ([form] for form in _forms(expression, at_once))
    yield from ([form] for form in _forms(expression, NAMED[_COUNT:]))
    reached: dict[Any, list[tuple[str, Any]]] = {expression: []}
    last = dict(reached)
    for _ in range(_LONGEST):
        now, last = last, {}
        # Those that take least, of all expressions, come first.
        for form in (NAMED[0], *_MORE, *NAMED[1:_COUNT]):
            for before, path in now.items():
                for name, found in _forms(before, [form]):
                    if found in reached or len(reached) > _TRIED:
                        continue
                    reached[found] = last[found] = [*path, (name, found)]
                    yield reached[found]
    for before, path in list(reached.items())[1:_COUNT]:
        yield from ([*path, form] for form in _forms(before, NAMED[_COUNT:]))


def _forms(expression: Any, named: Sequence[tuple[Any, str]]) -> Iterator[tuple[str, Any]]:
    for form, name in named:
        found = _tried(form, expression)
        if found is not None and found != expression:
            yield said(name, expression, found), found


def _tried(form: Callable[[Any], Any], expression: Any) -> Any:
    if expands(expression):
        return None
    try:
        return form(expression)
    except Exception:  # SymPy's searches fail in many ways; another one may do
        return None
