"""A fraction brought from one form to another in steps that can be followed: term by term, nothing done in passing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import sympy
from sympy.functions.elementary.hyperbolic import HyperbolicFunction

from derivcli.symbolic.algebra import (
    ALL_MULTIPLIED_OUT,
    COLLECTED,
    HYPERBOLIC,
    MULTIPLIED_OUT,
    OVER_ONE,
    PYTHAGORAS,
    TAKEN_OUT,
    expands,
    squares_replaced,
)  # fmt: skip

# What is done to fractions by the forms that are told in parts here.
OF_FRACTIONS = frozenset((OVER_ONE, TAKEN_OUT, MULTIPLIED_OUT, ALL_MULTIPLIED_OUT, PYTHAGORAS, HYPERBOLIC))
# Longer sums are multiplied out and collected in one step, and larger expressions are not taken apart.
_MOST_TERMS, _LARGEST = 14, 150


@dataclass(frozen=True)
class Laid:
    """A fraction as it is laid out: factor*(term + term)/below, where like terms may stand side by side."""

    factor: Any
    terms: tuple[Any, ...]
    below: Any

    def value(self) -> Any:
        return self.factor * sympy.Add(*self.terms) / self.below

    def is_collected(self) -> bool:
        """Whether no like terms stand side by side."""
        return bool(Counter(self.terms) == Counter(sympy.Add.make_args(sympy.Add(*self.terms))))


def in_parts(before: Any, after: Any, pythagoras: bool) -> Iterator[tuple[str, Laid]]:
    """What is done from a form on, until all is collected over one denominator.

    Args:
        before: the form.
        after: where it leads.
        pythagoras: whether squares of sines and cosines are brought together.
    """
    letters: dict[Any, Any] = {}
    goal = hidden(after, letters)
    if max(before.count_ops(), after.count_ops()) > _LARGEST or expands(before) or _has_inner_fraction(goal):
        return
    start = hidden(before, letters)
    known = {letter: function for function, letter in letters.items()}
    laid = _over_one(start)
    spread = Laid(sympy.S.One, _terms(laid), laid.below)
    # What stands before a bracket, and will again, is not multiplied in.
    stays = bool(laid.factor.free_symbols) and sympy.fraction(_common(spread, goal) / laid.factor)[1] == 1
    for name, found in _parts(start, laid if stays else spread, goal, pythagoras, known):
        terms = tuple(part for term in found.terms for part in sympy.Add.make_args(_shown(term, known)))
        yield name, Laid(_shown(found.factor, known), terms, _shown(found.below, known))


def _shown(part: Any, known: dict[Any, Any]) -> Any:
    """A part with what its letters stand for, which may have letters in it."""
    while not part.free_symbols.isdisjoint(known):
        part = part.xreplace(known)
    return part


def _has_inner_fraction(goal: Any) -> bool:
    over, _ = sympy.fraction(goal, exact=True)
    return not goal.is_Add and any(p.exp.is_negative for p in over.atoms(sympy.Pow))


def _parts(before: Any, laid: Laid, goal: Any, pythagoras: bool, known: dict[Any, Any]) -> Iterator[tuple[str, Laid]]:
    if not _same_layout(laid, before):
        yield OVER_ONE, laid
    common = _common(Laid(sympy.S.One, _terms(laid), laid.below), goal)
    if common != laid.factor:
        rest = common / laid.factor
        laid = Laid(common, tuple(p for t in laid.terms for p in sympy.Add.make_args(t / rest)), laid.below)
        yield TAKEN_OUT, laid
    opened = tuple(_shown(p, known) for t in laid.terms for p in sympy.expand(t).as_ordered_terms())
    opened = tuple(p for part in opened for p in sympy.Add.make_args(part))
    collected = sympy.Add(*opened)
    terms = tuple(collected.as_ordered_terms())
    multiplied = Counter(opened) != Counter(_shown(t, known) for t in laid.terms)
    if multiplied and len(opened) <= _MOST_TERMS:
        yield MULTIPLIED_OUT, Laid(common, opened, laid.below)
    if len(terms) < len(opened):
        told_apart = not multiplied or len(opened) <= _MOST_TERMS
        yield COLLECTED if told_apart else ALL_MULTIPLIED_OUT, Laid(common, terms, laid.below)
    shorter = squares_replaced(collected) if pythagoras else collected
    if shorter != collected:
        name = HYPERBOLIC if collected.has(HyperbolicFunction) else PYTHAGORAS
        yield name, Laid(common, tuple(shorter.as_ordered_terms()), laid.below)


def hidden(expression: Any, letters: dict[Any, Any]) -> Any:
    """Functions and roots as letters, so that nothing is done within them."""

    def letter(e: Any) -> Any:
        return letters.setdefault(e, sympy.Dummy("u", real=True))

    def written(e: Any) -> Any:
        if isinstance(e, sympy.exp):
            n, _ = e.args[0].as_coeff_Mul()
            n = abs(n) if n.is_Integer else sympy.S.One
            return letter(sympy.exp(e.args[0] / n)) ** n
        if e.is_Pow and e.exp.is_Rational:
            base = sympy.factor(e.base) if e.base.is_Mul else e.base
            return letter(base ** sympy.Rational(1, e.exp.q)) ** e.exp.p
        return letter(e)

    return expression.replace(
        lambda e: e.is_Function or isinstance(e, sympy.exp) or (e.is_Pow and not e.exp.is_Integer), written
    )


def is_rearranged(before: Any, after: Any) -> bool:
    """Whether two forms are equal whatever the functions in them are: no identity of these was needed."""
    difference = before - after
    # Roots that are squared in the first pass are fractions for the second one.
    for _ in range(2):
        letters: dict[Any, Any] = {}
        over = sympy.expand(sympy.fraction(sympy.together(hidden(difference, letters)))[0])
        difference = _shown(over, {letter: function for function, letter in letters.items()})
        if difference == 0 or over == 0:
            return True
    return False


def _over_one(e: Any) -> Laid:
    """A form over one denominator, its terms as they come."""
    if e.is_Add:
        parts = [_over_one(t) for t in e.args]
        below = reduce(_multiple, (part.below for part in parts), sympy.S.One)
        terms = tuple(t * (below / part.below) for part in parts for t in _undistributed(part))
        return Laid(sympy.S.One, terms, below)
    if e.is_Mul:
        over, below, sums = sympy.S.One, sympy.S.One, []
        for part in map(_over_one, e.args):
            below *= part.below
            terms = _terms(part)
            if len(terms) > 1:
                sums.append(terms)
            else:
                over *= terms[0]
        if len(sums) == 1:
            return Laid(over, sums[0], below)
        return Laid(sympy.S.One, (over * sympy.Mul(*(sympy.Add(*terms) for terms in sums)),), below)
    if e.is_Pow and e.exp.is_Integer:
        base = _over_one(e.base)
        over, n = sympy.Add(*_terms(base)), abs(int(e.exp))
        up, down = (over, base.below) if e.exp.is_positive else (base.below, over)
        return Laid(sympy.S.One, (up**n,), down**n)
    if e.is_Rational:
        return Laid(sympy.S.One, (sympy.Integer(e.p),), sympy.Integer(e.q))
    return Laid(sympy.S.One, (e,), sympy.S.One)


def _terms(laid: Laid) -> tuple[Any, ...]:
    return tuple(laid.factor * t for t in laid.terms)


def _undistributed(laid: Laid) -> tuple[Any, ...]:
    return laid.terms if laid.factor == 1 else (laid.factor * sympy.Add(*laid.terms),)


def _multiple(a: Any, b: Any) -> Any:
    """The least common multiple of two products, factor by factor."""
    number = sympy.ilcm(a.as_coeff_Mul()[0], b.as_coeff_Mul()[0])
    first, second = _powers(a), _powers(b)
    return number * sympy.Mul(*(base ** max(first.get(base, 0), second.get(base, 0)) for base in {**first, **second}))


def _same_layout(laid: Laid, before: Any) -> bool:
    """Whether nothing had to be done for one denominator."""
    over, below = sympy.fraction(before, exact=True)
    return bool(below == laid.below and sorted(_opened(over), key=str) == sorted(laid.terms, key=str))


def _opened(over: Any) -> Sequence[Any]:
    return _terms(_over_one(over))


def _common(laid: Laid, goal: Any) -> Any:
    """The product of the powers that all terms have, as far as they stay before the bracket or cancel."""
    if len(laid.terms) < 2:
        return sympy.S.One
    over, _ = sympy.fraction(goal, exact=True)
    kept = {*_powers(over), *_powers(laid.below)}
    powers = [_powers(t) for t in laid.terms]
    shared = (b ** min(p[b] for p in powers) for b in powers[0] if b in kept and all(p.get(b, 0) > 0 for p in powers))
    number = sympy.gcd_list([t.as_coeff_Mul()[0] for t in laid.terms])
    outside = abs(over.as_coeff_Mul()[0]) != 1 or laid.below.as_coeff_Mul()[0] != 1 or not over.is_Add
    return sympy.Mul(number if number.is_Integer and number > 0 and outside else 1, *shared)


def _powers(product: Any) -> dict[Any, Any]:
    """The bases of a product with their exponents."""
    return dict(f.as_base_exp() for f in sympy.Mul.make_args(product.as_coeff_Mul()[1]) if f != 1)
