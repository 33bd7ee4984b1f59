"""What a form does in several acts, told one by one: by texts, since SymPy would do the next act at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import sympy

from derivcli.model import Formula
from derivcli.symbolic.algebra import ALL_MULTIPLIED_OUT, COLLECTED, OVER_ONE
from derivcli.symbolic.fractions import in_parts
from derivcli.symbolic.joined import brackets_cleared, roots_cleared
from derivcli.symbolic.singles import BRACKETS_CLEARED, ROOT_OF_QUOTIENT

OPENED_BELOW = "denominator multiplied out"
_BY_RECIPROCAL, _MULTIPLIED = "divided by a fraction: multiplied by its reciprocal", "fractions multiplied"
_ROOT_OF_SQUARE = "root of a square, sqrt(a**2) = abs(a)"
_ROOT_OF_POWER = "root of a power, sqrt(a**(2*n)) = a**n"
_ROOT_OF_NUMBER = "root of a number worked out"
_DOUBLE, _POWERS = "fraction of a fraction, (a/b)/c = a/(b*c)", "product of powers, a**m*a**n = a**(m + n)"
# From an expression to its text.
Told = Callable[[Any], Formula]
_Lines = Iterator[tuple[str, Formula]]


def _standing(text: str) -> Any:
    """A text as it stands in an expression: nothing is done to it."""
    return sympy.Symbol(text, positive=True)


def roots_taken(before: Any, after: Any, told: Told) -> _Lines:
    """Roots of fractions over one denominator, then taken apart, the lower one worked out, one fraction in the end."""

    roots = [e for e in sympy.preorder_traversal(before) if _is_taken(e)]
    if not roots or any(abs(root.exp) != sympy.S.Half for root in roots):
        yield ROOT_OF_QUOTIENT, told(after)
        return

    kept = all(after.has(sympy.fraction(sympy.together(root.base))[0]) for root in roots)
    final = sympy.together if kept else sympy.cancel

    def text(written: Callable[[Any, Any, bool], Any], form: Callable[[Any], Any] = final) -> Formula:
        def root(power: Any) -> Any:
            over, below = sympy.fraction(form(power.base))
            return written(over, sympy.factor(below), bool(power.exp.is_negative))

        return Formula(told(before.replace(_is_taken, root)).text, None)

    def whole(over: Any, below: Any, inverse: bool) -> Any:
        return _standing(f"sqrt(({told(over).text})/({told(below).text}))") ** (-1 if inverse else 1)

    def taken(over: Any, below: Any, inverse: bool) -> Any:
        return _standing(f"(sqrt({told(over).text})/sqrt({told(below).text}))") ** (-1 if inverse else 1)

    def worked(over: Any, below: Any, inverse: bool) -> Any:
        return _standing(f"(sqrt({told(over).text})/({told(sympy.sqrt(below)).text}))") ** (-1 if inverse else 1)

    def single(over: Any, below: Any, inverse: bool) -> Any:
        up, down = _standing(f"sqrt({told(over).text})"), _standing(f"({told(sympy.sqrt(below)).text})")
        return down / up if inverse else up / down

    yield OVER_ONE, text(whole, sympy.together)
    yield ALL_MULTIPLIED_OUT, text(whole)
    yield ROOT_OF_QUOTIENT, text(taken)
    yield _root_name(sympy.factor(sympy.fraction(final(roots[0].base))[1])), text(worked)
    yield _BY_RECIPROCAL if any(root.exp.is_negative for root in roots) else _MULTIPLIED, text(single)
    yield "cancelled", told(after)


def takes_roots(before: Any, after: Any) -> bool:
    """Whether a form takes roots of fractions part by part."""
    return any(map(_is_taken, before.atoms(sympy.Pow))) and not any(map(_is_taken, after.atoms(sympy.Pow)))


def _is_taken(e: Any) -> bool:
    """Whether an expression is a root that is taken of a fraction part by part."""
    return bool(e.is_Pow and roots_cleared(e) != e and e.exp.is_Rational and e.exp.q == 2)


def _root_name(below: Any) -> str:
    if below.is_number:
        return _ROOT_OF_NUMBER
    return _ROOT_OF_SQUARE if sympy.sqrt(below).has(sympy.Abs) else _ROOT_OF_POWER


def term_by_term(form: Callable[[Any], Any], before: Any, name: str, told: Told) -> _Lines:
    """A form of terms that are alike after it, before they are collected; nothing where no terms are."""
    alike = False

    def mapped(e: Any) -> Any:
        nonlocal alike
        terms = [form(t) for t in e.args]
        if len(sympy.Add.make_args(sympy.Add(*terms))) >= len(terms):
            return e
        alike = True
        return sympy.Add(*(_held(new, told) if new != old else new for old, new in zip(e.args, terms, strict=True)))

    whole = before.replace(lambda e: e.is_Add, mapped)
    if alike:
        yield name, Formula(told(whole).text, None)


def _held(term: Any, told: Told) -> Any:
    number, rest = term.as_coeff_Mul()
    return term if rest == 1 else number * _standing(str(told(rest).text))


def cleared_name(before: Any) -> str:
    """What is done where fractions in brackets below a line go: the bracket is multiplied out, or has one line then."""
    return OPENED_BELOW if all(map(_keeps_top, _outermost(before))) else BRACKETS_CLEARED


def _outermost(e: Any) -> Iterator[Any]:
    """The products and powers in which brackets below a line are cleared."""
    below = (f for f in sympy.Mul.make_args(e) if f.is_Pow and f.exp.is_negative)
    if any(brackets_cleared(f) != f for f in below):
        yield e
        return
    for part in e.args:
        yield from _outermost(part)


def _keeps_top(e: Any) -> bool:
    return bool(sympy.fraction(e)[0] == sympy.fraction(brackets_cleared(e))[0])


def below_opened(before: Any, after: Any, told: Told) -> tuple[list[tuple[str, Formula]], Any]:
    """A fraction with brackets in its denominator on the way to one that has none, or fewer.

    Returns:
        The lines, and the fraction after them; no lines where the denominators are not equal but for a number.
    """
    cleared = brackets_cleared(before)
    if cleared not in (before, after) and not before.is_Add and _keeps_top(before):
        return [(OPENED_BELOW, told(cleared))], cleared
    (over, below), (top, new) = sympy.fraction(before), sympy.fraction(after)
    number = over / top if top != 0 else sympy.S.Zero
    if not below.is_Add or not number.is_number or number in (0, 1, -1) or sympy.expand(number * new - below) != 0:
        return [], before
    terms = [t for part in below.args for t in sympy.expand(part).as_ordered_terms()]
    collected = sympy.Add(*terms)
    if collected == below:
        return [], before
    opened = " + ".join(f"({told(t).text})" for t in terms)
    return [
        (OPENED_BELOW, Formula(f"({told(over).text})/({opened})", None)), (COLLECTED, told(over / collected)),
    ], over / collected  # fmt: skip


def top_over_one(before: Any, told: Told) -> _Lines:
    """Fractions above a line over one denominator, then one line of two; nothing where there are none."""
    over, below = sympy.fraction(before)
    if below == 1 or not over.is_Add:
        return
    name, laid = next(in_parts(over, over, False), ("", None))
    if laid is None or name != OVER_ONE:
        return
    top = f"({told(laid.factor).text})*({' + '.join(f'({told(t).text})' for t in laid.terms)})"
    first, second = (told(e).text for e in (laid.below, below))
    yield OVER_ONE, Formula(f"({top}/({first}))/({second})", None)
    whole = laid.below * below
    factors = [f for e in (laid.below, below) for f in sympy.Mul.make_args(e) if f != 1]
    if len(factors) > len(sympy.Mul.make_args(whole)):
        yield _DOUBLE, Formula(f"{top}/(({first})*({second}))", None)
    moving = len(_moving(whole)) < sum(not f.is_number for f in factors)
    numbers = sum(bool(f.is_number) for f in factors) > 1
    name = _POWERS if moving else "numbers worked out" if numbers else _DOUBLE
    yield name, Formula(f"{top}/({told(whole).text})", None)


def _moving(product: Any) -> list[Any]:
    return [f for f in sympy.Mul.make_args(product) if not f.is_number]
