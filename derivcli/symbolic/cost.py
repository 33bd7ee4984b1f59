"""What a form costs its reader: its operations, and more for what nobody likes to read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy
from sympy.functions.elementary.hyperbolic import HyperbolicFunction
from sympy.functions.elementary.trigonometric import TrigonometricFunction

# A fraction within a fraction counts as so many operations, and so does a sum of fractions in an exponent.
_COMPOUND = 4
# A function of another angle, fractions of numbers in a bracket, and terms that could stand above one line; what could
# stand before its bracket, and one more kind of function, count as one operation.
_ODD = 2
_OF_ANGLES = (TrigonometricFunction, HyperbolicFunction)
# Functions that come with each other's derivatives: an answer may have one where the question has the other.
_TOGETHER = ({sympy.tan, sympy.sec}, {sympy.cot, sympy.csc}, {sympy.sin, sympy.cos}, {sympy.sinh, sympy.cosh})


def cost(expression: Any) -> int:
    """The operations of an expression, with those that what is hard to read counts for."""
    return int(expression.count_ops()) + sum(map(_hard, sympy.preorder_traversal(expression)))


def strange(form: Any, expression: Any) -> int | None:
    """What functions cost that a form of an expression has and the expression has not; None where they are out.

    The double of an angle is no stranger, another angle is: nobody asks for 1/(4*cosh(x/2)**2) with exponentials.
    """
    known, new = (_angles(e) for e in (expression, form))
    others = new - known
    if not others <= {2 * u for u in known}:
        return None
    kinds = {f.func for f in expression.atoms(*_OF_ANGLES)}
    kinds |= set().union(*(pair for pair in _TOGETHER if pair & kinds))
    return _ODD * len(others) + len({f.func for f in form.atoms(*_OF_ANGLES)} - kinds)


def _angles(expression: Any) -> set[Any]:
    return {f.args[0] for f in expression.atoms(*_OF_ANGLES)}


def _hard(e: Any) -> int:
    if e.is_Mul:
        # SymPy counts no addition in -(x + y).
        unseen = len(e.args) == 2 and e.args[0] == -1 and e.args[1].is_Add
        return unseen + _COMPOUND * _is_compound(e) + sum(map(_left_in, map(_bracket, e.args)))
    if isinstance(e, sympy.exp):
        return _ODD * bool(e.args[0].is_Add and e.args[0].has(sympy.exp))
    if e.is_Add:
        return _ODD * _shares_denominator(e)
    return _COMPOUND * bool(e.is_Pow and e.exp.is_Add and _denominators(e.exp))


def _bracket(factor: Any) -> Any:
    return factor.base if factor.is_Pow else factor


def _left_in(bracket: Any) -> int:
    """What stands in a bracket among other factors though it could stand before it."""
    if not bracket.is_Add:
        return 0
    numbers = [term.as_coeff_Mul()[0] for term in bracket.args]
    if any(n.is_Rational and not n.is_Integer for n in numbers):
        return _ODD
    content = abs(bracket.primitive()[0]) != 1
    return int(content or all(n.is_negative for n in numbers) or _have_common([_powers(t) for t in bracket.args]))


def _have_common(terms: Sequence[dict[Any, Any]]) -> bool:
    return any(all(t.get(base, sympy.S.Zero).is_positive for t in terms) for base in terms[0])


def _powers(term: Any) -> dict[Any, Any]:
    return dict(f.as_base_exp() for f in sympy.Mul.make_args(term.as_coeff_Mul()[1]) if f.free_symbols)


def _shares_denominator(sum_: Any) -> bool:
    """Whether all terms have a factor in common below their lines: one line would do."""
    terms = [{base for base, n in _powers(term).items() if n.is_negative} for term in sum_.args]
    return bool(set.intersection(*terms))


def _is_compound(product: Any) -> bool:
    """Whether a fraction has a sum in it with a fraction among its terms, or a power one that it would take in."""
    fraction = any(_is_below(f) for f in product.args)
    bases = {_bracket(f) for f in product.args if not (f.is_Pow and f.exp.free_symbols & f.base.free_symbols)}
    sums = (_bracket(f) for f in product.args if _bracket(f).is_Add)
    return any(fraction or not bases.isdisjoint(below) for below in map(_denominators, sums) if below)


def _denominators(sum_: Any) -> set[Any]:
    return {f.base for term in sum_.args for f in sympy.Mul.make_args(term) if _is_below(f)}


def _is_below(factor: Any) -> bool:
    return bool(factor.is_Pow and factor.exp.is_negative and factor.base.free_symbols)
