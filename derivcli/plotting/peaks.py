"""Where a function of two variables is highest or lowest without a gradient of 0: corners, and poles at a point."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

from derivcli.plotting.critical import At, Place
from derivcli.plotting.lattice import Lattice, Spot
from derivcli.plotting.subject import Function

# More such places than can be shown are not told; how often a step is halved or taken.
_SHOWN, _STEPS = 40, 80
# Relative to the range: how far from a place all values must be lower, how near one comes to a pole, and how round a
# number may be meant to be. Relative to the heights: by how much lower.
_AROUND, _NEARER, _ROUND, _LOWER = 1e-2, (1e-3, 1e-5, 1e-7), 1e-4, 1e-8
# In so many ways one looks around; what is as small beside what other ways lead down is level.
_WAYS_AROUND, _FLAT = 32, 1e-3
# What is left of the growth of a pole when one comes nearer.
_LEFT = 0.5
_WAYS = tuple((math.cos(turn), math.sin(turn)) for turn in (math.tau * (k + 0.3) / 16 for k in range(16)))
_BESIDE = tuple((a, b) for a in (-1, 0, 1) for b in (-1, 0, 1) if a or b)

Heights = Callable[[Sequence[At]], Sequence[float]]


def peaks(function: Function, held: Lattice, torn: Iterable[Spot], known: Sequence[Place], span: float) -> list[Place]:
    """Minima, maxima and poles that stand alone and are none of those with the gradient 0.

    Args:
        function: what is computed.
        held: its values.
        torn: the cells with a break.
        known: the places with the gradient 0.
        span: the heights that count.
    """
    size = held.xs[-1] - held.xs[0], held.ys[-1] - held.ys[0]
    broken = {(i + a, j + b) for i, j in torn for a in (-1, 0, 1, 2) for b in (-1, 0, 1, 2)}
    found: list[Place] = []
    for sign in (1.0, -1.0):

        def heights(places: Sequence[At], sign: float = sign) -> list[float]:
            return [sign * z for z in function([x for x, _ in places], [y for _, y in places])[0]]

        starts = [held.at(spot)[:2] for spot in _tops(held, sign) if spot not in broken]
        for at in _climbed(heights, starts, size) if len(starts) <= _SHOWN else ():
            place = _place(heights, at, size, sign, span)
            if place and not any(_same(place.at, other.at, size) for other in (*known, *found)):
                found.append(place)
    return found


def _tops(held: Lattice, sign: float) -> list[Spot]:
    """The places of the lattice that are higher than all around them."""
    found = []
    for j in range(1, len(held.ys) - 1):
        for i in range(1, len(held.xs) - 1):
            here = sign * held.values[j][i]
            if all(sign * held.values[j + b][i + a] < here for a, b in _BESIDE):
                found.append((i, j))
    return found


def _climbed(heights: Heights, starts: Sequence[At], size: At) -> list[At]:
    """Where steps upwards lead, each half as long where none does; rounded where that is as high."""
    found = []
    for start in starts:
        at, step, here = start, 0.01, heights([start])[0]
        for _ in range(_STEPS):
            around = [(at[0] + a * step * size[0], at[1] + b * step * size[1]) for a, b in _BESIDE]
            best, place = max((z, p) for z, p in zip((*heights(around), here), (*around, at), strict=True) if z == z)
            if best > here:
                at, here = place, best
            else:
                step /= 2
        digits = [-math.floor(math.log10(_ROUND * length)) for length in size]
        # A sum with 0 has no negative zero.
        near = round(at[0], digits[0]) + 0.0, round(at[1], digits[1]) + 0.0
        found.append(at if heights([near])[0] < here else near)
    return found


def _place(heights: Heights, at: At, size: At, sign: float, span: float) -> Place | None:
    """What is at a place; None where values around it are as high, or there are none."""
    rings = [heights([(at[0] + r * a * size[0], at[1] + r * b * size[1]) for a, b in _WAYS]) for r in _NEARER]
    if not all(math.isfinite(z) for ring in rings for z in ring):
        return None
    far, near, nearest = map(min, rings)
    if nearest - near > max(_LEFT * (near - far), _LOWER * span) and near > far:
        return Place("pole", at, math.nan)
    (here,) = heights([at])
    low, high = _around(heights, at, size)
    if here - high > max(_LOWER * span, _FLAT * (here - low)):
        return Place("maximum" if sign > 0 else "minimum", at, sign * here)
    return None


def _around(heights: Heights, at: At, size: At) -> tuple[float, float]:
    """The lowest and the highest value around a place: a ridge may be so narrow that it is to be looked for."""

    def ring(turns: Sequence[float]) -> Sequence[float]:
        across, up = (_AROUND * length for length in size)
        return heights([(at[0] + across * math.cos(turn), at[1] + up * math.sin(turn)) for turn in turns])

    turns = [math.tau * k / _WAYS_AROUND for k in range(_WAYS_AROUND)]
    values = ring(turns)
    low, (high, turn), step = min(values), max(zip(values, turns, strict=True)), math.tau / _WAYS_AROUND
    for _ in range(_STEPS):
        step *= 0.7
        high, turn = max((high, turn), *zip(ring([turn - step, turn + step]), (turn - step, turn + step), strict=True))
    return low, high


def _same(a: At, b: At, size: At) -> bool:
    return all(abs(p - q) <= _AROUND * length for p, q, length in zip(a, b, size, strict=True))
