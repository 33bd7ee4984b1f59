"""What a function does at its marks, where it may be other than smooth: poles, corners, jumps, and turns there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from derivcli.deadline import undisturbed
from derivcli.engine import answer
from derivcli.findings import Feature, Stretch
from derivcli.model import Question
from derivcli.numeric.zeros import Interval
from derivcli.questions.growth import POLE, UNBOUNDED, beside, has_limit, height, unbounded
from derivcli.questions.marks import APART, Marks
from derivcli.questions.scene import Scene
from derivcli.questions.slopes import values_of, vanishes
from derivcli.values import constant

# Statuses of a check that are places on the graph.
_PLACES = {
    "pole": "pole", "kink": "kink", "jump": "jump", "removable": "hole", "vertical_tangent": "vertical_tangent",
    "domain_edge": "domain_edge",
}  # fmt: skip
# Where the tangent is no reason against an inflection, and where a function may turn.
_SMOOTH, _TURNS = (None, "vertical_tangent"), (None, "vertical_tangent", "kink", "jump")
_CONTINUOUS = (None, "kink", "vertical_tangent")
# How near to a mark the values beside it are taken, and further; what is no difference between them, and which part of
# the one further away is left of one that is a slope's.
_BESIDE, _FURTHER, _LEVEL, _LEFT = Fraction(1, 10**40), Fraction(1, 10**20), 1e-15, 1e-5


@dataclass(frozen=True)
class Landmark:
    """A mark with what was found there: a kind of place, or None where the function is smooth."""

    at: float
    exact: str | None
    kind: str | None


def landmarks(question: Question, scene: Scene, held: Marks) -> list[Landmark]:
    """The marks in the range: by the verdict where they are known exactly, else by the values beside them."""
    low, high = scene.side
    known = {at: text for at, text in held.exact.items() if text is not None and low <= at <= high}
    points = tuple(((scene.name, text),) for text in known.values())
    asked = replace(question, points=points, simplify="none", wrt=(scene.name,))
    if points:
        with undisturbed():
            import derivcli.numeric.autodiff  # noqa: F401
    answers = answer(asked).points if points else ()
    found = []
    for (at, text), told in zip(known.items(), answers, strict=True):
        status = (told.checks or {})[scene.name,].status
        found.append(Landmark(at, text, _kind(scene, at, text, status)))
    unknown = [at for at, text in held.exact.items() if text is None and low <= at <= high]
    return sorted([*found, *(Landmark(at, None, beside(scene, at)) for at in unknown)], key=lambda mark: mark.at)


def _kind(scene: Scene, at: float, exact: str, status: str) -> str | None:
    """What a check makes of an exact mark; where there is no value those beside it tell."""
    kind = _PLACES.get(status)
    if status != "outside_domain":
        return unbounded(scene, exact) or kind if kind == POLE else kind
    kind = beside(scene, at)
    if kind == "domain_edge":
        return kind
    return unbounded(scene, exact) or kind or ("hole" if has_limit(scene, exact) else None)


def at_landmarks(scene: Scene, marks: Sequence[Landmark]) -> Iterator[Feature]:
    """What they are, and the zeros among them."""
    for mark in marks:
        if mark.kind is not None and not _jumps_outside(scene, mark):
            found = _feature(scene, mark, mark.kind) if mark.kind not in UNBOUNDED else None
            yield found or Feature(mark.kind, mark.at, mark.exact, None, "exact" if mark.exact else "numeric")
        if mark.exact is not None:
            x = constant(mark.exact, scene.name)
            (value,) = values_of(scene.graph, [scene.derivatives[0]], {scene.name: x})
            if vanishes(value):
                yield Feature("zero", mark.at, mark.exact, 0.0, "exact")
        elif mark.kind in _CONTINUOUS and height(scene, mark.at) == 0:
            yield Feature("zero", mark.at, None, 0.0, "numeric")


def _feature(scene: Scene, mark: Landmark, kind: str) -> Feature | None:
    """A place at a mark, with the value as far as it is known."""
    found = scene.feature(kind, mark.at, mark.exact, "numeric")
    if found is None or mark.exact is not None:
        return found
    return replace(found, y=height(scene, mark.at) if mark.kind in _CONTINUOUS else None)


def _jumps_outside(scene: Scene, mark: Landmark) -> bool:
    """Whether a jump is at an end of the range, in which the function goes on without one."""
    inside = {scene.side[0]: 1, scene.side[1]: -1}.get(mark.at)
    return mark.kind == "jump" and inside is not None and _rises(scene, mark, inside, 0) == 0


def turns(scene: Scene, marks: Sequence[Landmark], found: Sequence[Stretch]) -> Iterator[Feature]:
    """Marks at which the function turns: it is less on both sides, or more."""
    for mark in marks:
        left = next((s.direction for s in found if s.high == mark.at), None)
        right = next((s.direction for s in found if s.low == mark.at), None)
        if mark.kind not in _TURNS or left is None or right is None:
            continue
        before = _rises(scene, mark, -1, {"increasing": 1, "decreasing": -1, "constant": 0}[left])
        after = _rises(scene, mark, 1, {"increasing": -1, "decreasing": 1, "constant": 0}[right])
        if before == after and before:
            feature = _feature(scene, mark, "maximum" if before > 0 else "minimum")
            yield from [] if feature is None else [feature]


def _rises(scene: Scene, mark: Landmark, side: int, level: int) -> int | None:
    """The sign of the value at a mark less that beside it; `level` where the function is continuous there."""
    if mark.kind != "jump":
        return level
    if mark.exact is None:
        return None
    x: Any = constant(mark.exact, scene.name)
    places = (x, x + side * _BESIDE, x + side * _FURTHER)
    at, near, far = (values_of(scene.graph, [scene.derivatives[0]], {scene.name: place})[0] for place in places)
    if not at.kind == near.kind == far.kind == "number":
        return None
    step = at.value - near.value
    if abs(step) <= max(_LEVEL * max(abs(at.value), abs(near.value)), _LEFT * abs(at.value - far.value)):
        return level
    return 1 if step > 0 else -1


def bends(
    scene: Scene, marks: Sequence[Landmark], pieces: Sequence[Interval], others: Sequence[float]
) -> Iterator[Feature]:
    """Marks with a tangent at which the function begins to bend to the other side.

    Args:
        scene, marks: the function and its marks.
        pieces: where it is smooth and decided.
        others: where else its bend may change its sign.
    """
    apart = 4 * (scene.wide[1] - scene.wide[0]) * APART
    for mark in marks:
        left = next(((a, b) for a, b in pieces if abs(b - mark.at) <= apart), None)
        right = next(((a, b) for a, b in pieces if abs(a - mark.at) <= apart), None)
        if mark.kind not in _SMOOTH or left is None or right is None:
            continue
        low = max([left[0], *(x for x in others if x < left[1])])
        high = min([right[1], *(x for x in others if x > right[0])])
        signs = [scene.enclosure.sign(scene.derivatives[2], (a + b) / 2) for a, b in ((low, left[1]), (right[0], high))]
        if None not in signs and 0 not in signs and signs[0] != signs[1]:
            feature = _feature(scene, mark, "inflection")
            yield from [] if feature is None else [feature]
