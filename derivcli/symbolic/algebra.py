"""The squares of sines and cosines brought together, and what powers are too large to be multiplied out."""

from __future__ import annotations

from typing import Any

import sympy

# Powers whose expansion has more terms than this are never expanded in search of a shorter form.
_MAX_TERMS = 500
# What is done to forms, for people.
OVER_ONE, TAKEN_OUT, MULTIPLIED_OUT = "put over a common denominator", "common factors taken out", "multiplied out"
COLLECTED, PYTHAGORAS, HYPERBOLIC = "like terms collected", "Pythagorean identity", "hyperbolic identity"

SPLIT, IN_FACTORS = "divided term by term", "denominator in factors"

ALL_MULTIPLIED_OUT = f"{MULTIPLIED_OUT} and {COLLECTED}"

# Functions of which the square of the second one is 1 plus or minus that of the first.
_SQUARES = (
    (sympy.sin, sympy.cos, -1),
    (sympy.sinh, sympy.cosh, 1),
    (sympy.tan, sympy.sec, 1),
    (sympy.cot, sympy.csc, 1),
)
# Of these one is enough: 1 and the square of the first one, which SymPy makes of their derivatives.
_ALONE = (sympy.tan, sympy.cot)


def by_pythagoras(expression: Any) -> Any:
    """The numerator with sin**2 or cos**2 of one argument put in by the other; the expression where it has no two."""
    if not _has_squares(expression):
        return expression
    over, below = sympy.fraction(sympy.cancel(expression))
    over = sympy.expand(over)
    shorter = squares_replaced(over)
    return expression if shorter == over else sympy.factor(sympy.cancel(shorter / below))


def _has_squares(expression: Any) -> bool:
    if any(expression.has(one) and expression.has(other) for one, other, _ in _SQUARES):
        return True
    return expression.has(*_ALONE) and any(isinstance(power.base, _ALONE) for power in expression.atoms(sympy.Pow))


def squares_replaced(over: Any) -> Any:
    """The form with fewest terms of a sum in which squares of one function are written by those of the other."""
    for one, other, sign in _SQUARES:
        first, second = ({f.args[0] for f in over.atoms(function)} for function in (one, other))
        for u in sorted(first if one in _ALONE else first & second, key=str):
            forms = (over, _put_in(over, one(u), sign * (other(u) ** 2 - 1)),
                     _put_in(over, other(u), 1 + sign * one(u) ** 2))  # fmt: skip
            over = min(forms, key=_terms)
    return over


def _terms(sum_: Any) -> int:
    return len(sympy.Add.make_args(sum_))


def _put_in(over: Any, function: Any, square: Any) -> Any:
    def squared(power: Any) -> bool:
        return bool(power.is_Pow and power.base == function and power.exp.is_Integer and power.exp > 1)

    return sympy.expand(
        over.replace(squared, lambda power: square ** (power.exp // 2) * function ** (power.exp % 2))
    )  # fmt: skip


def expands(expression: Any) -> bool:
    """Whether some power would be expanded to very many terms by the polynomial forms."""
    for power in expression.atoms(sympy.Pow):
        if power.exp.is_Integer and power.base.is_Add:
            n, terms = abs(int(power.exp)), len(power.base.args)
            if n > 1 and sympy.binomial(min(n, 10**4) + terms - 1, terms - 1) > _MAX_TERMS:
                return True
    return False
