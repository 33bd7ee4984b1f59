"""Points to compare at: simple ones for people, odd ones that no pattern fits, and far ones."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction

Place = tuple[Fraction, ...]

# From simple to less simple.
_SIMPLE = tuple(map(Fraction, ("0", "1", "2", "-1", "3", "1/2", "-2", "4", "-1/2", "5", "-3", "10", "1/3", "3/2")))
# How many simple points there are in several variables, and up to how many variables all combinations are made.
_SIMPLE_COUNT, _MAX_COMBINED = 24, 4
# Odd points are spread over these intervals around 0, and far ones over those.
_NEAR, _FAR = (1, 3, 10), (100, Fraction(1, 100), 10**4, 1, Fraction(1, 10**4), 10**7)
# In the search for a small domain the intervals grow and shrink.
_SEARCHED = (1, 5, 25, 100, 1_000, Fraction(1, 30), 30_000)


def simple(count: int) -> Iterator[Place]:
    """Points of small whole numbers and halves, in so many variables."""
    if count == 1:
        yield from ((value,) for value in _SIMPLE)
    elif count <= _MAX_COMBINED:
        yield from itertools.islice(_combined(count), _SIMPLE_COUNT)
    else:
        for k in range(_SIMPLE_COUNT):
            yield tuple(_SIMPLE[(k + j * (k % 3)) % 6] for j in range(count))


def _combined(count: int) -> list[Place]:
    ranks = itertools.product(range(5), repeat=count)
    return [tuple(_SIMPLE[r] for r in rank) for rank in sorted(ranks, key=lambda rank: (sum(rank), rank))]


def odd(count: int) -> Iterator[Place]:
    """Points of fractions that nobody would write."""
    yield from _spread(count, 24, _NEAR)


def far(count: int) -> Iterator[Place]:
    """Large and tiny points, on both sides of 0."""
    yield from _spread(count, 20, _FAR)


def searched(count: int) -> Iterator[Place]:
    """Many more points, for a domain that the others miss."""
    yield from _spread(count, 420, _SEARCHED, 31)


def _spread(count: int, points: int, scales: tuple[int | Fraction, ...], first: int = 1) -> Iterator[Place]:
    """Points without a pattern, the same ones every time, evenly spread over the intervals around 0."""
    for k in range(first, first + points):
        numbers = (Fraction((k * 617 + (k + 7) * j * 389) % 1994 - 997, 997 + 12 * j) for j in range(count))
        yield tuple(number * scales[(k + j * (k // 5)) % len(scales)] for j, number in enumerate(numbers))


def cost(value: Fraction) -> tuple[int, Fraction]:
    """How much there is to read in a number: its signs and digits, then its size."""
    digits = len(str(abs(value.numerator))) + (value < 0)
    return digits + (1 + len(str(value.denominator)) if value.denominator != 1 else 0), abs(value)


def simplest_between(low: Fraction, high: Fraction) -> Fraction:
    """The fraction with the smallest denominator strictly between two numbers."""
    if low < 0 < high:
        return Fraction(0)
    if high <= 0:
        return -simplest_between(-high, -low)
    whole = low.numerator // low.denominator
    if whole + 1 < high:
        return Fraction(whole + 1)
    # Both lie between two neighbouring whole numbers: look at what is left, upside down.
    rest = high - whole
    beyond = Fraction(1) / (low - whole) if low != whole else 1 / rest + 2
    return whole + 1 / simplest_between(1 / rest, beyond)
