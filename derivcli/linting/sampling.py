"""Points at which a program may go wrong: far out, near nothing, and where something on the way becomes zero."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction

from derivcli.graph import COMPARISONS, Graph
from derivcli.numeric.floats import float_values
from derivcli.points import Interval

# Magnitudes that are tried where no box is given: programs overflow and cancel at scales of their own. Farther out any
# polynomial overflows, and nobody is there.
_EXPONENTS = (
    -20,
    -16,
    -12,
    -10,
    -8,
    -6,
    -5,
    -4,
    -3,
    -2,
    -1,
    0,
    1,
    1.3,
    1.6,
    2,
    2.5,
    2.9,
    3,
    4,
    5,
    6,
    8,
    10,
    13,
    16,
    20,
)
_SMALL = tuple(Fraction(k, 2) for k in range(-6, 7))
# Numbers from end to end of an interval.
_STEPS = 40
# Where the other variables stand while one of them moves.
_USUAL = tuple(Fraction(k, 10) for k in (13, 7, 19, 8, 23, 11, 17))
# Points in all, and how many of them mix everything.
MAX_POINTS, _MIXED = 600, 60
_EVERYTHING = Interval(Fraction(-(10**20)), Fraction(10**20))

Point = dict[str, Fraction]


def sweeps(intervals: Mapping[str, Interval | None], graph: Graph, roots: Sequence[int]) -> list[list[Point]]:
    """Points in lists; along each list but the last one variable grows, or all of them together.

    Args:
        intervals: where each variable is; None for everywhere.
        graph, roots: the expression in primitives.
    """
    usual = {name: _inside(_USUAL[k % len(_USUAL)], box) for k, (name, box) in enumerate(intervals.items())}
    ways: list[Callable[[Fraction], Point]] = [lambda t, name=name: {**usual, name: t} for name in intervals]  # type: ignore[misc]
    if len(intervals) > 1:
        ways.append(lambda t: {name: _inside(t, box) for name, box in intervals.items()})
    boxes = [*intervals.values(), *([None] if len(intervals) > 1 else [])]
    room = (MAX_POINTS - _MIXED) // max(1, len(ways))
    watched = _watched(graph, roots)
    found = []
    for way, interval in zip(ways, boxes, strict=True):
        spread = _thinned(_spread(interval), room // 2)
        special = _zeros(graph, watched, way, spread)
        near = [s + step for s in special for step in _beside(s)]
        inside = interval or _EVERYTHING
        values = sorted({v for v in (*spread, *special, *near) if inside.low <= v <= inside.high})
        found.append([way(v) for v in _thinned(values, room, keep=special)])
    if len(intervals) > 1:
        found.append(_mixed(intervals))
    return found


def between(a: Point, b: Point, count: int) -> list[Point]:
    """Points between two that differ in numbers: evenly spaced, or by magnitude where these are far apart."""
    return [{name: _part(a[name], b[name], Fraction(k, count + 1)) for name in a} for k in range(1, count + 1)]


def _part(a: Fraction, b: Fraction, share: Fraction) -> Fraction:
    if a == b:
        return a
    if a * b > 0 and not Fraction(1, 4) < a / b < 4:
        logs = [math.log(abs(v.numerator)) - math.log(v.denominator) for v in (a, b)]
        size = math.exp(logs[0] + (logs[1] - logs[0]) * float(share))
        return Fraction(math.copysign(size, a))
    return Fraction(float(a + (b - a) * share))


def _inside(value: Fraction, interval: Interval | None) -> Fraction:
    """A value moved into an interval, as far along it as it is along the numbers from 0 to 3."""
    if interval is None or interval.low <= value <= interval.high:
        return value
    share = min(max(value / 3, Fraction(0)), Fraction(1))
    return interval.low + (interval.high - interval.low) * share


def _spread(interval: Interval | None) -> list[Fraction]:
    """Numbers over an interval: at even steps, and at all magnitudes."""
    magnitudes = [Fraction(10) ** e if isinstance(e, int) else Fraction(round(10**e)) for e in _EXPONENTS]
    values = {Fraction(0), *_SMALL, *magnitudes, *(-m for m in magnitudes)}
    if interval is None:
        return sorted(values)
    width = interval.high - interval.low
    even = {interval.low + width * Fraction(k, _STEPS) for k in range(_STEPS + 1)}
    return sorted(even | {v for v in values if interval.low <= v <= interval.high})


def _thinned(values: Sequence[Fraction], most: int, keep: Iterable[Fraction] = ()) -> list[Fraction]:
    """At most about so many of the values, evenly chosen, and all that are to be kept."""
    if len(values) <= most:
        return list(values)
    chosen = {values[k * (len(values) - 1) // (most - 1)] for k in range(most)} if most > 1 else set()
    return sorted(chosen | set(keep) | ({Fraction(0)} & set(values)))


def _beside(value: Fraction) -> list[Fraction]:
    size = abs(value) or Fraction(1)
    return [sign * size * step for sign in (-1, 1) for step in (Fraction(1, 10**8), Fraction(1, 10**3))]


def _mixed(intervals: Mapping[str, Interval | None]) -> list[Point]:
    """Numbers of all magnitudes in all combinations, the same ones each time."""
    chooser = random.Random(0)
    columns = {}
    for name, interval in intervals.items():
        values = [v for v in _spread(interval) if interval is not None or abs(v) <= 1000]
        columns[name] = [chooser.choice(values) for _ in range(_MIXED)]
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _watched(graph: Graph, roots: Sequence[int]) -> list[tuple[int, int | None]]:
    """What may vanish on the way and do harm then: differences of what is compared, denominators, bases, arguments."""
    found: list[tuple[int, int | None]] = []
    for i in graph.reachable(roots):
        node = graph.nodes[i]
        if node.op in COMPARISONS:
            found.append((node.args[0], node.args[1]))
        elif node.op == "div":
            found.append((node.args[1], None))
        elif node.op in ("pow", "log", "abs", "sign", "root", "gamma", "atanh", "asin", "acos"):
            found.append((node.args[0], None))
        elif node.op in ("max", "min"):
            found.extend(itertools.combinations(node.args, 2))
    return list(dict.fromkeys(found))


def _zeros(
    graph: Graph,
    watched: Sequence[tuple[int, int | None]],
    way: Callable[[Fraction], Point],
    spread: Sequence[Fraction],
) -> list[Fraction]:
    """Where, along a way, something that is watched vanishes."""
    nodes = [i for pair in watched for i in pair if i is not None]
    order = graph.reachable(nodes)

    def heights(t: Fraction) -> list[float]:
        values = float_values(graph, order, {name: float(v) for name, v in way(t).items()})
        return [values[a] - (0.0 if b is None else values[b]) for a, b in watched]

    rows = [heights(t) for t in spread] if watched else []
    found = []
    for k in range(len(watched)):
        for (a, u), (b, v) in itertools.pairwise(zip(spread, (row[k] for row in rows), strict=True)):
            if u * v < 0 and math.isfinite(u) and math.isfinite(v):
                found.append(_simplest(*_bisected(lambda t, k=k: heights(t)[k], a, b, u)))  # type: ignore[misc]
    return sorted(set(found))


def _bisected(height: Callable[[Fraction], float], a: Fraction, b: Fraction, at_a: float) -> tuple[Fraction, Fraction]:
    for _ in range(70):
        middle = _part(a, b, Fraction(1, 2))
        if middle in (a, b):
            break
        here = height(middle)
        if here == 0:
            return middle, middle
        a, b = (middle, b) if here * at_a > 0 else (a, middle)
    return a, b


def _simplest(a: Fraction, b: Fraction) -> Fraction:
    """The number of the smallest denominator between two, both included, or the first if all are long."""
    near = Fraction(a).limit_denominator(1000)
    slack = abs(b - a) + abs(a) * Fraction(1, 2**50)
    return near if abs(near - a) <= slack else a
