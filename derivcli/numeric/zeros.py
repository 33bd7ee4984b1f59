"""All zeros of a function on an interval, each proven by a change of sign where the function is monotone.

An interval on whose enclosure the function is not 0 holds none; one on which its slope is not 0 holds one at most, and
its ends tell. Others are divided (R. E. Moore, Interval Analysis, 1966). What stays open is said to be open.
"""

from __future__ import annotations

import heapq
import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from derivcli.errors import UnsupportedError
from derivcli.graph import Graph
from derivcli.numeric.enclosure import Balls

# Bits of enclosures; where a number is not told from 0 by these, it is looked at with so many.
_BITS, _MORE_BITS = 128, 1_024
# Where an interval is divided: at no number that people have zeros at.
_SPLIT = 0.4871236091
# The part of the time that is there for the last of what is looked at.
_LEAST = 0.1
# How far beside the chord a zero is looked for, relative to the interval.
_BESIDE = 2.0**-10
# Intervals that are looked at, and the width, relative to the range, below which they are divided no more.
_MAX_INTERVALS, _NARROW = 4_000, 2.0**-36

Interval = tuple[float, float]


@dataclass(frozen=True)
class Zero:
    """A zero: where (the nearest float), and whether the function rises through it."""

    at: float
    rising: bool


@dataclass(frozen=True)
class Zeros:
    """All zeros of an interval, and the narrow intervals in which nothing is decided."""

    found: list[Zero]
    open: list[Interval]


class Enclosure:
    """A graph of primitives over intervals of one variable.

    Args:
        graph, name: the graph and its variable.
        root: what must have an enclosure.
        seconds: how long intervals are divided from each `begin` on; what is not decided by then stays open.

    Raises:
        UnsupportedError: Arb lacks one of its functions.
    """

    def __init__(self, graph: Graph, name: str, root: int, seconds: float = math.inf) -> None:
        import flint

        self.graph, self.name, self.flint, self.seconds = graph, name, flint, seconds
        self.until = self.end = math.inf
        # Whether anything stayed open for lack of time.
        self.late = False
        self._orders: dict[int, Sequence[int]] = {}
        lacking = Balls(graph, flint, True, {name: flint.arb(1)})
        lacking.run(graph.reachable([root]))
        if root in lacking.lacking:
            raise UnsupportedError(f"what is analysed is enclosed in intervals: {lacking.lacking[root]}")

    def begin(self) -> None:
        """Let the time run from now on."""
        self.until = self.end = time.monotonic() + self.seconds

    def share(self, parts: int) -> None:
        """Give what comes next one of so many equal parts of the time that is left, which is never none."""
        now = time.monotonic()
        self.until = now + max(self.end - now, self.seconds * _LEAST) / parts

    def over(self, root: int, low: float, high: float) -> Any:
        """A ball that holds all values over an interval; None where it need have none."""
        return self._ball(root, low, high, _BITS)

    def is_apart(self, root: int, slopes: Any, low: float, high: float) -> bool:
        """Whether the mean value theorem keeps a function from 0 on an interval that holds its slopes."""
        middle = low + (high - low) / 2
        value = self._ball(root, middle, middle, _BITS)
        if value is None:
            return False
        steps = self.flint.arb(low - middle).union(self.flint.arb(high - middle))
        return not (value + slopes * steps).contains(0)

    def sign(self, root: int, at: float) -> int | None:
        """The sign at a number; 0 where it is 0, None where it is undefined or not told."""
        for bits in (_BITS, _MORE_BITS):
            ball = self._ball(root, at, at, bits)
            if ball is None:
                return None
            if ball > 0 or ball < 0 or ball == 0:
                return int(ball > 0) - int(ball < 0)
        return None

    def balls(self, root: int, low: float, high: float, bits: int = _BITS) -> Balls:
        """The values and truths of a node and of all below it over an interval."""
        order = self._orders.setdefault(root, self.graph.reachable([root]))
        with self.flint.ctx.workprec(bits):
            found = Balls(self.graph, self.flint, True, {self.name: self.flint.arb(low).union(self.flint.arb(high))})
            found.run(order)
        return found

    def _ball(self, root: int, low: float, high: float, bits: int) -> Any:
        found = self.balls(root, low, high, bits).values.get(root)
        return found if isinstance(found, self.flint.arb) else None


def zeros(enclosure: Enclosure, root: int, slope: int, low: float, high: float) -> Zeros:
    """All zeros of a node on an interval whose ends are none.

    Args:
        enclosure: of the graph.
        root: the function.
        slope: its derivative.
        low, high: the interval.
    """
    narrow = (high - low) * _NARROW
    found: list[Zero] = []
    left_open: list[Interval] = []
    # The widest first: where there is not enough time for all, what stays open is narrow.
    pending, looked = [(low - high, low, high)], 0
    while pending:
        _, a, b = heapq.heappop(pending)
        looked += 1
        values = enclosure.over(root, a, b)
        if values is not None and not values.contains(0):
            continue
        slopes = enclosure.over(slope, a, b)
        if values is not None and slopes is not None and enclosure.is_apart(root, slopes, a, b):
            continue
        if values is not None and slopes is not None and not slopes.contains(0):
            ends = enclosure.sign(root, a), enclosure.sign(root, b)
            if None not in ends and 0 not in ends:
                if ends[0] != ends[1]:
                    found.append(Zero(narrowed(enclosure, root, a, b), bool(slopes > 0)))
                continue
        middle = a + _SPLIT * (b - a)
        if b - a <= max(narrow, 4 * math.ulp(max(abs(a), abs(b)))) or looked > _MAX_INTERVALS:
            left_open.append((a, b))
        elif time.monotonic() > enclosure.until:
            left_open.append((a, b))
            enclosure.late = True
        else:
            heapq.heappush(pending, (a - middle, a, middle))
            heapq.heappush(pending, (middle - b, middle, b))
    return Zeros(sorted(found, key=lambda zero: zero.at), joined(left_open))


def narrowed(enclosure: Enclosure, root: int, a: float, b: float) -> float:
    """The float nearest to a zero between two numbers at which a continuous function has different signs."""
    below = enclosure.sign(root, a)
    if a < 0 < b and enclosure.sign(root, 0.0) == 0:
        return 0.0
    turn = 0
    while math.nextafter(a, b) < b:
        # By turns where the chord is 0, a little beyond it on the side that is left, and in the middle.
        turn, width = (turn + 1) % 3, b - a
        middle = a + width / 2 if not turn else _chord(enclosure, root, a, b)
        if turn == 2:
            middle += math.copysign(max(2 * math.ulp(middle), width * _BESIDE), (a + b) / 2 - middle)
        if not a < middle < b:
            middle = a + width / 2
        sign = enclosure.sign(root, middle)
        if not sign:
            return middle
        if sign == below:
            a = middle
        else:
            b = middle
    ends = [abs(float(ball.mid())) if (ball := enclosure.over(root, x, x)) is not None else math.inf for x in (a, b)]
    return a if ends[0] <= ends[1] else b


def _chord(enclosure: Enclosure, root: int, a: float, b: float) -> float:
    """Where the straight line through the values at two numbers is 0."""
    first, last = (enclosure.over(root, x, x) for x in (a, b))
    if first is None or last is None or not (last - first).is_finite() or (last - first).contains(0):
        return a + (b - a) / 2
    return a + (b - a) * float((-first / (last - first)).mid())


def joined(intervals: Iterable[Interval], apart: float = 0.0) -> list[Interval]:
    """Neighbouring intervals, up to so far apart, as one."""
    whole: list[Interval] = []
    for a, b in sorted(intervals):
        if whole and a <= whole[-1][1] + apart:
            whole[-1] = (whole[-1][0], max(b, whole[-1][1]))
        else:
            whole.append((a, b))
    return whole
