"""How values go beside a place: without bounds like a power or slower, to one limit, apart, or with a corner."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from derivcli.questions.scene import Scene
from derivcli.questions.slopes import values_of
from derivcli.values import constant

POLE, LOGARITHMIC = "pole", "logarithmic_singularity"
UNBOUNDED = (POLE, LOGARITHMIC)
# How near to an exact place values are taken: 10 to the power of minus each of these.
_NEARER = (18, 36, 72, 144, 288)
# Growth by a smaller power of the distance is slower than any power, as far as it is seen.
_SLOW = 0.01
# Steps that stay at least so large are without end; a power makes them larger by more than the second.
_LASTING, _FASTER = (0.8, 0.9), 2.0
# How many times as far away as the nearest the values beside a float are, and between which of them steps are compared.
_SCALES = (1000, 470, 210, 97, 43, 19, 8, 3, 1)
_FAR, _MIDDLE, _NEAR = 0, 4, 8
# What is as small beside the values is no step between them; what steps of a root become from one to the next.
_NOTHING, _STEEP = 1e-9, 0.1
# How much the power may change by which values shrink to 0.
_ONE_POWER = 0.02
# Operations that have no value where this argument is 0.
_UNDEFINED_AT_0 = {"div": 1, "log": 0}
# Values so near to each other, at these distances, have one limit.
_MEET, _AROUND = Fraction(1, 10**9), (Fraction(1, 10**18), Fraction(17, 10**19), Fraction(23, 10**24))


def unbounded(scene: Scene, exact: str) -> str | None:
    """What values without bounds beside an exact place make of it; None where they have bounds.

    Growth is seen that is at least that of log(log(1/h)) at a distance h.

    Args:
        exact: the place, in deriv's language.
    """
    found = {_grown(scene, exact, sign) for sign in "+-"}
    return next((kind for kind in UNBOUNDED if kind in found), None)


def _grown(scene: Scene, exact: str, sign: str) -> str | None:
    points = [constant(f"({exact}) {sign} 1/10**{k}", scene.name) for k in _NEARER]
    values = [values_of(scene.graph, [scene.derivatives[0]], {scene.name: x})[0] for x in points]
    if values[-1].kind == "infinite":
        return POLE
    if any(value.kind != "number" for value in values):
        return None
    sizes = [abs(value.value) for value in values]
    *_, before, last = (b - a for a, b in itertools.pairwise(sizes))
    if not (before > 0 and last > _LASTING[1] * before):
        return None
    power = float(sizes[-1].context.log10(sizes[-1] / sizes[-2])) / (_NEARER[-1] - _NEARER[-2])
    return POLE if power > _SLOW else LOGARITHMIC


def has_limit(scene: Scene, exact: str) -> bool:
    """Whether values very near to an exact place, on both sides, are all but the same."""
    x: Any = constant(exact, scene.name)
    places = [x + side * distance for side in (-1, 1) for distance in _AROUND]
    values = [values_of(scene.graph, [scene.derivatives[0]], {scene.name: place})[0] for place in places]
    if any(value.kind != "number" for value in values):
        return False
    numbers = [value.value for value in values]
    return bool(max(numbers) - min(numbers) <= float(_MEET) * max(1, *map(abs, numbers)))


def beside(scene: Scene, at: float) -> str | None:
    """What a function does at a mark that is known as a float alone, told from values ever nearer to it."""
    near = _near_values(scene, at)
    if any(math.isnan(y) for side in near for y, _ in side):
        return None if all(math.isnan(y) for side in near for y, _ in side) else "domain_edge"
    (left, right) = near
    if any(abs(side[_NEAR][0]) > 100 * abs(side[_FAR][0]) > 0 for side in near):
        return POLE
    scale = _scale(near)
    steps = {_stepping([y for y, _ in side], scale) for side in near}
    if steps & {*UNBOUNDED}:
        return next(kind for kind in UNBOUNDED if kind in steps)
    gap = abs(left[_NEAR][0] - right[_NEAR][0])
    wide = max(max(y for y, _ in side) - min(y for y, _ in side) for side in near)
    if gap > 0.3 * abs(left[_FAR][0] - right[_FAR][0]) + 1e-9 * scale and wide <= gap / 2:
        return "jump"
    if not all(_is_monotone([y for y, _ in side]) for side in near):
        return None  # a function that turns without end has neither limits nor slopes there
    if _is_undefined(scene, at):
        return "hole"
    bend = abs(left[_NEAR][1] - right[_NEAR][1])
    if bend > 0.1 * abs(left[_FAR][1] - right[_FAR][1]) + 1e-9 * abs(left[_FAR][1]):
        return "vertical_tangent" if "vertical_tangent" in steps else "kink"
    return None


def height(scene: Scene, at: float) -> float | None:
    """The value at a mark that is known as a float alone; None where the rounding of its place spoils it.

    It is 0 where the values beside it shrink like one power of the distance.
    """
    near = _near_values(scene, at)
    sides = [[y for y, _ in side] for side in near]
    if any(not math.isfinite(y) for side in sides for y in side):
        return None
    if all(_shrinks([abs(y) for y in side]) for side in sides):
        return 0.0
    scale = _scale(near)
    if abs(sides[0][_NEAR] - sides[1][_NEAR]) > _NOTHING * scale or any(_stepping(side, scale) for side in sides):
        return None
    return scene.floats(at)[0]


def _shrinks(sizes: Sequence[float]) -> bool:
    """Whether sizes fall like one power of the distance, or are 0."""
    far, middle, near = (sizes[k] for k in (_FAR, _MIDDLE, _NEAR))
    if not far > middle > near > 0:
        return not any(sizes)
    powers = (
        math.log(far / middle) / math.log(_SCALES[_FAR] / _SCALES[_MIDDLE]),
        math.log(middle / near) / math.log(_SCALES[_MIDDLE] / _SCALES[_NEAR]),
    )
    return abs(powers[0] - powers[1]) <= _ONE_POWER * powers[0]


def _is_undefined(scene: Scene, at: float) -> bool:
    """Whether something is divided by 0 at a mark, or the logarithm of 0 is taken."""
    graph, near = scene.graph, 4 * math.ulp(at)
    for i in graph.reachable([scene.derivatives[0]]):
        node = graph.nodes[i]
        inner = node.args[_UNDEFINED_AT_0[node.op]] if node.op in _UNDEFINED_AT_0 else None
        if inner is None or not graph.variables([inner]):
            continue
        ball = scene.enclosure.over(inner, at - near, at + near)
        if ball is not None and ball.contains(0):
            return True
    return False


# A function's value and slope, from far to near.
_Side = Sequence[tuple[float, float]]


def _near_values(scene: Scene, at: float) -> tuple[_Side, _Side]:
    """The values and slopes to the left and to the right of a float."""
    size = Fraction(max(64 * math.ulp(at), (scene.side[1] - scene.side[0]) * 1e-18))
    left, right = ([scene.floats(Fraction(at) + side * size * scale) for scale in _SCALES] for side in (-1, 1))
    return left, right


def _scale(near: tuple[_Side, _Side]) -> float:
    return max(*(abs(side[_FAR][0]) for side in near), 1e-300)


def _is_monotone(values: Sequence[float]) -> bool:
    steps = [b - a for a, b in itertools.pairwise(values)]
    return all(step >= 0 for step in steps) or all(step <= 0 for step in steps)


def _stepping(values: Sequence[float], scale: float) -> str | None:
    """What the steps between values ever nearer to a place say, each over a factor of its distance."""
    far = (values[_MIDDLE] - values[_FAR]) / math.log(_SCALES[_FAR] / _SCALES[_MIDDLE])
    near = (values[_NEAR] - values[_MIDDLE]) / math.log(_SCALES[_MIDDLE] / _SCALES[_NEAR])
    if abs(near) <= _NOTHING * scale or near * far <= 0 or not _is_monotone(values):
        return None
    if near / far >= _LASTING[0]:
        return POLE if near / far > _FASTER else LOGARITHMIC
    return "vertical_tangent" if near / far > _STEEP else None
