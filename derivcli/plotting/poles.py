"""Poles to both sides of which values go the same way: a step across one is small, and slopes alone tell of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

# Values and slopes at one number for each stretch, given as a part of it.
Along = Callable[[Sequence[float]], tuple[Sequence[float], Sequence[float]]]

# How often a stretch is halved; how far from the turn, as parts of it, the values are compared, and the part of a
# change that is left of it each time where there are no bounds: a cusp of a root changes by less and less.
_HALVINGS, _NEAR, _LEFT = 44, (2.0**-8, 2.0**-16, 2.0**-24), 0.8


def unbounded(slopes: Sequence[float], along: Along, least: float) -> list[float | None]:
    """Of stretches at whose ends the slopes have opposite signs: where the values have no bounds, else None.

    Args:
        slopes: at the beginnings of the stretches.
        along: computes them.
        least: what a change must be to count.
    """
    ends = [(0.0, 1.0)] * len(slopes)
    for _ in range(_HALVINGS if slopes else 0):
        middles = [low + (high - low) / 2 for low, high in ends]
        rising = zip(ends, middles, along(middles)[1], slopes, strict=True)
        ends = [(m, high) if (s > 0) == (first > 0) else (low, m) for (low, high), m, s, first in rising]
    found = [low + (high - low) / 2 for low, high in ends]
    grows = [True] * len(slopes)
    for side in (-1, 1) if slopes else ():
        columns = [along([at + side * near for at in found])[0] for near in _NEAR]
        values = zip(*columns, strict=True)
        grows = [known and _grows(ys, s, least) for known, ys, s in zip(grows, values, slopes, strict=True)]
    return [at if known else None for at, known in zip(found, grows, strict=True)]


def _grows(values: Sequence[float], slope: float, least: float) -> bool:
    """Whether values go on growing as much, the nearer they are; one that is infinite already does."""
    (far, near, nearest), sign = values, math.copysign(1.0, slope)
    before, after = (near - far) * sign, (nearest - near) * sign
    return nearest * sign == math.inf or (after > least and after >= _LEFT * before)
