"""Where the gradient of two variables is 0: cells in which both of its parts change sign, made exact by Newton."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from derivcli.plotting.lattice import Lattice, Spot
from derivcli.plotting.subject import Function

# So many cells are looked into, by so many steps; how far apart the places are that differences are taken of. More
# places than can be shown are not told.
_MOST, _STEPS, _APART, _SHOWN = 200, 40, 1e-5, 60
# Relative to the range: a step this short is none, and after one this long nothing is found; two places are the same,
# and a number may be meant to be round.
_FOUND, _LOST, _SAME, _ROUND = 1e-9, 1e-6, 1e-5, 1e-4
# A gradient this small beside that of the plane is 0; a curvature this small beside the other is none.
_FLAT, _SINGULAR = 1e-7, 1e-5

At = tuple[float, float]


@dataclass(frozen=True)
class Place:
    """A minimum, maximum or saddle, or a pole."""

    kind: str
    at: At
    value: float


def critical(function: Function, held: Lattice, breaks: Iterable[Spot]) -> list[Place]:
    """The places with the gradient 0 that stand alone, as far as the lattice tells; none where there are too many."""
    torn = set(breaks)
    starts = [cell for cell in held.cells() if cell not in torn and _turns(held, cell)]
    starts = starts[:: len(starts) // _MOST + 1]
    size = (held.xs[-1] - held.xs[0], held.ys[-1] - held.ys[0])
    steepest = max((abs(s) for part in held.slopes for row in part for s in row if math.isfinite(s)), default=0.0)
    found = near(function, [(held.xs[i], held.ys[j]) for i, j in starts], size, steepest)
    inside = [p for p in found if held.xs[0] <= p.at[0] <= held.xs[-1] and held.ys[0] <= p.at[1] <= held.ys[-1]]
    return inside if len(inside) <= _SHOWN else []


def near(function: Function, starts: Sequence[At], size: At, steepest: float) -> list[Place]:
    """The places with the gradient 0 that Newton's steps lead to.

    Args:
        function: what computes the gradient.
        starts: where to begin.
        size: of what is seen, along each axis.
        steepest: the largest part of a gradient there.
    """
    now, steps = list(starts), [(0.0, 0.0)] * len(starts)
    for _ in range(_STEPS if now else 0):
        bends = _bends(function, now, size)
        steps = [_step(*bend) for bend in bends]
        now = [(x + dx, y + dy) for (x, y), (dx, dy) in zip(now, steps, strict=True)]
        if all(_short(step, size, _FOUND) for step in steps):
            break
    arrived = [at for at, step in zip(now, steps, strict=True) if _short(step, size, _LOST)]
    now = _rounded(function, [at for at in arrived if all(map(math.isfinite, at))], size)
    found: list[Place] = []
    values = function(*_columns(now))[0]
    for at, value, ((gx, gy), bend) in zip(now, values, _bends(function, now, size), strict=True):
        kind = _kind(bend)
        flat = abs(gx) <= _FLAT * steepest and abs(gy) <= _FLAT * steepest
        if kind and flat and math.isfinite(value) and not any(_same(at, known.at, size) for known in found):
            found.append(Place(kind, at, value))
    return found


def _turns(held: Lattice, cell: Spot) -> bool:
    """Whether both parts of the gradient change sign on the corners of a cell."""
    i, j = cell
    for part in held.slopes:
        corners = (part[j][i], part[j][i + 1], part[j + 1][i], part[j + 1][i + 1])
        if not min(corners) <= 0 <= max(corners) or not all(map(math.isfinite, corners)):
            return False
    return True


Bend = tuple[float, float, float]


def _bends(function: Function, now: Sequence[At], size: At) -> list[tuple[At, Bend]]:
    """The gradient and, by its differences, the second derivatives along x, both, and y."""
    hx, hy = size[0] * _APART, size[1] * _APART
    moved = [(x + a * hx, y + b * hy) for a, b in ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)) for x, y in now]
    _, across, up = function(*_columns(moved))
    n = len(now)
    found = []
    for k in range(n):
        here, east, west, north, south = ((across[k + n * m], up[k + n * m]) for m in range(5))
        mixed = (east[1] - west[1]) / (4 * hx) + (north[0] - south[0]) / (4 * hy)
        found.append((here, ((east[0] - west[0]) / (2 * hx), mixed, (north[1] - south[1]) / (2 * hy))))
    return found


def _step(gradient: At, bend: Bend) -> At:
    """Newton's step; none where it leads nowhere."""
    (gx, gy), (xx, xy, yy) = gradient, bend
    over = xx * yy - xy * xy
    if not over or not math.isfinite(over):
        return 0.0, 0.0
    return (xy * gy - yy * gx) / over, (xy * gx - xx * gy) / over


def _short(step: At, size: At, part: float) -> bool:
    return all(abs(d) <= part * s for d, s in zip(step, size, strict=True))


def _kind(bend: Bend) -> str | None:
    """What is at a place with the gradient 0; None where a curvature is 0, too: it may be one of a line of them."""
    xx, xy, yy = bend
    middle, reach = (xx + yy) / 2, math.hypot((xx - yy) / 2, xy)
    low, high = middle - reach, middle + reach
    if not min(abs(low), abs(high)) > _SINGULAR * max(abs(low), abs(high)):
        return None
    return "minimum" if low > 0 else "maximum" if high < 0 else "saddle"


def _rounded(function: Function, found: Sequence[At], size: At) -> list[At]:
    """The places, each number a round one where the gradient is no larger there."""
    now = list(found)
    for axis in (0, 1):
        digits = -math.floor(math.log10(_ROUND * size[axis]))
        # A sum with 0 has no negative zero.
        new = [round(at[axis], digits) + 0.0 for at in now]
        tried = [(c, at[1]) if axis == 0 else (at[0], c) for at, c in zip(now, new, strict=True)]
        before, after = (_steepness(function, places) for places in (now, tried))
        now = [t if q <= p else at for at, t, p, q in zip(now, tried, before, after, strict=True)]
    return now


def _steepness(function: Function, places: Sequence[At]) -> list[float]:
    _, across, up = function(*_columns(places))
    return [math.hypot(gx, gy) for gx, gy in zip(across, up, strict=True)]


def _same(a: At, b: At, size: At) -> bool:
    return _short((a[0] - b[0], a[1] - b[1]), size, _SAME)


def _columns(places: Sequence[At]) -> tuple[list[float], list[float]]:
    return [x for x, _ in places], [y for _, y in places]
