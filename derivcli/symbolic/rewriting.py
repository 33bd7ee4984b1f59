"""How a derivative as the rules leave it becomes the form that is shown: each form by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import sympy
from sympy.functions.elementary.hyperbolic import HyperbolicFunction
from sympy.functions.elementary.trigonometric import TrigonometricFunction

from derivcli.deadline import Expired, deadline
from derivcli.graph import Graph
from derivcli.model import Formula
from derivcli.symbolic.algebra import (
    COLLECTED,
    HYPERBOLIC,
    MULTIPLIED_OUT,
    OVER_ONE,
    PYTHAGORAS,
    TAKEN_OUT,
    Laid,
    expands,
    in_parts,
)  # fmt: skip
from derivcli.symbolic.forms import AS_FRACTION, NAMED, SHORTER, powers_joined
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
)
_MULTIPLIED_OUT = f"{MULTIPLIED_OUT} and {COLLECTED}"
# Forms of fractions, which are told in parts.
_REARRANGED = "brackets and fractions rearranged"
_OF_FRACTIONS = {
    *AS_FRACTION,
    OVER_ONE,
    TAKEN_OUT,
    MULTIPLIED_OUT,
    _MULTIPLIED_OUT,
    "factored",
    _REARRANGED,
    PYTHAGORAS,
    HYPERBOLIC,
}
# What a shorter form goes back to, by the functions that there were.
_IDENTITIES: tuple[tuple[tuple[Any, ...], str], ...] = (
    ((TrigonometricFunction,), "trigonometric identities"),
    ((HyperbolicFunction,), "hyperbolic identities"),
    ((sympy.log,), "laws of logarithms"),
    ((sympy.exp,), "laws of exponents"),
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

    found = [(COLLECTED, told(collected))]
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
        if told(path[-1][1]).text == wanted:
            befores = [collected, *(expression for _, expression in path)]
            return [part for before, form in zip(befores, path, strict=False) for part in _detailed(before, form, told)]
    return []


def _detailed(before: Any, form: tuple[str, Any], told: Callable[[Any], Formula]) -> list[tuple[str, Formula]]:
    """One form in steps that can be followed, where it is one of fractions."""
    name, after = form
    if name not in _OF_FRACTIONS:
        return [(name, told(after))]
    parts = list(in_parts(before, name in (PYTHAGORAS, HYPERBOLIC)))
    return [*((said, _laid_out(laid, told)) for said, laid in parts), (_last_name(name, parts, after), told(after))]


def _laid_out(laid: Laid, told: Callable[[Any], Formula]) -> Formula:
    """A fraction as it is laid out; without LaTeX where SymPy would collect its terms."""
    if len(laid.terms) == 1:
        return told(laid.value())
    terms = " + ".join(f"({told(term).text})" for term in laid.terms)
    return Formula(f"({told(laid.factor).text})*({terms})/({told(laid.below).text})", None)


def _last_name(name: str, parts: Sequence[tuple[str, Laid]], after: Any) -> str:
    """What leads from the last of the parts to the form itself."""
    if not parts:
        return name
    last = parts[-1][1]
    over, below = sympy.fraction(after)
    if not sympy.cancel(last.below / below).is_number:
        return "cancelled"
    if after.is_Add:
        return "multiplied out" if below == 1 else "split into a sum"
    if sum(f.is_Add for f in sympy.Mul.make_args(over)) > 1:
        return "factored"
    return "denominator in factors" if name in AS_FRACTION and below.is_Mul else "common factors taken out"


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
            yield _said(name, expression, found), found


def _said(name: str, before: Any, after: Any) -> str:
    """The name of what was done: of a form that does many things, by what was seen to change."""
    if name in AS_FRACTION and not any(power.exp.is_negative for power in after.atoms(sympy.Pow)):
        return _MULTIPLIED_OUT
    if name == PYTHAGORAS and not before.has(TrigonometricFunction):
        return HYPERBOLIC
    if name != SHORTER:
        return name
    if after.has(sympy.sign) and not before.has(sympy.sign):
        return "quotient by the absolute value written as sign"
    if after.has(HyperbolicFunction) and not before.has(HyperbolicFunction):
        return "exponentials written as hyperbolic functions"
    if before.has(sympy.Piecewise):
        return "cases put together"
    if _is_rational_algebra(before, after):
        return _REARRANGED
    known = next((said for kinds, said in _IDENTITIES if before.has(*kinds)), None)
    roots = any(power.exp.is_Rational and not power.exp.is_Integer for power in before.atoms(sympy.Pow))
    return known or ("laws of roots" if roots else name)


def _is_rational_algebra(before: Any, after: Any) -> bool:
    """Whether two forms are equal whatever the functions in them are: no identity of these was needed."""
    letters: dict[Any, Any] = {}

    def hidden(expression: Any) -> Any:
        return expression.replace(
            lambda e: e.is_Function or (e.is_Pow and not e.exp.is_Integer),
            lambda e: letters.setdefault(e, sympy.Dummy()),
        )

    return bool(sympy.cancel(sympy.together(hidden(before) - hidden(after))) == 0)


def _tried(form: Callable[[Any], Any], expression: Any) -> Any:
    if expands(expression):
        return None
    try:
        return form(expression)
    except Exception:  # SymPy's searches fail in many ways; another one may do
        return None
