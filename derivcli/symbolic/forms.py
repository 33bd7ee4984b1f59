"""The form in which a derivative is shown: the shortest one found, cheap ones first, within a bound."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import sympy

from derivcli.deadline import Expired, deadline
from derivcli.symbolic.algebra import PYTHAGORAS, TAKEN_OUT, by_pythagoras, expands
from derivcli.symbolic.functions import Abs, sign
from derivcli.symbolic.translate import to_graph

# Seconds of the processor per question for the search; a backstop, since the sizes below decide long before it.
AUTO_SECONDS = 0.3
# What takes no search gets so many seconds however long the searches before it took.
_LEAST = 0.1
# How much longer it may take by the clock, on a machine that has other things to do; a limit that was asked for holds
# by the clock.
_PATIENCE = 5


def _quotient(expression: Any) -> Any:
    """One fraction with its denominator in factors: (1 - x**2)/(1 + x**2)**2."""
    over, below = sympy.fraction(sympy.cancel(expression))
    return over / sympy.factor(below)


_Form = Callable[[Any], Any]
# Each form with the largest expression (in operations) that it is tried on: sizes, not clocks, decide what is tried,
# so that the same question has the same answer on every machine; "full" has no bound.
_FAST: tuple[tuple[_Form, int], ...] = (
    (sympy.factor_terms, 400),
    (_quotient, 40),
    (sympy.cancel, 40),
    (sympy.factor, 40),
)
_THOROUGH: tuple[tuple[_Form, int], ...] = (
    (sympy.factor_terms, 2000),
    (by_pythagoras, 120),
    (_quotient, 120),
    (sympy.cancel, 120),
    (sympy.factor, 120),
    (sympy.trigsimp, 80),
    (sympy.simplify, 80),
)
# Forms that know no more of a polynomial than those before them.
_SEARCHES = (sympy.trigsimp, sympy.simplify)
_BEYOND_POLYNOMIALS = (by_pythagoras, sympy.trigsimp, sympy.simplify)
# What each form does, for people, where it is told; the first ones are found at once.
AS_FRACTION = ("written as one fraction, its denominator in factors", "written as one fraction and cancelled")
SHORTER = "written shorter"
NAMED: tuple[tuple[_Form, str], ...] = (
    (sympy.factor_terms, TAKEN_OUT),
    (_quotient, AS_FRACTION[0]),
    (sympy.cancel, AS_FRACTION[1]),
    (sympy.factor, "factored"),
    (by_pythagoras, PYTHAGORAS),
    (sympy.trigsimp, SHORTER),
    (sympy.simplify, SHORTER),
)
# Functions by kind: of two kinds no identity makes one. Other functions may have names that are shorter.
_KINDS: tuple[tuple[Any, ...], ...] = (
    (sympy.sin, sympy.cos, sympy.tan, sympy.sinh, sympy.cosh, sympy.tanh), (sympy.exp,), (sympy.log,),
    (sympy.asin, sympy.acos, sympy.atan, sympy.asinh, sympy.acosh, sympy.atanh), (sympy.erf, sympy.erfc),
)  # fmt: skip
# So many operations a fraction within a fraction counts for.
_COMPOUND = 2
# Operations tried for one question, all forms of all its derivatives together.
_MAX_WORK = 1_500


class Forms:
    """Shortens the derivatives of one question under one budget.

    Args:
        level: "none", "fast", "auto" or "full".
        seconds: how long "full" may take.
    """

    def __init__(self, level: str, seconds: float) -> None:
        self.level = level
        self.out_of_time = False
        self._work = 0
        self._patience = 1 if level == "full" else _PATIENCE
        self._end = time.process_time() + (seconds if level == "full" else AUTO_SECONDS)

    def shortest(self, expression: Any) -> Any:
        """The form with the fewest operations; of equally long ones the earliest."""
        if self.level == "none" or expression.is_Atom or _is_plain(expression):
            return expression
        expression = signs_joined(powers_joined(expression))
        best, best_size = expression, _size(expression)
        for form, largest in _FAST if self.level == "fast" else _THOROUGH:
            if best_size <= 1 or (self.level != "full" and (best_size > largest or expands(best))):
                continue
            if _is_plain(best) or (form in _BEYOND_POLYNOMIALS and best.is_polynomial()):
                break
            if form is sympy.simplify:
                self._end += _loading()
            remaining = self._end - time.process_time()
            if self.level != "full" and form not in _SEARCHES:
                remaining = max(remaining, _LEAST)
            self._work += best_size
            if remaining <= 0 or (self.level != "full" and self._work > _MAX_WORK):
                self.out_of_time = True
                break
            candidate = self._try(form, expression, remaining)
            if candidate is None:
                continue
            size = _size(candidate)
            if size < best_size or (form is sympy.factor_terms and size == best_size and _spread(best)):
                best, best_size = candidate, size
        return best

    def _try(self, form: _Form, expression: Any, seconds: float) -> Any:
        try:
            with deadline(seconds * self._patience):
                candidate = signs_joined(form(expression))
                to_graph([candidate])
                # A formula that was one piece stays one.
                worse = candidate.has(
                    sympy.zoo, sympy.nan, *(() if expression.has(sympy.Piecewise) else [sympy.Piecewise])
                )
                return None if worse or _towers(candidate) > _towers(expression) else candidate
        except Expired:
            self.out_of_time = True
        except Exception:  # SymPy's searches fail in many ways; the form at hand is as true as any
            pass
        return None


def _towers(expression: Any) -> int:
    """Logarithms of powers whose exponents vary: log(2**(2**x)) overflows where 2**x*log(2) is a plain number."""
    return sum(log.args[0].is_Pow and bool(log.args[0].exp.free_symbols) for log in expression.atoms(sympy.log))


def _loading() -> float:
    """Load what `simplify` loads when it is first called; the seconds that took are no part of the search."""
    start = time.process_time()
    import sympy.physics.units  # noqa: F401

    return time.process_time() - start


def _size(expression: Any) -> int:
    """The operations; a fraction within a fraction, which nobody likes to read, counts as more."""
    return int(expression.count_ops()) + _COMPOUND * sum(map(_is_compound, expression.atoms(sympy.Mul)))


def _is_compound(product: Any) -> bool:
    """Whether a fraction has a sum in it with a fraction among its terms."""
    if not any(f.is_Pow and f.exp.is_negative and f.base.free_symbols for f in product.args):
        return False
    return any(_has_fraction(sum_) for f in product.args for sum_ in (f, f.base if f.is_Pow else f) if sum_.is_Add)


def _has_fraction(sum_: Any) -> bool:
    factors = (f for term in sum_.args for f in sympy.Mul.make_args(term))
    return any(f.is_Pow and f.exp.is_negative and f.base.free_symbols for f in factors)


def _spread(expression: Any) -> bool:
    """Whether a number stands in one of several factors that could stand before them all."""
    factors = [f for f in sympy.Mul.make_args(expression) if f.free_symbols]
    return len(factors) > 1 and any(f.is_Add and f.primitive()[0] != 1 for f in factors)


def powers_joined(expression: Any) -> Any:
    """x**n/x as x**(n - 1)."""
    if all(p.exp.is_Rational for p in expression.atoms(sympy.Pow)):
        return expression
    return expression.replace(lambda e: e.is_Mul, _joined)


def _joined(product: Any) -> Any:
    """A product in which a power whose exponent is no rational number takes in what stands below it."""
    below = {f.base: f for f in product.args if f.is_Pow and f.exp.is_Integer and f.exp.is_negative}
    factors = []
    for f in product.args:
        other = below.get(f.base) if f.is_Pow and not f.exp.is_Rational else None
        factors.append(f if other is None else f.base ** (f.exp + below.pop(f.base).exp) / other)
    return sympy.Mul(*factors)


def signs_joined(expression: Any) -> Any:
    """sign(u)/abs(u) as 1/u, sign(u)*u as abs(u), and sign(u)/u as 1/abs(u), of real u."""
    return expression.replace(lambda e: e.is_Mul and e.has(sign), _signed) if expression.has(sign) else expression


def _signed(product: Any) -> Any:
    powers = product.as_powers_dict()
    for factor in [f for f in powers if isinstance(f, sign) and f.args[0].is_extended_real and powers[f] == 1]:
        u, size = factor.args[0], Abs(factor.args[0])
        if powers.get(size, sympy.S.Zero).is_negative:
            product = product / (factor / size) / u
        elif powers.get(u, sympy.S.Zero).is_positive:
            product = product / (factor * u) * size
        elif powers.get(u, sympy.S.Zero).is_negative:
            product = product / (factor / u) / size
    return product


def _is_plain(e: Any) -> bool:
    """Whether an expression is a product in which nothing can be brought together, so that no form is shorter.

    Its factors are numbers, powers of variables, and functions of such products, no two of one kind.
    """
    kinds: list[int] = []
    for factor in sympy.Mul.make_args(e):
        base, exponent = (factor.base, factor.exp) if factor.is_Pow else (factor, sympy.S.One)
        if not exponent.is_Rational:
            return False
        if base.is_Symbol or (base.is_number and base.is_Atom):
            continue
        kind = next((k for k, functions in enumerate(_KINDS) if isinstance(base, functions)), None)
        argument: Any = base.args[0] if kind is not None else None
        if kind is None or kind in kinds or not argument.free_symbols or argument.atoms(sympy.Function):
            return False
        if not _is_plain(argument):
            return False
        kinds.append(kind)
    return True
