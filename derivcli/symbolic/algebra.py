"""A fraction brought from one form to another in steps that can be followed: term by term, nothing done in passing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sympy
from sympy.functions.elementary.hyperbolic import HyperbolicFunction

# Longer sums are multiplied out and collected in one step, and larger expressions are not taken apart.
_MOST_TERMS, _LARGEST = 14, 150
# Powers whose expansion has more terms than this are never expanded in search of a shorter form.
_MAX_TERMS = 500
OVER_ONE, TAKEN_OUT, MULTIPLIED_OUT = "put over a common denominator", "common factors taken out", "multiplied out"
COLLECTED, PYTHAGORAS, HYPERBOLIC = "like terms collected", "Pythagorean identity", "hyperbolic identity"


@dataclass(frozen=True)
class Laid:
    """A fraction as it is laid out: factor*(term + term)/below, where like terms may stand side by side."""

    factor: Any
    terms: tuple[Any, ...]
    below: Any

    def value(self) -> Any:
        return self.factor * sympy.Add(*self.terms) / self.below


def by_pythagoras(expression: Any) -> Any:
    """The numerator with sin**2 or cos**2 of one argument put in by the other; the expression where it has no two."""
    over, below = sympy.fraction(sympy.cancel(expression))
    over = sympy.expand(over)
    shorter = squares_replaced(over)
    return expression if shorter == over else sympy.factor(sympy.cancel(shorter / below))


def squares_replaced(over: Any) -> Any:
    """The shortest form of a sum in which squares of one function are written by those of the other."""
    for one, other, sign in ((sympy.sin, sympy.cos, -1), (sympy.sinh, sympy.cosh, 1)):
        for u in sorted({f.args[0] for f in over.atoms(one)} & {f.args[0] for f in over.atoms(other)}, key=str):
            first, second = one(u), other(u)
            forms = (over, _put_in(over, first, sign * (second**2 - 1)),
                     _put_in(over, second, 1 + sign * first**2))  # fmt: skip
            over = min(forms, key=lambda form: form.count_ops())
    return over


def _put_in(over: Any, function: Any, square: Any) -> Any:
    def squared(power: Any) -> bool:
        return bool(power.is_Pow and power.base == function and power.exp.is_Integer and power.exp > 1)

    return sympy.expand(
        over.replace(squared, lambda power: square ** (power.exp // 2) * function ** (power.exp % 2))
    )  # fmt: skip


def in_parts(before: Any, pythagoras: bool) -> Iterator[tuple[str, Laid]]:
    """What is done from a form on, until all is collected over one denominator.

    Args:
        before: the form.
        pythagoras: whether squares of sines and cosines are brought together at the end.
    """
    if before.count_ops() > _LARGEST or expands(before):
        return
    over, below = sympy.fraction(sympy.together(before))
    laid = Laid(sympy.S.One, sympy.Add.make_args(over), below)
    if sympy.fraction(before) != (over, below):
        yield OVER_ONE, laid
    common = _common(laid.terms)
    if common != 1:
        laid = Laid(common, tuple(t / common for t in laid.terms), below)
        yield TAKEN_OUT, laid
    opened = tuple(part for t in laid.terms for part in sympy.Add.make_args(sympy.expand(t)))
    collected = sympy.Add(*opened)
    if opened != laid.terms and len(opened) <= _MOST_TERMS:
        laid = Laid(common, opened, below)
        yield MULTIPLIED_OUT, laid
    terms = sympy.Add.make_args(collected)
    if len(terms) < len(opened):
        yield COLLECTED if laid.terms == opened else f"{MULTIPLIED_OUT} and {COLLECTED}", Laid(common, terms, below)
    if pythagoras:
        name = HYPERBOLIC if collected.has(HyperbolicFunction) else PYTHAGORAS
        yield name, Laid(common, sympy.Add.make_args(squares_replaced(collected)), below)


def _common(terms: Sequence[Any]) -> Any:
    """The product of the powers that all terms have; of a single term nothing is taken out."""
    if len(terms) < 2:
        return sympy.S.One
    powers = [_powers(t) for t in terms]
    number = sympy.gcd_list([t.as_coeff_Mul()[0] for t in terms])
    shared = (
        base ** min(p[base] for p in powers) for base in powers[0] if all(p.get(base, 0) > 0 for p in powers)
    )  # fmt: skip
    return sympy.Mul(number if number.is_Integer and number > 0 else 1, *shared)


def _powers(term: Any) -> dict[Any, Any]:
    """The bases of a product with their exponents, where these are numbers; exponentials stand for themselves."""
    found = {}
    for factor in sympy.Mul.make_args(term.as_coeff_Mul()[1]):
        base, exponent = factor.as_base_exp()
        whole = exponent.is_Rational and base != sympy.E
        found[base if whole else factor] = exponent if whole else sympy.S.One
    return found


def expands(expression: Any) -> bool:
    """Whether some power would be expanded to very many terms by the polynomial forms."""
    for power in expression.atoms(sympy.Pow):
        if power.exp.is_Integer and power.base.is_Add:
            n, terms = abs(int(power.exp)), len(power.base.args)
            if n > 1 and sympy.binomial(min(n, 10**4) + terms - 1, terms - 1) > _MAX_TERMS:
                return True
    return False
