"""The claim against the derivative at many points, until they differ or enough of them agree."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from derivcli.checking import places
from derivcli.checking.landmarks import beside_landmarks
from derivcli.checking.problem import Problem, Seen, look

# So many points must be usable before a claim counts as right, and so many are looked for.
ENOUGH, _WANTED = 8, 16
# What stands this near a hole is on its brink; numbers that are further apart than that part look different.
_BRINK, _APPARENT = Fraction(1, 10**9), 1e-3


@dataclass
class Comparison:
    """What was seen.

    Args:
        seen: for each target what was found at the usable points.
        holes: points where the claim alone is not defined, and fits on all sides.
        complete: whether all points were looked at; not so where time ran out.
    """

    seen: list[list[Seen]]
    holes: list[Seen] = field(default_factory=list)
    complete: bool = False

    @property
    def points(self) -> int:
        """At how many points every target could be compared, or the one with the fewest."""
        return min(map(len, self.seen))

    def wrong(self, target: int) -> list[Seen]:
        """Where one target differs from the derivative."""
        return [seen for seen in self.seen[target] if not seen.agrees]

    @property
    def is_wrong(self) -> bool:
        return any(self.wrong(k) for k in range(len(self.seen)))


def compare(problem: Problem, comparison: Comparison, given: Sequence[Mapping[str, Any]]) -> None:
    """Compare at points, into the comparison, which keeps what is known when time runs out.

    Args:
        problem: the derivatives and what is claimed of them.
        comparison: an empty one.
        given: points that must be among those looked at.
    """
    names = problem.task.variables
    for point in [*given, *_points(names, itertools.chain(places.simple(len(names)), places.odd(len(names))))]:
        _add(problem, comparison, point)
    if not comparison.is_wrong:
        graphs = [
            (problem.graph, [*(t.root for t in problem.targets), *(t.derivative for t in problem.targets)]),
            (problem.claim, [t.claimed for t in problem.targets]),
        ]
        for point in _points(names, itertools.chain(places.far(len(names)), beside_landmarks(graphs, names))):
            _add(problem, comparison, point)
    for point in _more(problem, comparison):
        if comparison.points >= _WANTED or comparison.is_wrong:
            break
        _add(problem, comparison, point)
    comparison.complete = True


def _points(names: Sequence[str], found: Iterable[places.Place]) -> Iterator[dict[str, Any]]:
    yield from (dict(zip(names, place, strict=True)) for place in found)


def _more(problem: Problem, comparison: Comparison) -> Iterator[dict[str, Any]]:
    """Points for a domain that is small: all over, and then beside those that were found."""
    names = problem.task.variables
    yield from _points(names, places.searched(len(names)))
    poorest = min(comparison.seen, key=len)
    for seen in list(poorest):
        for k, step in enumerate((Fraction(1, 3), Fraction(-1, 5), Fraction(1, 70), Fraction(-1, 900))):
            yield {n: v + step * (1 + Fraction((j + k) % 3, 4)) for j, (n, v) in enumerate(seen.point.items())}


def _add(problem: Problem, comparison: Comparison, point: Mapping[str, Any]) -> None:
    for k, seen in enumerate(look(problem, point)):
        known = comparison.seen[k]
        if seen is None or any(seen.point == other.point for other in known):
            continue
        if seen.claimed.kind == "undefined" and _is_hole(problem, k, point):
            comparison.holes.append(seen)
        else:
            known.append(seen)


def _is_hole(problem: Problem, target: int, point: Mapping[str, Any]) -> bool:
    """Whether the claim is defined on all sides of a point, and right there."""
    for sides in ((1, 1), (-1, -1), (1, -2)):
        near = {
            name: value + sides[j % 2] * (2 + j) * _BRINK * (1 + abs(int(float(value))))
            for j, (name, value) in enumerate(point.items())
        }
        seen = look(problem, near)[target]
        if seen is None or not seen.agrees:
            return False
    return True


def simplest(wrong: Sequence[Seen]) -> Seen:
    """Of the points where a claim is wrong the one that shows it best: two numbers, clearly apart, in few digits."""

    def rank(seen: Seen) -> tuple[bool, bool, Any]:
        claimed, derivative = float(seen.claimed), float(seen.derivative)
        apparent = abs(claimed - derivative) > _APPARENT * max(abs(claimed), abs(derivative))
        costs = [places.cost(v) if isinstance(v, Fraction) else (9, Fraction(0)) for v in seen.point.values()]
        total = sum(digits for digits, _ in costs), sum(size for _, size in costs)
        return seen.claimed.kind != "number" or abs(claimed) == float("inf"), not apparent, total

    return min(wrong, key=rank)
