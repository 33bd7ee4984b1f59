"""One form of an expression in steps that can be followed, each by its name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy

from derivcli.model import Formula
from derivcli.symbolic.algebra import (
    COLLECTED,
    HYPERBOLIC,
    IN_FACTORS,
    MULTIPLIED_OUT,
    OVER_ONE,
    PYTHAGORAS,
    SPLIT,
    TAKEN_OUT,
    by_pythagoras,
)
from derivcli.symbolic.apart import (
    OPENED_BELOW,
    Told,
    below_opened,
    cleared_name,
    roots_taken,
    takes_roots,
    term_by_term,
    top_over_one,
)
from derivcli.symbolic.forms import AS_FRACTION, NAMED
from derivcli.symbolic.fractions import OF_FRACTIONS, Laid, in_parts
from derivcli.symbolic.identities import SINGLE
from derivcli.symbolic.named import REARRANGED, pythagorean, said
from derivcli.symbolic.singles import (
    BRACKETS_CLEARED,
    MORE,
    ROOT_OF_QUOTIENT,
    UNDER_ROOT,
    root_with_number,
    tried,
)

# So many of the named forms are found at once.
AT_ONCE = 4
# Forms of fractions, which are told in parts.
_OF_FRACTIONS = {*OF_FRACTIONS, *AS_FRACTION, "factored", REARRANGED}


def detailed(before: Any, form: tuple[str, Any], told: Told) -> list[tuple[str, Formula]]:
    """One form in steps that can be followed, where it is one of fractions or goes back to an identity."""
    given, after = form
    name, squares = given, (PYTHAGORAS, HYPERBOLIC)
    if name.endswith("angle identity") or name in ("definition of cosh", "definition of sinh"):
        for first, way in ((PYTHAGORAS, by_pythagoras), (REARRANGED, sympy.factor)):
            shorter = way(before)
            if shorter.count_ops() < before.count_ops() and shorter != after:
                return [*detailed(before, (said(first, before, shorter), shorter), told), (name, told(after))]
    if before == after:  # SymPy multiplies numbers into brackets by itself
        return [(TAKEN_OUT, told(after))]
    if name == UNDER_ROOT:
        return [*_under_root(before, told), (MULTIPLIED_OUT, told(after))]
    if name == ROOT_OF_QUOTIENT or (name == OVER_ONE and takes_roots(before, after)):
        return list(roots_taken(before, after, told))
    if name == BRACKETS_CLEARED:
        return [(cleared_name(before), told(after))]
    name = next((kind for kind in squares if name.startswith(kind)), name)
    if name == SPLIT or (name == MULTIPLIED_OUT and not before.is_Add):
        return [(_split_name(before), told(after))]
    if name not in _OF_FRACTIONS:
        way = next((way for way, _ in (*MORE, *SINGLE) if tried(way, before) == after), None)
        apart = [] if way is None else list(term_by_term(way, before, name, told))
        return [*apart, (COLLECTED if apart else name, told(after))]
    over, below = sympy.fraction(before)
    new_over, new_below = sympy.fraction(after)
    if name not in squares and not after.is_Add:
        opened, then = below_opened(before, after, told)
        if opened:
            return [*opened, *detailed(then, form, told)]
    if not after.is_Add and over in (new_over, -new_over) and (same := _same_below(below, new_below)) is not None:
        return [(same, told(after))]
    if name == REARRANGED:
        known = (name for way, name in MORE if name not in _OF_FRACTIONS and tried(way, before) == after)
        if (found := next(known, None)) is not None:
            return detailed(before, (said(found, before, after), after), told)
    parts = list(in_parts(before, after, name in squares))
    if parts and after.is_Add and not _is_termwise(parts[-1][1], after):
        return [(_split_name(before), told(after))]
    if name in squares and not any(part in squares for part, _ in parts):
        return [*_put_in(given, before, told), (COLLECTED, told(after))]
    shown = list(top_over_one(before, told)) if parts and not after.is_Add else []
    for k, (part, last) in enumerate(parts):
        then = parts[k - 1][1].value() if k else before
        last_name = pythagorean(then, last.value()) if part in squares else part
        if last.is_collected() and last.value() == after:
            # SymPy cancels what stands above and below the line while it builds the fraction.
            hidden = part in squares or sympy.expand(last.below - sympy.fraction(after)[1]) != 0
            whole = [(last_name, _as_text(last, told))] if hidden else []
            return [*shown, *whole, ("cancelled" if whole else last_name, told(after))]
        shown.append((last_name, _laid_out(last, told)))
    then = parts[-1][1].value() if parts else before
    last_name = _from_parts(parts[-1][1], after) if parts else _at_once(name, before, after)
    return [*shown, *_cancelled(last_name, then, after, told)]


def _cancelled(name: str, before: Any, after: Any, told: Told) -> list[tuple[str, Formula]]:
    """The last form; what is left below the line after a factor has gone first, where that is multiplied out then."""
    (over, below), (new, goal) = sympy.fraction(before), sympy.fraction(after)
    if name.startswith("cancelled by") and over != 0:
        left = new / (below / sympy.factor(sympy.cancel(over / new), deep=True))
        opened = sympy.fraction(left)[1]
        if opened != goal and sympy.expand(opened - goal) == 0:
            return [(name, told(left)), (OPENED_BELOW, told(after))]
    return [(name, told(after))]


def _put_in(name: str, before: Any, told: Told) -> list[tuple[str, Formula]]:
    """An expression with what an identity puts into it, before anything is done to that."""

    def put(value: Any) -> Any:
        text = told(value).text
        return sympy.Symbol(text if value.is_Atom or value.is_Function else f"({text})", positive=True)

    form: Callable[..., Any] | None = next((form for form, known in SINGLE if known == name), None)
    return [] if form is None else [(name, Formula(told(form(before, put)).text, None))]


def _under_root(before: Any, told: Told) -> list[tuple[str, Formula]]:
    """A number under a root, before it is multiplied with the terms there."""

    def bracketed(product: Any) -> Any:
        parts = root_with_number(product)
        if parts is None:
            return product
        rest, number, base, power = parts
        root = sympy.Pow(sympy.Mul(number, base, evaluate=False), power, evaluate=False)
        return root if rest == 1 else sympy.Mul(rest, root, evaluate=False)

    return [(UNDER_ROOT, told(before.replace(lambda e: e.is_Mul, bracketed)))]


def _laid_out(laid: Laid, told: Told) -> Formula:
    """A fraction as it is laid out; without LaTeX where SymPy would collect its terms."""
    return told(laid.value()) if len(laid.terms) == 1 else _as_text(laid, told)


def _as_text(laid: Laid, told: Told) -> Formula:
    terms = " + ".join(f"({told(term).text})" for term in laid.terms)
    return Formula(f"({told(laid.factor).text})*({terms})/({told(laid.below).text})", None)


def _from_parts(last: Laid, after: Any) -> str:
    """What leads from the last of the parts to the form itself."""
    over, below = sympy.fraction(after)
    if after.is_Add:
        return MULTIPLIED_OUT if last.below == 1 else SPLIT
    if (same := _same_below(last.below, below)) is not None:
        return same
    if sympy.expand(last.below - below) != 0:
        return _by_factor(sympy.fraction(last.value())[0], over)
    if not last.is_collected():
        return COLLECTED
    if sum(f.is_Add for f in _factors(over)) > 1:
        return "factored"
    return TAKEN_OUT


def _is_termwise(last: Laid, after: Any) -> bool:
    """Whether a sum is what comes of a fraction, term by term."""
    return bool(sympy.Add(*(last.factor * term / last.below for term in last.terms)) == after)


def _same_below(before: Any, after: Any) -> str | None:
    """What is done to a denominator that is multiplied out or has its factors written; None where it is another one."""
    first, second = sympy.expand(before), sympy.expand(after)
    if before in (after, -after) or first not in (second, -second):
        return None
    return OPENED_BELOW if after.is_Add else IN_FACTORS


def _at_once(name: str, before: Any, after: Any) -> str:
    """What a form is called that is not told in parts."""
    if name == REARRANGED:
        known = (said for form, said in (*NAMED[:AT_ONCE], *MORE) if tried(form, before) == after)
        name = next(known, name)
    below = sympy.fraction(before)[1]
    if name == TAKEN_OUT and not before.is_Add and not after.is_Add and below != sympy.fraction(after)[1]:
        return _by_factor(*(sympy.fraction(e, exact=True)[0] for e in (before, after)))
    if name not in (*AS_FRACTION, REARRANGED):
        return name
    if after.is_Add:
        return name if before.is_Add else _split_name(before)
    if before.is_Add:
        return TAKEN_OUT
    same = _same_below(below, sympy.fraction(after)[1])
    return name if below == 1 else same or _by_factor(*(sympy.fraction(e, exact=True)[0] for e in (before, after)))


def _split_name(before: Any) -> str:
    return MULTIPLIED_OUT if sympy.fraction(before)[1] == 1 else SPLIT


def _by_factor(over: Any, new: Any) -> str:
    """What a fraction is expanded or cancelled by, from what it has above the bar before and after."""
    factor = sympy.factor(sympy.cancel(new / over), deep=True) if over != 0 else sympy.S.One
    up, down = sympy.fraction(sympy.powsimp(factor))
    if down == 1 and up not in (1, -1):
        return f"fraction expanded by {up}"
    return f"cancelled by {up * down if down.is_number else down}" if up in (1, -1) and down != 1 else "cancelled"


def _factors(product: Any) -> list[Any]:
    return [f for f in sympy.Mul.make_args(product) if not f.is_number]
