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
from derivcli.deadline import Expired, deadline
from derivcli.graph import CONDITIONS
from derivcli.language import specials

# So many points must be usable before a claim counts as right, and so many are looked for.
ENOUGH, _WANTED = 8, 16
# The parts of the time for plain points, for a small domain, and for the sides of what changes.
_PLAIN_SHARE, _SEARCH_SHARE, _SIDES_SHARE = 0.35, 0.15, 0.35
# What stands this near a hole is on its brink; numbers that are further apart than that part look different.
_BRINK, _APPARENT = Fraction(1, 10**9), 1e-3


@dataclass
class Comparison:
    """What was seen.

    Args:
        seen: for each target what was found at the usable points.
        holes: points where the claim alone is not defined, and fits on all sides.
        complete: whether all sides of what has pieces were looked at; not so where time ran out.
    """

    seen: list[list[Seen]]
    holes: list[Seen] = field(default_factory=list)
    complete: bool = False

    @property
    def points(self) -> int:
        """At how many points every target could be compared, or the one with the fewest."""
        return len(self.poorest)

    @property
    def poorest(self) -> list[Seen]:
        """What was found of the target that is usable at the fewest points."""
        return min(self.seen, key=lambda seen: len(seen))

    def wrong(self, target: int) -> list[Seen]:
        """Where one target differs from the derivative."""
        return [seen for seen in self.seen[target] if not seen.agrees]

    @property
    def is_wrong(self) -> bool:
        return any(self.wrong(k) for k in range(len(self.seen)))


def compare(problem: Problem, comparison: Comparison, given: Sequence[Mapping[str, Any]], seconds: float) -> None:
    """Compare at points, into the comparison, which keeps what is known when time runs out.

    Args:
        problem: the derivatives and what is claimed of them.
        comparison: an empty one.
        given: points that must be among those looked at.
        seconds: for all of them together.
    """
    names = problem.task.variables
    plain = _points(names, itertools.chain(places.simple(len(names)), places.odd(len(names))))
    in_time = _look_at(problem, comparison, itertools.chain(given, plain), seconds * _PLAIN_SHARE)
    if comparison.is_wrong:
        return
    _look_at(problem, comparison, _more(problem, comparison), seconds * _SEARCH_SHARE)
    sides = _points(names, _sides(problem, comparison))
    comparison.complete = _look_at(problem, comparison, sides, seconds * _SIDES_SHARE) or not _has_pieces(problem)
    if in_time and not comparison.is_wrong:
        _look_at(problem, comparison, _points(names, places.far(len(names))), seconds * _SEARCH_SHARE)


def _has_pieces(problem: Problem) -> bool:
    """Whether either side has a choice or a corner; what has none is the same everywhere if it is in many places."""
    for graph, roots in (
        (problem.graph, [t.root for t in problem.targets]),
        (problem.claim, [t.claimed for t in problem.targets]),
    ):
        if specials(graph, roots) or any(graph.nodes[i].op in CONDITIONS for i in graph.reachable(roots)):
            return True
    return False


def _look_at(problem: Problem, comparison: Comparison, points: Iterable[Mapping[str, Any]], seconds: float) -> bool:
    """Look at points for so long; whether there was time for all."""
    try:
        with deadline(seconds):
            for point in points:
                _add(problem, comparison, point)
    except Expired:
        return False
    return True


def _sides(problem: Problem, comparison: Comparison) -> Iterator[places.Place]:
    """Points on all sides of where something changes, on lines through points that are known to be usable."""
    graphs = [
        (problem.graph, [node for t in problem.targets for node in (t.root, t.derivative)]),
        (problem.claim, [t.claimed for t in problem.targets]),
    ]
    known = [s.point for s in comparison.poorest if all(isinstance(v, Fraction) for v in s.point.values())]
    yield from beside_landmarks(graphs, problem.task.variables, [known[-1], known[len(known) // 2]] if known else [])


def _points(names: Sequence[str], found: Iterable[places.Place]) -> Iterator[dict[str, Any]]:
    yield from (dict(zip(names, place, strict=True)) for place in found)


def _more(problem: Problem, comparison: Comparison) -> Iterator[Mapping[str, Any]]:
    """Points for a domain that is small: on all sides of its ends, all over, and beside those that were found."""
    names = problem.task.variables
    found = itertools.chain(_sides(problem, comparison), places.searched(len(names)))
    for point in _points(names, found):
        if comparison.points >= _WANTED:
            return
        yield point
    for seen in list(comparison.poorest):
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
            # Steps without a pattern: a matrix of them is not singular.
            name: value + sides[j % 2] * (2 + (617 * j * j + 389 * j) % 101) * _BRINK * (1 + abs(int(float(value))))
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
