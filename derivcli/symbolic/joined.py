"""What is written together: powers of one base, sign and absolute value, functions whose quotient has a name."""

from __future__ import annotations

import math
from typing import Any

import sympy

from derivcli.symbolic.functions import Abs, root, sign

# Brackets under a root are not multiplied out to more terms than these.
_MOST_TERMS = 50


def joined(expression: Any) -> Any:
    """All of it at once."""
    return cotangents(signs_joined(powers_joined(roots_opened(numbers_first(expression)))))


def numbers_first(expression: Any) -> Any:
    """(5 - 5*x)*y as 5*(1 - x)*y."""

    def has_number(e: Any) -> bool:
        return e.is_Mul and any(f.is_Add and f.primitive()[0] != 1 for f in e.args)

    return expression.replace(
        has_number, lambda e: sympy.Mul(*(p for f in e.args for p in (f.primitive() if f.is_Add else (f,))))
    )


def powers_joined(expression: Any) -> Any:
    """x**n/x as x**(n - 1), and x*x**n as x**(n + 1)."""
    if all(p.exp.is_Rational for p in expression.atoms(sympy.Pow)):
        return expression
    return expression.replace(lambda e: e.is_Mul, _of_one_base)


def _of_one_base(product: Any) -> Any:
    """A product in which a power whose exponent is no rational number takes in whole powers of its base."""
    whole = {f.as_base_exp()[0]: f for f in product.args if f.free_symbols and f.as_base_exp()[1].is_Integer}
    factors = []
    for f in product.args:
        # x**(1/x)/x**2 is read more easily than x**(1/x - 2).
        takes = f.is_Pow and not f.exp.is_Rational and f.base.free_symbols.isdisjoint(f.exp.free_symbols)
        other = whole.pop(f.base, None) if takes else None
        factors.append(f if other is None else f.base ** (f.exp + other.as_base_exp()[1]) / other)
    return sympy.Mul(*factors)


def signs_joined(expression: Any) -> Any:
    """sign(u)/abs(u) as 1/u, sign(u)*u as abs(u), abs(u)/u**2 as 1/abs(u) and so on, of real u."""
    if not expression.has(sympy.sign, sympy.Abs):
        return expression
    own = expression.replace(sympy.Abs, Abs).replace(sympy.sign, sign)
    return own.replace(lambda e: e.is_Mul and e.has(sign, Abs), _signed)


def _signed(product: Any) -> Any:
    """A product in which a sign is left only where nothing takes it in."""
    powers = product.as_powers_dict()
    for u in [f.args[0] for f in powers if isinstance(f, (sign, Abs)) and f.args[0].is_extended_real]:
        here = {e: powers.get(e, sympy.S.Zero) for e in (sign(u), Abs(u), u)}
        if any(not n.is_Rational for n in here.values()):
            continue
        signs, sizes, whole = here.values()
        new = _fewest(signs % 2, sizes, whole, u) if signs or (sizes and whole) else None
        if new is not None:
            product = product / sympy.Mul(*(e**n for e, n in here.items())) * new
            powers = product.as_powers_dict()
    return product


def _fewest(signs: Any, sizes: Any, whole: Any, u: Any) -> Any:
    """sign(u)**signs*abs(u)**sizes*u**whole in fewer factors; None where there are none."""
    if not whole.is_Integer:
        return None
    exponent, odd = sizes + whole, (signs + whole) % 2
    if not odd:
        return u**exponent if exponent.is_Integer and exponent % 2 == 0 else Abs(u) ** exponent
    if exponent == 0:
        return sign(u)
    if exponent.is_Integer:
        outside = 1 if exponent > 0 else -1
        return u**exponent if exponent % 2 else u ** (exponent - outside) * Abs(u) ** outside
    return root(u, exponent.q) ** exponent.p if exponent.q == 3 and exponent.p % 2 else None


def cotangents(expression: Any) -> Any:
    """1/tan(u) as cot(u), where no secant tells of a tangent that was there."""
    if expression.has(sympy.sec):
        return expression
    return expression.replace(
        lambda e: e.is_Pow and isinstance(e.base, sympy.tan) and e.exp.is_Integer and e.exp.is_negative,
        lambda e: sympy.cot(e.base.args[0]) ** -e.exp,
    )


def minus_taken_in(expression: Any) -> Any:
    """-2/(x**2 - 1) as 2/(1 - x**2): the minus sign before a product, by the order of a difference in it."""
    number, rest = expression.as_coeff_Mul()
    if not number.is_negative:
        return expression
    for factor in sympy.Mul.make_args(rest):
        bracket, exponent = factor.as_base_exp()
        if abs(exponent) == 1 and _is_difference(bracket):
            return -number * (-bracket) ** exponent * (rest / factor)
    return expression


def _is_difference(bracket: Any) -> bool:
    return bracket.is_Add and len(bracket.args) == 2 and sum(t.could_extract_minus_sign() for t in bracket.args) == 1


def roots_opened(expression: Any) -> Any:
    """sqrt((x - 1)*(x + 1)) as sqrt(x**2 - 1)."""

    def is_root(e: Any) -> bool:
        return e.is_Pow and e.exp.is_Rational and not e.exp.is_Integer and e.base.is_Mul and e.base.has(sympy.Add)

    return expression.replace(is_root, lambda e: min(e, _opened(e.base) ** e.exp, key=lambda form: form.count_ops()))


def _opened(product: Any) -> Any:
    brackets = [f for f in product.args if f.is_Add or (f.is_Number and f.is_negative)]
    if math.prod(len(bracket.args) for bracket in brackets if bracket.is_Add) > _MOST_TERMS:
        return product
    return sympy.expand(sympy.Mul(*brackets)) * (product / sympy.Mul(*brackets))


def roots_cleared(expression: Any) -> Any:
    """sqrt(1 - 1/x**2) as sqrt(x**2 - 1)/abs(x)."""
    return expression.replace(lambda e: e.is_Pow and e.exp.is_Rational and e.exp.q == 2, _cleared)


def _cleared(power: Any) -> Any:
    over, below = sympy.fraction(sympy.cancel(power.base))
    outside = sympy.sqrt(sympy.factor(below))
    if (
        below.is_Integer
        or not outside.is_nonnegative
        or any(p.exp.is_Rational and p.exp.q > 1 for p in outside.atoms(sympy.Pow))
    ):
        return power
    return over**power.exp / outside ** (2 * power.exp)


def brackets_cleared(expression: Any) -> Any:
    """1/(x*(1 + 1/x)) as 1/(x + 1)."""

    def is_below(e: Any) -> bool:
        return (
            e.is_Pow
            and e.exp.is_Integer
            and e.exp.is_negative
            and e.base.is_Add
            and any(map(_is_fraction, e.base.args))
        )

    return expression.replace(is_below, lambda e: sympy.together(e.base) ** e.exp)


def _is_fraction(term: Any) -> bool:
    return any(f.is_Pow and f.exp.is_Rational and f.exp.is_negative for f in sympy.Mul.make_args(term))
