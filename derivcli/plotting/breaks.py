"""Where a function of two variables is torn: cells that a pole or a jump goes through, which no contour may cross."""

from __future__ import annotations

import math
from collections.abc import Sequence

from derivcli.plotting.lattice import Lattice, Spot
from derivcli.plotting.poles import unbounded
from derivcli.plotting.subject import Function

# A step counts from this part of the heights on, and is odd if this part of it is not what the slopes tell.
_STEEP, _ODD = 0.02, 0.4
# A step between slopes of opposite signs is looked into if one of them tells so much of the heights.
_TURN = 0.02
# So many of the odd steps are looked into; a break is one of which so much is left at the closest look.
_MOST, _LEFT, _HALVINGS = 4000, 0.1, 24

Place = tuple[float, float, float]


def broken(held: Lattice, function: Function, span: float) -> frozenset[Spot]:
    """The cells with a break on their edges, by their lower left corners.

    Args:
        held: the values.
        function: what computes more of them.
        span: the heights that count.
    """
    odd = sorted((edge for edge in held.edges() if _odd(held, *edge, span)), key=lambda e: -abs(_rise(held, *e)))
    odd = odd[:_MOST]
    now = {edge: (held.at(edge[0]), held.at(edge[1])) for edge in odd}
    for _ in range(_HALVINGS):
        halves = zip(now, _halved(list(now.values()), function), strict=True)
        now = {edge: (p, q) for edge, (p, q) in halves if not abs(q[2] - p[2]) < _LEFT * abs(_rise(held, *edge))}
    found: set[Spot] = set()
    for (i, j), (k, _) in (*now, *_even_poles(held, function, span)):
        found |= {(i, j), (i, j - 1) if k > i else (i - 1, j)}
    return frozenset(cell for cell in held.cells() if cell in found)


def _even_poles(held: Lattice, function: Function, span: float) -> list[tuple[Spot, Spot]]:
    """The steps across poles to both sides of which the values go the same way."""
    told = {edge: _told(held, *edge) for edge in held.edges()}
    turns = [edge for edge, (a, b) in told.items() if a * b < 0 and max(abs(a), abs(b)) > _TURN * span]
    turns = sorted(turns, key=lambda edge: -max(map(abs, told[edge])))[:_MOST]
    ends = [(held.at(a), held.at(b)) for a, b in turns]

    def along(parts: Sequence[float]) -> tuple[Sequence[float], Sequence[float]]:
        moved = list(zip(parts, ends, strict=True))
        xs, ys = ([p[k] + (q[k] - p[k]) * part for part, (p, q) in moved] for k in (0, 1))
        values, *slopes = function(xs, ys)
        ways = [int(a[0] == b[0]) for a, b in turns]
        return values, [slopes[way][n] for n, way in enumerate(ways)]

    found = unbounded([told[edge][0] for edge in turns], along, _TURN * span)
    return [edge for edge, at in zip(turns, found, strict=True) if at is not None]


def _told(held: Lattice, a: Spot, b: Spot) -> tuple[float, float]:
    """The rises of a step that the slopes at its ends tell."""
    along = int(a[0] == b[0])
    size, slopes = held.at(b)[along] - held.at(a)[along], held.slopes[along]
    return size * slopes[a[1]][a[0]], size * slopes[b[1]][b[0]]


def _rise(held: Lattice, a: Spot, b: Spot) -> float:
    return held.at(b)[2] - held.at(a)[2]


def _odd(held: Lattice, a: Spot, b: Spot, span: float) -> bool:
    """Whether a step is large and other than the slopes at its ends tell."""
    rise = _rise(held, a, b)
    if abs(rise) <= _STEEP * span:
        return False
    told = sum(_told(held, a, b)) / 2
    return not abs(rise - told) <= _ODD * abs(rise)


def _halved(now: Sequence[tuple[Place, Place]], function: Function) -> list[tuple[Place, Place]]:
    """Of each step the half with the greater change; one without a value in the middle has no end to its change."""
    xs, ys = ([p[k] + (q[k] - p[k]) / 2 for p, q in now] for k in (0, 1))
    middles = zip(xs, ys, function(xs, ys)[0], strict=True)
    found = []
    for (p, q), m in zip(now, middles, strict=True):
        if not math.isfinite(m[2]):
            found.append(((*m[:2], -math.inf), (*m[:2], math.inf)))
        else:
            found.append((p, m) if abs(m[2] - p[2]) > abs(q[2] - m[2]) else (m, q))
    return found
