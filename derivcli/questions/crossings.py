"""Where a function, its slope or its bend is 0 on a piece on which it is smooth, by the zeros of their factors."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from derivcli.findings import Feature
from derivcli.language import partial
from derivcli.numeric.zeros import Interval, joined, narrowed, zeros
from derivcli.questions.marks import DECIDED
from derivcli.questions.orders import order_at, quotient_order
from derivcli.questions.scene import INSIDE, ROUNDED, Quotient, Scene
from derivcli.reverse import gradient
from derivcli.values import constant

# For the function and its first two derivatives: what a zero is where it falls, where it rises, and where it does not
# change its sign.
_KINDS = (("zero", "zero", "zero"), ("maximum", "minimum", "flat"), ("inflection", "inflection", None))
# Of so many zeros in one piece exact numbers are looked for.
_MAX_NAMED = 40
# Of so many open intervals it is asked whether a factor is 0 at an exact number in them.
_MAX_RECOGNISED = 6
# How near open intervals are to such a number and to each other that are looked at together, as that which is narrow.
_NEARER = (10**6, 10**4, 4)
# Around a mark, as shares of a piece, within which it is asked whether a factor is 0 at the mark alone.
_REACHES = (2.0**-3, 2.0**-6, 2.0**-9, 2.0**-12)


@dataclass(frozen=True)
class _Place:
    at: float
    exact: str | None


def crossings(
    scene: Scene, level: int, piece: Interval, marks: Collection[str]
) -> tuple[list[Feature], list[Interval]]:
    """The places in a piece where the function or a derivative of it is 0, and what stays open.

    Args:
        scene: the function.
        level: 0 for the function, 1 for its slope, 2 for its bend.
        piece: where it is smooth; not all of it is 0 there.
        marks: exact numbers where it may be other than smooth.
    """
    places: list[_Place] = []
    left_open: list[Interval] = []
    quotient = scene.quotient(scene.derivatives[level], piece)
    for node in quotient.over:
        found, more = _zeros(scene, node, _apart_from(scene, node, piece, marks))
        left_open += more
        places += [p for p in found if all(abs(p.at - q.at) > ROUNDED * math.ulp(p.at) for q in places)]
    named = {p.exact for p in places}
    for node in quotient.below:
        found, more = _zeros(scene, node, _apart_from(scene, node, piece, marks))
        named |= {p.exact for p in found}
        left_open += [*more, *((p.at - _near(scene), p.at + _near(scene)) for p in found)]
    if left_open:
        named |= {*marks, *_recognised(scene, quotient, left_open)}
        places, left_open = _settled(scene, quotient, places, left_open, piece, sorted(name for name in named if name))
    places = sorted((p for p in places if not _is_in(p.at, left_open)), key=lambda place: place.at)
    features = []
    for place, kind in zip(places, _kinds(scene, level, piece, places, left_open), strict=True):
        if kind == "?":
            left_open.append((place.at, place.at))
            continue
        feature = None if kind is None else scene.feature(kind, place.at, place.exact)
        features += [] if feature is None else [feature]
    return features, left_open


def _recognised(scene: Scene, quotient: Quotient, left_open: Sequence[Interval]) -> Iterator[str]:
    """Exact numbers in open intervals at which a factor is 0."""
    for part in joined(left_open, _NEARER[1] * _near(scene))[:_MAX_RECOGNISED]:
        for node in (*quotient.over, *quotient.below):
            exact = scene.exactly(node, part)
            if exact is not None:
                yield exact


def _settled(
    scene: Scene,
    quotient: Quotient,
    places: list[_Place],
    left_open: list[Interval],
    piece: Interval,
    named: Iterable[str],
) -> tuple[list[_Place], list[Interval]]:
    """The places and what stays open, when it is known how often the quotient is 0 at exact numbers, and only there."""
    for exact in named:
        at = float(constant(exact, scene.name))
        around = {_around(left_open, at, near * _near(scene)): None for near in _NEARER}
        orders = ((part, quotient_order(scene, quotient, exact, part)) for part in around if part is not None)
        proven = next(((part, order) for part, order in orders if order is not None and order >= 0), None)
        if proven is None:
            continue
        (low, high), order = proven
        left_open = [part for part in left_open if part[1] < low or part[0] > high]
        places = [p for p in places if not low <= p.at <= high]
        if order and piece[0] < at < piece[1]:
            places.append(_Place(at, exact))
    return places, left_open


def _around(left_open: Sequence[Interval], at: float, near: float) -> Interval | None:
    """The open intervals around a number, or so near to it and to each other, as one."""
    parts = [part for part in joined(left_open, near) if part[0] - near <= at <= part[1] + near]
    return (parts[0][0], parts[-1][1]) if parts else None


def _is_in(at: float, parts: Iterable[Interval]) -> bool:
    return any(a <= at <= b for a, b in parts)


def _near(scene: Scene) -> float:
    return (scene.side[1] - scene.side[0]) * DECIDED


def _apart_from(scene: Scene, node: int, piece: Interval, marks: Collection[str]) -> Interval:
    """A piece less what is near to marks at its ends, where Taylor's theorem tells that a factor is 0 there at most.

    Without it a zero of a high order would be approached by thousands of intervals, the narrower the nearer.
    """
    low, high = piece
    for exact in marks:
        at = float(constant(exact, scene.name))
        beside = [end for end in piece if abs(at - end) <= 2 * _near(scene)]
        for reach in (share * (piece[1] - piece[0]) for share in _REACHES if len(beside) == 1):
            if order_at(scene, node, exact, (at - reach, at + reach)) is not None:
                low, high = (at + reach, high) if beside == [piece[0]] else (low, at - reach)
                break
    return low, high


def _zeros(scene: Scene, node: int, piece: Interval) -> tuple[list[_Place], list[Interval]]:
    """The zeros of one factor, and what stays open."""
    slope = gradient(scene.graph, node, [scene.name], partial)[0]
    held = zeros(scene.enclosure, node, slope, *piece)
    named = len(held.found) <= _MAX_NAMED
    places = [_Place(z.at, scene.exactly(node, (z.at, z.at)) if named else None) for z in held.found]
    left_open = []
    for a, b in held.open:
        exact = scene.exactly(node, (a, b)) if b - a <= _near(scene) else None
        if exact is not None:
            places.append(_Place(float(constant(exact, scene.name)), exact))
        elif b - a <= _near(scene) and _changes(scene, node, a, b):
            places.append(_Place(narrowed(scene.enclosure, node, a, b), None))
        else:
            left_open.append((a, b))
    return places, left_open


def _changes(scene: Scene, node: int, a: float, b: float) -> bool:
    """Whether a node changes its sign in a narrow interval; without a finite enclosure there may be a pole inside."""
    ends = scene.enclosure.sign(node, a), scene.enclosure.sign(node, b)
    return scene.enclosure.over(node, a, b) is not None and None not in ends and 0 not in ends and ends[0] != ends[1]


def _kinds(
    scene: Scene, level: int, piece: Interval, places: list[_Place], left_open: list[Interval]
) -> Iterator[str | None]:
    """What each place is, by the signs on both sides of it; "?" where they are not told."""
    root = scene.within(scene.derivatives[level], piece)
    walls = sorted([*piece, *(end for part in left_open for end in part), *(p.at for p in places)])
    for place in places:
        below = max((w for w in walls if w < place.at), default=place.at)
        above = min((w for w in walls if w > place.at), default=place.at)
        signs = [scene.enclosure.sign(root, place.at + (w - place.at) * INSIDE[0]) for w in (below, above)]
        if level == 0:
            yield "zero"
        elif None in signs or 0 in signs:
            yield "?"
        else:
            yield _KINDS[level][2 if signs[0] == signs[1] else int(signs[1] == 1)]
