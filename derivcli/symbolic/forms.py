"""The form in which a derivative is shown: the shortest one found, cheap ones first, within a bound."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Sequence
from typing import Any

import sympy

from derivcli.deadline import Expired, deadline
from derivcli.symbolic.algebra import IN_FACTORS, PYTHAGORAS, SPLIT, TAKEN_OUT, by_pythagoras, expands
from derivcli.symbolic.cost import cost, strange
from derivcli.symbolic.identities import quotients_named
from derivcli.symbolic.joined import (
    brackets_cleared,
    joined,
    minus_taken_in,
    roots_cleared,
    roots_opened,
    signs_joined,
)
from derivcli.symbolic.translate import to_graph

# Seconds of the processor per question for the search; a backstop, since the sizes below decide long before it. On a
# machine that has other things to do it ends by the clock, before the question's own time does.
AUTO_SECONDS, _BY_CLOCK = 1.0, 1.4
# What takes no search gets so many seconds however long the searches before it took.
_LEAST = 0.1


@functools.lru_cache(8)
def _cancelled(expression: Any) -> Any:
    """What several forms begin with."""
    return sympy.cancel(expression)


def _quotient(expression: Any) -> Any:
    """One fraction with its denominator in factors: (1 - x**2)/(1 + x**2)**2."""
    over, below = sympy.fraction(_cancelled(expression))
    return sympy.factor_terms(over) / sympy.factor(below)


def _roots_and_quotient(expression: Any) -> Any:
    """One fraction, where roots of fractions are fractions of roots."""
    cleared = roots_cleared(expression)
    return expression if cleared == expression else _quotient(cleared)


def _square_free(expression: Any) -> Any:
    """One fraction with its denominator in powers of what has no square in it: 1/(x**2 - 1)**2."""
    over, below = sympy.fraction(_cancelled(expression))
    # Of roots it would make one, with another domain.
    return sympy.factor_terms(over) / sympy.sqf(below) if below.is_polynomial() else expression


def _by_terms(expression: Any) -> Any:
    """A fraction without brackets below its line, term by term: (x**2 - 1)/x**2 as 1 - 1/x**2."""
    over, below = sympy.fraction(_cancelled(expression))
    return expression if below.has(sympy.Add) else sympy.Add(*(t / below for t in sympy.Add.make_args(over)))


_Form = Callable[[Any], Any]
# Each form with the largest expressions (in operations) that it is tried on, by a fast search and by a thorough one:
# sizes, not clocks, decide what is tried, so that the same question has the same answer on every machine; "full" has
# no bound, and a fast search has no forms of size 0.
_FORMS: tuple[tuple[_Form, int, int], ...] = (
    (sympy.factor_terms, 400, 2000),
    (by_pythagoras, 40, 120),
    (roots_cleared, 40, 120),
    (brackets_cleared, 40, 120),
    (quotients_named, 40, 120),
    (_roots_and_quotient, 40, 120),
    (_quotient, 40, 120),
    (_cancelled, 40, 120),
    (sympy.factor, 40, 120),
    (_square_free, 40, 120),
    (_by_terms, 40, 120),
    (sympy.trigsimp, 0, 80),
    (sympy.simplify, 0, 80),
)
_SEARCHES = (sympy.trigsimp, sympy.simplify)
# Forms that know no more of fractions of polynomials than the others.
_BEYOND_FRACTIONS = (by_pythagoras, roots_cleared, *_SEARCHES)
# What each form does, for people, where it is told; the first ones are found at once.
AS_FRACTION = ("written as one fraction, its denominator in factors", "written as one fraction and cancelled")
SHORTER = "written shorter"
NAMED: tuple[tuple[_Form, str], ...] = (
    (sympy.factor_terms, TAKEN_OUT),
    (_quotient, AS_FRACTION[0]),
    (sympy.cancel, AS_FRACTION[1]),
    (sympy.factor, "factored"),
    (by_pythagoras, PYTHAGORAS),
    (_square_free, IN_FACTORS),
    (_by_terms, SPLIT),
    (sympy.trigsimp, SHORTER),
    (sympy.simplify, SHORTER),
)
# Functions by kind: of two kinds no identity makes one. Other functions may have names that are shorter.
_KINDS: tuple[tuple[Any, ...], ...] = (
    (sympy.sin, sympy.cos, sympy.tan, sympy.sinh, sympy.cosh, sympy.tanh), (sympy.exp,), (sympy.log,),
    (sympy.asin, sympy.acos, sympy.atan, sympy.asinh, sympy.acosh, sympy.atanh), (sympy.erf, sympy.erfc),
)  # fmt: skip
# Operations tried for one question, all forms of all its derivatives together.
_MAX_WORK = 2_500


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
        processor, clock = (seconds, seconds) if level == "full" else (AUTO_SECONDS, _BY_CLOCK)
        self._end, self._stop = time.process_time() + processor, time.monotonic() + clock

    def shortest(self, expression: Any) -> Any:
        """The form with the fewest operations; of equally long ones the earliest."""
        if self.level == "none" or expression.is_Atom or _is_plain(expression):
            return expression
        expression = signs_joined(roots_opened(expression))
        variants = _variants(expression)
        best = min(variants, key=cost)
        least, known = cost(best), {expression, *variants}
        for form, fast, thorough in _FORMS:
            largest = fast if self.level == "fast" else thorough
            if _is_plain(best) or least <= 1:
                break
            if self.level != "full" and (least > largest or expands(best)):
                continue
            if form in _BEYOND_FRACTIONS and best.is_rational_function():
                continue
            seconds = self._seconds(form, least)
            if seconds <= 0:
                self.out_of_time = True
                break
            for candidate in self._try(form, expression, seconds, known):
                price = self._price(candidate, expression)
                if price is not None and price < least:
                    best, least = candidate, price
        return best

    def _seconds(self, form: _Form, work: int) -> float:
        """What a form may take."""
        if form is sympy.simplify:
            loading = _loading()
            self._end, self._stop = self._end + loading, self._stop + loading
        remaining = min(self._end - time.process_time(), self._stop - time.monotonic())
        self._work += work
        if self.level == "full":
            return remaining
        return 0 if self._work > _MAX_WORK else remaining if form in _SEARCHES else max(remaining, _LEAST)

    def _price(self, candidate: Any, expression: Any) -> int | None:
        extra = strange(candidate, expression)
        return None if extra is None and self.level != "full" else cost(candidate) + (extra or 0)

    def _try(self, form: _Form, expression: Any, seconds: float, known: set[Any]) -> Sequence[Any]:
        """What a form makes of an expression, if it is nothing known."""
        try:
            with deadline(seconds):
                found = form(expression)
                new = [e for e in dict.fromkeys(_variants(found)) if e not in known] if found not in known else []
                known.update((found, *new))
                candidates = [e for e in new if _is_sound(e, expression)]
                to_graph(candidates)
                return candidates
        except Expired:
            self.out_of_time = True
        except Exception:  # SymPy's searches fail in many ways; the form at hand is as true as any
            pass
        return ()


def _variants(form: Any) -> tuple[Any, Any]:
    """A form as it is written, and with a minus sign before it in a bracket."""
    written = joined(form)
    return written, minus_taken_in(written)


def _is_sound(form: Any, expression: Any) -> bool:
    """Whether a form says no less than the expression, and a formula that was one piece stays one."""
    pieces = () if expression.has(sympy.Piecewise) else (sympy.Piecewise,)
    return not form.has(sympy.zoo, sympy.nan, *pieces) and _towers(form) <= _towers(expression)


def _towers(expression: Any) -> int:
    """Logarithms of powers whose exponents vary: log(2**(2**x)) overflows where 2**x*log(2) is a plain number."""
    return sum(log.args[0].is_Pow and bool(log.args[0].exp.free_symbols) for log in expression.atoms(sympy.log))


def _loading() -> float:
    """Load what `simplify` loads when it is first called; the seconds that took are no part of the search."""
    start = time.monotonic()
    import sympy.physics.units  # noqa: F401

    return time.monotonic() - start


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
