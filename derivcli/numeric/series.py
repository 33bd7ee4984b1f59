"""Sums and products in many digits, to infinity by what their terms do far out.

Terms that shrink geometrically are added up; of alternating ones the sum is accelerated (Cohen, Rodriguez Villegas and
Zagier, Convergence acceleration of alternating series, 2000); of those that shrink like a power the Abel-Plana formula
(DLMF 2.10.2) gives the rest. Each way is taken from two beginnings, which must agree.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from derivcli.errors import LimitError
from derivcli.graph import CONDITIONS, Body, Node
from derivcli.numeric.bodies import Function, function
from derivcli.numeric.contexts import context_of
from derivcli.numeric.double_exponential import half_line
from derivcli.numeric.quadrature import integral
from derivcli.numeric.special import Unsettled

# Terms of a finite sum or product, and of an infinite one that are added up.
MAX_TERMS, MAX_ADDED = 100_000, 20_000
# Where the terms of a series are looked at, in windows of so many; and where powers show.
_FAR, _WINDOW, _POWERS = tuple(2**n for n in range(5, 15)), 8, (2**40, 2**80)
# Digits of these looks.
_TRIAL = 60
# Shrinking by less than this from one term to the next is not geometric enough to be added up.
_GEOMETRIC = 0.9
# Indices at which exponents of neighbouring powers of two may differ by so much.
_REGULAR, _TURNS = tuple(2**n for n in range(9, 40)), 0.1
# Exponents as near to the edge of convergence as that are too slow.
_SLOWEST = 0.02
# The terms before a formula begins, and how many later it begins the second time.
_BEFORE, _LATER = 10, 401
# Operations that have no continuation to complex numbers.
_STEPS = frozenset(("abs", "sign", "heaviside", "floor", "ceiling", "Mod", "max", "min", *CONDITIONS))

Limits = tuple[Any, Any]


def series(c: Any, body: Body, limits: Limits, given: Sequence[Any]) -> Any:
    """A sum with the digits of an mpmath context.

    Args:
        c: the context.
        body: the terms.
        limits: the first and the last index, whole numbers or infinite.
        given: the body's other arguments.

    Raises:
        ValueError: it diverges, a term is not defined, or an index is no whole number.
        LimitError: more terms than are added up.
        Unsettled: it does not settle.
    """
    return _over(c, body, limits, given, _added, lambda s: s.total(), lambda a, b: a + b)


def product(c: Any, body: Body, limits: Limits, given: Sequence[Any]) -> Any:
    """A product with the digits of an mpmath context; as `series`."""
    return _over(c, body, limits, given, _multiplied, lambda s: s.product(), lambda a, b: a * b)


def _over(
    c: Any,
    body: Body,
    limits: Limits,
    given: Sequence[Any],
    finite: Callable[..., Any],
    infinite: Callable[[_Series], Any],
    join: Callable[[Any, Any], Any],
) -> Any:
    lower, upper = limits
    up = _Series(c, body, tuple(given))
    down = _Series(c, body, tuple(given), way=-1)
    if c.isinf(lower) and c.isinf(upper):
        return join(infinite(down), infinite(replace(up, start=1)))
    if c.isinf(upper):
        return infinite(replace(up, start=_whole(c, lower)))
    if c.isinf(lower):
        return infinite(replace(down, start=-_whole(c, upper)))
    first, last = _whole(c, lower), _whole(c, upper)
    if last < first - 1:
        raise ValueError("the last index is below the first")
    if last - first >= MAX_TERMS:
        message = f"a sum or product of {last - first + 1:,} terms; the limit is {MAX_TERMS:,}"
        raise LimitError(message, hint="infinitely many terms, to oo, are not added up one by one")
    return finite(c, body, tuple(given), first, last)


def _whole(c: Any, value: Any) -> int:
    """The whole number that a limit is.

    Raises:
        ValueError: it is none.
    """
    nearest = c.nint(value)
    if c.isinf(value) or abs(value - nearest) > max(1, abs(nearest)) * c.mpf(2) ** (20 - c.prec):
        raise ValueError("the limits of sums and products are whole numbers")
    return int(nearest)


def _added(c: Any, body: Body, given: tuple[Any, ...], first: int, last: int) -> Any:
    fine = context_of(c.dps + 10)
    term = function(fine, body, given)
    terms = [_real(fine, term(fine.mpf(k))) for k in range(first, last + 1)]
    total = fine.fsum(terms)
    size = max(map(abs, terms), default=fine.zero)
    # What is left of terms that cancel is 0 as far as these digits tell.
    return c.convert(total) if abs(total) > size * fine.mpf(10) ** (-5 - c.dps) else c.zero


def _multiplied(c: Any, body: Body, given: tuple[Any, ...], first: int, last: int) -> Any:
    known = _factors(c.dps, body, tuple(a._mpf_ for a in given))
    factor = function(c, body, given)
    result = c.one
    for k in range(first, last + 1):
        if k not in known:
            known[k] = _real(c, factor(c.mpf(k)))
        result *= known[k]
    return result


@functools.lru_cache(50)
def _factors(digits: int, body: Body, given: tuple[Any, ...]) -> dict[int, Any]:
    """The factors of a product so far: the derivative of one asks for those of all its parts."""
    return {}


def _real(c: Any, value: Any) -> Any:
    if c.im(value) != 0:
        raise ValueError("not real")
    return c.re(value)


@dataclass(frozen=True)
class _Series:
    """Terms from an index on to infinity; down to minus infinity where `way` is -1, with indices of the other sign."""

    c: Any
    body: Body
    given: tuple[Any, ...]
    start: int = 0
    way: int = 1

    def terms(self, c: Any) -> Function:
        """The terms in a context, of real and of complex indices."""
        f = function(c, self.body, self.given)
        return f if self.way > 0 else lambda k: f(-k)

    def _has_steps(self) -> bool:
        return any(node.op in _STEPS for node in self.body.nodes)

    def product(self) -> Any:
        """The infinite product, as the exponential of the sum of the logarithms of its later factors."""
        c = self.c
        factor = self.terms(c)
        for before in (2 * _BEFORE, 20 * _BEFORE, 200 * _BEFORE):
            ahead = self.start + before
            if all(abs(factor(c.mpf(ahead + far)) - 1) < 0.5 for far in (0, 1, 2, *_FAR)):
                nodes = (*self.body.nodes, Node("log", (self.body.root,)))
                logarithms = Body(self.body.parameters, nodes, len(nodes) - 1)
                rest = c.exp(replace(self, body=logarithms, start=ahead).total())
                return c.fprod([_real(c, factor(c.mpf(k))) for k in range(self.start, ahead)]) * rest
        raise ValueError("the product diverges")

    def total(self) -> Any:
        """The sum, by what the terms do far out."""
        fine = context_of(_TRIAL)
        term = self.terms(fine)
        windows = [[_real(fine, term(fine.mpf(self.start + n + k))) for k in range(2 * _WINDOW)] for n in _FAR]
        sizes = [(max(map(abs, w[:_WINDOW])), max(map(abs, w[_WINDOW:]))) for w in windows]
        if not any(b for _, b in sizes):
            return self._geometric()
        ratios = [(b / a) ** (fine.one / _WINDOW) if a else fine.zero for a, b in sizes]
        if ratios[-1] < _GEOMETRIC:
            return self._geometric()
        if ratios[-1] > 1 + 1e-3:
            raise Unsettled if ratios[-1] < ratios[-2] else ValueError("the series diverges")
        last = windows[-1]
        if all(a * b < 0 for a, b in pairwise(last)):
            if sizes[-1][0] >= sizes[-2][0] * (1 - 1e-6):
                raise ValueError("the series diverges")
            return self._agreed(self._alternating)
        if any(a * b <= 0 for a, b in pairwise(last)):
            raise Unsettled
        self._check_powers(fine, term, ratios[-1])
        if self._has_steps():
            raise Unsettled
        return self._agreed(self._abel_plana)

    def _check_powers(self, c: Any, term: Function, ratio: Any) -> None:
        """Whether terms of one sign shrink fast enough, like a power of their index or faster."""
        if ratio < 1 - 1e-3:
            return
        exponents = []
        for far in _POWERS:
            a, b = (abs(term(c.mpf(n * far))) for n in (1, 2))
            if not a or not b:
                return
            exponents.append(c.log(b / a, 2))
        # A pole between whole numbers, which a formula would pass over, shows in them.
        near = [c.log(abs(term(c.mpf(4 * n)) * term(c.mpf(n))) / abs(term(c.mpf(2 * n))) ** 2, 2) for n in _REGULAR]
        if any(abs(turn) > _TURNS for turn in near):
            raise Unsettled
        room = -(1 + exponents[-1])
        if room < -_SLOWEST or abs(room) < 1e-9:
            raise ValueError("the series diverges")
        if room < _SLOWEST:
            raise Unsettled

    def _agreed(self, rest: Callable[[int], Any]) -> Any:
        """The terms before a formula begins and the rest by it, from two beginnings."""
        c = context_of(self.c.dps + 10)
        term = self.terms(c)
        found = []
        for before in (_BEFORE, _BEFORE + _LATER):
            first = [_real(c, term(c.mpf(self.start + k))) for k in range(before)]
            found.append((c.fsum([*first, c.convert(rest(self.start + before))]), max(map(abs, first))))
        (a, size), (b, _size) = found
        if abs(a - b) > max(abs(a), abs(b), size * c.mpf(10) ** -5) * c.mpf(10) ** (3 - self.c.dps):
            raise Unsettled
        return self.c.convert(a)

    def _geometric(self) -> Any:
        """All terms added up that count."""
        digits = self.c.dps + 10
        while True:
            total, size = self._sum_up(context_of(digits))
            lost = int(-context_of(_TRIAL).log10(abs(total) / size)) if total else digits if size else 0
            if digits >= self.c.dps + 10 + lost or not size:
                return self.c.convert(total)
            if lost > 2 * self.c.dps:
                return self.c.zero
            digits = self.c.dps + 15 + lost

    def _sum_up(self, c: Any) -> tuple[Any, Any]:
        term = self.terms(c)
        nothing = c.mpf(10) ** -c.dps
        terms: list[Any] = []
        size = c.zero
        small = 0
        # Where a step may come, or nothing has come yet, what follows is looked at further.
        least = _FAR[-1] if self._has_steps() else 8 * _WINDOW
        for k in range(self.start, self.start + MAX_ADDED):
            value = _real(c, term(c.mpf(k)))
            terms.append(value)
            size = max(size, abs(value))
            small = small + 1 if abs(value) <= size * nothing else 0
            if small >= 3 * _WINDOW and len(terms) > (least if size else _FAR[-1]):
                return c.fsum(terms), size
        raise Unsettled

    def _alternating(self, start: int) -> Any:
        c = context_of(2 * self.c.dps + 20)
        term = self.terms(c)
        n = int(1.31 * (self.c.dps + 10)) + 5
        d = (3 + c.sqrt(8)) ** n
        d = (d + 1 / d) / 2
        weight, left, total = -c.one, -d, c.zero
        for k in range(n):
            left = weight - left
            total += left * (-1) ** k * _real(c, term(c.mpf(start + k)))
            weight = (k + n) * (k - n) * weight / ((k + c.mpf(0.5)) * (k + 1))
        return total / d

    def _abel_plana(self, start: int) -> Any:
        digits = self.c.dps + 5
        c = context_of(digits + 20)
        f = self.terms(c)
        first = c.mpf(start)

        def across(y: Any) -> Any:
            above, below = f(c.mpc(first, y)), f(c.mpc(first, -y))
            return c.re(c.j * (above - below)) / c.expm1(2 * c.pi * y)

        limits = (first, c.inf) if self.way > 0 else (c.ninf, -first)
        coarse = context_of(digits)
        try:
            along = integral(coarse, self.body, tuple(coarse.convert(v) for v in limits), self.given, once=True)
        except ValueError:  # between whole numbers the terms need not be real
            raise Unsettled from None
        return c.convert(along) + _real(c, f(first)) / 2 + half_line(c, digits, across)
