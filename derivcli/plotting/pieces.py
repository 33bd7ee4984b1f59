"""Curves in unbroken pieces: no line is drawn across a pole, a jump or a place without a value."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence

Values = Callable[[Sequence[float]], Sequence[float]]
Piece = tuple[tuple[float, float], ...]
Step = tuple[tuple[float, float], tuple[float, float]]

# How many places are computed in all; how near to a break, relative to the piece beside it:
# nearer to a hole the values are rounding.
COUNT = 1200
_NEAR, _OFF = 1e-5, 0.4871
# Steps that are this large, relative to the heights, are looked into; of those that stay so many are breaks at most.
_STEEP, _MOST = 0.05, 400
# So are those so many times as large as the steps beside them, unless so little of the values is rounding.
_ODD, _ROUNDED = 3, 1e-6
# So many turns at neighbouring places, of steps of so much of the heights, are more than can be shown.
_MANY, _TRIFLE = 3, 0.01
# A step is a break if this much of it is left when it is looked at so closely, relative to the range.
_LEFT, _CLOSE = 0.1, 1e-13
# How near one comes to a place that values may have no bounds at, relative to the range.
NEARER = (1e-3, 1e-6, 1e-9)
# So many values to each side tell whether they settle; of those that do not so many turn, by so much of the heights.
_SETTLED, _WILD, _RESTLESS = 16, 4, 0.1


def places(low: float, high: float, breaks: Sequence[float], of: int = COUNT) -> list[list[float]]:
    """The numbers at which a curve is computed, `of` them in all, for each piece between breaks."""
    ends = [low, *(x for x in breaks if low < x < high), high]
    found = []
    for k in range(len(ends) - 1):
        a, b = ends[k], ends[k + 1]
        count = max(8, math.ceil(of * (b - a) / (high - low)))
        # Off the round numbers, where poles are: a step across one is seen, a place upon it is not.
        inner = [a + (b - a) * (i + _OFF) / count for i in range(1, count - 1)]
        first = a + (b - a) * _NEAR if a in breaks else a
        last = b - (b - a) * _NEAR if b in breaks else b
        found.append([first, *inner, last])
    return found


def finite(xs: Sequence[float], ys: Sequence[float]) -> list[Piece]:
    """The parts of a piece in which all values are finite."""
    found: list[list[tuple[float, float]]] = [[]]
    for x, y in zip(xs, ys, strict=True):
        if math.isfinite(y):
            found[-1].append((x, y))
        elif found[-1]:
            found.append([])
    return [tuple(piece) for piece in found if piece]


def steep(pieces: Sequence[Piece], span: float) -> list[Step]:
    """The steps that are large, relative to the heights that count."""
    return [(p, q) for piece in pieces for p, q in itertools.pairwise(piece) if abs(q[1] - p[1]) > _STEEP * span]


def odd(pieces: Sequence[Piece]) -> list[Step]:
    """The steps that stand out from those beside them: much larger ones, and as large ones of the other direction."""
    found = []
    for piece in pieces:
        rises = [q[1] - p[1] for p, q in itertools.pairwise(piece)]
        for k, (p, q) in enumerate(itertools.pairwise(piece)):
            beside, rise = [*rises[max(k - 1, 0) : k], *rises[k + 1 : k + 2]], rises[k]
            stands_out = all(abs(rise) >= (1 if rise * r < 0 else _ODD) * abs(r) for r in beside)
            if stands_out and abs(rise) > _ROUNDED * max(abs(p[1]), abs(q[1])):
                found.append((p, q))
    return found


def torn(steps: Sequence[Step], values: Values, size: float) -> list[float]:
    """The places where a curve breaks inside its pieces, told by steps that stay however closely they are looked at.

    Args:
        steps: those that are looked into.
        values: what computes the curve.
        size: of the range.
    """
    now = {step: step for step in steps}
    for _ in range(60):
        if not now or all(q[0] - p[0] <= _CLOSE * size for p, q in now.values()):
            break
        middles = [p[0] + (q[0] - p[0]) / 2 for p, q in now.values()]
        halves = zip(now.items(), zip(middles, values(middles), strict=True), strict=True)
        closer = ((step, _half(p, q, m)) for (step, (p, q)), m in halves)
        now = {step: half for step, half in closer if not abs(_rise(half)) < _LEFT * abs(_rise(step))}
    largest = sorted(now, key=lambda step: -abs(_rise(step)))[:_MOST]
    return sorted(p[0] + (q[0] - p[0]) / 2 for p, q in (now[step] for step in largest))


def _rise(step: Step) -> float:
    return step[1][1] - step[0][1]


def _half(p: tuple[float, float], q: tuple[float, float], m: tuple[float, float]) -> Step:
    """The half of a step with the greater change; one without a value in the middle is not looked into further."""
    if not math.isfinite(m[1]):
        return (m[0], -math.inf), (m[0], math.inf)
    return (p, m) if abs(m[1] - p[1]) > abs(q[1] - m[1]) else (m, q)


def grows(
    x: float, size: float, values: Values, least: float = 0.0, scales: tuple[float, float, float] = NEARER
) -> bool:
    """Whether values have no bounds beside a place: they go on changing as much, the nearer one comes.

    Args:
        x: the place.
        size: of the range.
        values: of the curve.
        least: what a change must be to count.
        scales: how near one comes, relative to the range.
    """
    for side in (-1, 1):
        far, near, nearest = values([x + side * size * scale for scale in scales])
        growth = abs(nearest - near)
        if growth > max(0.5 * abs(near - far), least) and abs(nearest) > abs(near) > abs(far):
            return True
    return False


def jumps(x: float, size: float, values: Values) -> bool:
    """Whether a place parts values that settle on both sides: they do not where a curve turns without end."""
    left, right = (values([x + side * size * 1e-9 * 1.37**k for k in range(_SETTLED)]) for side in (-1, 1))
    wide = max(max(left) - min(left), max(right) - min(right))
    return wide <= abs(left[0] - right[0]) / 2


def oscillates(x: float, size: float, values: Values, span: float) -> bool:
    """Whether values beside a place go up and down by as much of their heights, however near one comes."""
    for side in (-1, 1):
        for scale in (1e-7, 1e-9):
            ys = values([x + side * size * scale * 1.37**k for k in range(_SETTLED)])
            rises = [q - p for p, q in itertools.pairwise(ys)]
            turns = sum(a * b < 0 for a, b in itertools.pairwise(rises))
            if turns < _WILD or not max(ys) - min(ys) > _RESTLESS * span:
                break
        else:
            return True
    return False


def turning(computed: Sequence[Sequence[tuple[float, float, float]]]) -> list[tuple[float, float, float, float]]:
    """Steps whose slopes have opposite signs, each with its ends, the first slope and value.

    Args:
        computed: for each piece its numbers with the value and the slope.
    """
    steps = [(p, q) for piece in computed for p, q in itertools.pairwise(piece)]
    return [(a, b, s, y) for (a, y, s), (b, z, t) in steps if s * t < 0 and math.isfinite(y) and math.isfinite(z)]


def restless(pieces: Sequence[Piece], span: float) -> bool:
    """Whether a curve turns faster than it is computed: its steps go up and down in turn, by more than a trifle."""
    zigzags = 0
    for piece in pieces:
        rises = [q[1] - p[1] for p, q in itertools.pairwise(piece)]
        # Four in turn: a step across a pole makes three.
        for four in zip(rises, rises[1:], rises[2:], rises[3:], strict=False):
            in_turn = all(a * b < 0 for a, b in itertools.pairwise(four))
            zigzags += in_turn and min(map(abs, four)) > _TRIFLE * span
    return zigzags >= _MANY
