"""Where to look: the range along the axis, and the heights that are shown."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from derivcli.points import Interval

# How far is looked where nothing is known.
USUAL = 5.0
# Heights that one value in ten exceeds are cut where the curve has no bounds, this far beyond.
_TAIL, _BEYOND = 0.1, 0.6
# Turns and the middle half of all values are shown with as much on each side where all heights are so many times
# theirs: at an end or beside poles a curve may grow by what dwarfs everything else.
_DWARFING = 20.0
# The part of a step by which round ends may fall short.
_SLACK = 1e-3
# What differs by so little of itself is the same; by so much at a few places, it may be rounding.
_SAME, _ROUNDED = 1e-12, 1e-6


def around(places: Sequence[float], alone: float) -> Interval:
    """A range in round numbers in which places are seen with what lies beside them; `alone`, for a single one."""
    low, high = (min(places), max(places)) if places else (0.0, 0.0)
    # A single large number needs room that floats can tell apart.
    beside = (high - low) / 2 or max(alone, abs(high) * 1e-3)
    step = round_step((high - low + 2 * beside) / 10)
    return Interval(
        Fraction(math.floor((low - beside) / step + _SLACK) * step),
        Fraction(math.ceil((high + beside) / step - _SLACK) * step),
    )


def round_step(size: float) -> float:
    """The largest of 1, 2, 5 times a power of ten that is not above a size."""
    power = 10.0 ** math.floor(math.log10(size))
    return max(n * power for n in (1, 2, 5) if n * power <= size * (1 + 1e-9))


def heights(
    values: Sequence[float], seen: Sequence[float], bounded: bool, turns: Sequence[float] = ()
) -> tuple[float, float]:
    """The lowest and the highest value that is shown.

    Args:
        values: of the curve at places that are spread evenly; finite.
        seen: values that must be seen.
        bounded: whether all are to be seen: there is no pole among them.
        turns: values that must be seen and tell a scale, as those of extrema do, if they differ.
    """
    ordered = sorted(values)
    low, high = ordered[0], ordered[-1]
    tail = int(len(ordered) * _TAIL)
    inner = ordered[tail], ordered[-1 - tail]
    largest = max(abs(low), abs(high))
    if inner[1] - inner[0] <= _SAME * largest and high - low <= _ROUNDED * largest:
        low, high = inner  # what is beside it is rounding
    elif not bounded:
        beyond = (inner[1] - inner[0]) * _BEYOND
        low, high = max(low, inner[0] - beyond), min(high, inner[1] + beyond)
    seen = [*seen, *turns]
    quarter = len(ordered) // 4
    core = min([ordered[quarter], *seen]), max([ordered[-1 - quarter], *seen])
    size = core[1] - core[0]
    if turns and max(turns) - min(turns) > _ROUNDED * size and high - low > _DWARFING * size:
        low, high = max(low, core[0] - size), min(high, core[1] + size)
    low, high = min([low, *seen]), max([high, *seen])
    if high - low <= _SAME * max(abs(low), abs(high)):
        # A small number is not shown as 0.
        size = max(abs(low) / 2, min(abs(low), 1.0)) or 1.0
        return low - size, high + size
    return low, high
