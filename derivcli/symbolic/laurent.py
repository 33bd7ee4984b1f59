"""Series with finitely many negative powers, their coefficients exact SymPy expressions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sympy
from sympy import S

# Digits in which a number that may be 0 is looked at, and what counts as 0 there until it is proven.
_DIGITS, _TINY = 60, S(10) ** -50


class Undecided(Exception):
    """Nobody can tell whether a number is 0."""


@dataclass(frozen=True)
class Laurent:
    """terms[0]*s**low + terms[1]*s**(low + 1) + …, known below s**(low + len(terms)); the first term is not 0."""

    low: int
    terms: tuple[Any, ...]

    @property
    def end(self) -> int:
        """The first power whose coefficient is not known."""
        return self.low + len(self.terms)

    def at(self, power: int) -> Any:
        """The coefficient of a power that is known."""
        return S.Zero if power < self.low else self.terms[power - self.low]


def trimmed(low: int, terms: Sequence[Any], order: int) -> Laurent:
    """A series from coefficients that are all known up to an order; zeros are left out in front."""
    padded = [*terms, *[S.Zero] * (order + 1 - low - len(terms))][: max(order + 1 - low, 0)]
    for k, term in enumerate(padded):
        if not is_zero(term):
            return Laurent(low + k, tuple(padded[k:]))
    return Laurent(low + len(padded), ())


def _expanded(e: Any) -> Any:
    return e if e.is_Atom else sympy.expand_mul(e)


def total(a: Laurent, b: Laurent) -> Laurent:
    """The sum."""
    low, end = min(a.low, b.low), min(a.end, b.end)
    return trimmed(low, [_expanded(a.at(k) + b.at(k)) for k in range(low, end)], end - 1)


def scaled(a: Laurent, factor: Any) -> Laurent:
    """A multiple by what is not 0."""
    return Laurent(a.low, tuple(factor * t for t in a.terms))


def product(a: Laurent, b: Laurent) -> Laurent:
    """The product."""
    low, count = a.low + b.low, min(len(a.terms), len(b.terms))
    terms = [_expanded(sympy.Add(*(a.terms[j] * b.terms[k - j] for j in range(k + 1)))) for k in range(count)]
    return trimmed(low, terms, low + count - 1)


def slope(a: Laurent) -> Laurent:
    """The derivative by s."""
    return trimmed(a.low - 1, [(a.low + k) * t for k, t in enumerate(a.terms)], a.end - 2)


def power(a: Laurent, r: Any, first: Any) -> Laurent:
    """A series to a power, by Miller's recurrence; `first` is the power of its first term."""
    terms = [first]
    for k in range(1, len(a.terms)):
        sums = sympy.Add(*((r * j - k + j) * a.terms[j] * terms[k - j] for j in range(1, k + 1)))
        terms.append(_expanded(sums / (k * a.terms[0])))
    low = int(a.low * r)
    return Laurent(low, tuple(terms))


def is_zero(e: Any) -> bool:
    """Whether an exact expression is 0; parameters stand for any number.

    Raises:
        Undecided: nobody can tell.
    """
    if e.is_zero is not None or e.is_Atom:
        return bool(e.is_zero)
    if e.free_symbols:
        return bool(sympy.expand(e) == 0 or (not e.is_polynomial() and sympy.simplify(e) == 0))
    e = e.replace(_is_zero_at_zero, lambda f: sympy.S.Zero)
    if e.is_zero is not None:
        return bool(e.is_zero)
    about = e.evalf(_DIGITS)
    if not about.is_number or not about.is_comparable:
        raise Undecided(f"it is not known whether {e} is 0")
    if abs(about) > _TINY:
        return False
    if sympy.simplify(e) == 0:
        return True
    raise Undecided(f"it is not known whether {e} is 0")


def _is_zero_at_zero(e: Any) -> bool:
    """Whether a function of numbers, one of them 0, is 0 exactly, as Si(0); SymPy keeps those of ours as they are."""
    return isinstance(e, sympy.Function) and sympy.S.Zero in e.args and e.evalf(_DIGITS) == 0


def sign_of(e: Any) -> int | None:
    """The sign of what is not 0; None where parameters decide it."""
    if e.is_positive is not None and e.is_negative is not None:
        return int(bool(e.is_positive)) - int(bool(e.is_negative))
    return None if e.free_symbols else 1 if e.evalf(_DIGITS) > 0 else -1
