"""The heights of contours: round numbers, and more of them where more of the plane is."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from derivcli.plotting.ranges import round_step

# So many contours at most; the parts of all values beside which the others are tails, how much longer than what is
# between them a tail may be, and how far beyond is shown.
_MOST = 10
_TAIL, _LONG, _BEYOND = 0.04, 3.0, 0.3
# The middle of all values, in which so many contours must be; the parts of all beyond which there is none where they
# are not in equal steps.
_MIDDLE, _FEW, _ENDS = (0.25, 0.75), 2, 0.01
# What is as small beside the values is rounding.
_ZERO = 1e-12


@dataclass(frozen=True)
class Scale:
    """Heights of contours, and how much of the heights counts."""

    heights: tuple[float, ...]
    span: float


def levels(values: Sequence[float]) -> Scale:
    """Contours for values at places that are spread evenly; none where all are the same."""
    ordered = sorted(values)

    def share(part: float) -> float:
        return ordered[min(int(part * len(ordered)), len(ordered) - 1)]

    low, high = ordered[0], ordered[-1]
    inner = share(_TAIL), share(1 - _TAIL)
    core = inner[1] - inner[0]
    if high - low > _LONG * core > 0:
        low, high = max(low, inner[0] - _BEYOND * core), min(high, inner[1] + _BEYOND * core)
    if high - low <= _ZERO * max(abs(low), abs(high)):
        return Scale((), high - low)
    found = _even(low, high)
    inside = [z for z in found if share(_MIDDLE[0]) <= z <= share(_MIDDLE[1])]
    if len(inside) < _FEW:
        scaled = _scaled(share(_ENDS), share(1 - _ENDS))
        shares = [] if inside else _rounded([share(k / 10) for k in range(1, 10)])
        found = scaled or shares or found
    return Scale(tuple(z for z in found if ordered[0] < z < ordered[-1]), high - low)


def _even(low: float, high: float) -> list[float]:
    """Round numbers in equal steps."""
    size = round_step((high - low) / _MOST)
    step = next(
        s for n in (1, 2, 2.5, 5) if (high - low) / (s := round_step(size * n * (1 + 1e-9))) <= _MOST * (1 + 1e-6)
    )
    return [k * step for k in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _scaled(low: float, high: float) -> list[float]:
    """1, 2 and 5 times powers of ten, as for values about a pole; none where they are too many, or signs differ."""
    if low * high <= 0:
        return []
    sign = math.copysign(1.0, low)
    least, most = sorted((abs(low), abs(high)))
    powers = range(math.floor(math.log10(least)), math.ceil(math.log10(most)) + 1)
    found = [n * 10.0**power for power in powers for n in (1, 2, 5) if least <= n * 10.0**power <= most]
    return sorted(sign * z for z in found) if _FEW < len(found) <= _MOST else []


def _rounded(shares: Sequence[float]) -> list[float]:
    """Numbers that part the plane into about equal shares, as round as they can be told apart."""
    apart = sorted(set(shares))
    gaps = [q - p for p, q in itertools.pairwise(apart)]
    found = []
    for k, z in enumerate(apart):
        gap = min(gaps[max(k - 1, 0) : k + 1], default=0.0)
        found.append(round(z / round_step(gap)) * round_step(gap) if gap else z)
    return sorted(set(found))
