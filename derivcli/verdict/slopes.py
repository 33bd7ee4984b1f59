"""Difference quotients of complex functions: what a formula's value is held against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from derivcli.graph import Graph
from derivcli.numeric.exact import Exact, evaluate
from derivcli.numeric.irrational import Above

# Two steps, relative to the point; by their quotients one tells slopes that go to a limit from those that do not.
_STEPS = (Fraction(1, 10**20), Fraction(1, 10**30))
# In so many digits, at least, values are taken for them.
_DIGITS = 70
# Slopes that differ by less than this part are one; what shrinks by this factor from one step to the next goes to 0.
_SAME, _SHRINKS = 1e-9, 1e-5
# Parts of a slope that are smaller than this share of it are not seen.
_UNSEEN = 1e-20


@dataclass(frozen=True)
class Slope:
    """The derivative along one variable as difference quotients have it.

    `kind` is `smooth`, `jump`, `kink`, `vertical_tangent` or `unchecked`; `is_real` says whether the function is real
    at the point and on both sides of it, `error` how far the slopes of its two sides are apart for the smaller step.
    """

    kind: str
    value: Any = None
    error: Any = 0
    is_real: bool = False

    def settled(self) -> Any:
        """The value without a part that the steps cannot tell from 0."""
        context, bound = self.value.context, self.error + _UNSEEN * abs(self.value)
        real, imaginary = (0 if abs(p) <= bound else p for p in (context.re(self.value), context.im(self.value)))
        return context.mpc(real, imaginary) if imaginary else context.mpf(real)


def slope(graph: Graph, root: int, name: str, point: Mapping[str, Any], holomorphic: bool) -> Slope:
    """The slope of a complex function.

    Args:
        graph, root: the function.
        name: the variable that moves.
        point: the exact values of all variables.
        holomorphic: whether it must be the same in all directions of the plane.
    """
    along = _along(graph, root, name, point, across=False)
    if not holomorphic or along.kind != "smooth":
        return along
    across = _along(graph, root, name, point, across=True)
    if across.kind != "smooth":
        return across
    context = along.value.context
    size = max(abs(along.value), abs(context.convert(across.value)))
    same = abs(along.value - context.convert(across.value)) <= _SAME * size
    return along if same or not size else Slope("jump")


def _along(graph: Graph, root: int, name: str, point: Mapping[str, Any], across: bool) -> Slope:
    """The slope along the real axis, or across it."""

    def at(step: Fraction) -> Exact:
        moved = {**point, name: Above(point[name], step) if across else point[name] + step} if step else point
        return evaluate(graph, [root], moved, real=False, digits=_DIGITS, complex_too=True).roots[0]

    here = at(Fraction(0))
    size = min(abs(point[name]), Fraction(1)) if isinstance(point[name], Fraction) and point[name] else Fraction(1)
    steps = [size * step for step in _STEPS]
    sides = [(at(-step), at(step)) for step in steps]
    if any(v.kind != "number" for v in (here, *sides[0], *sides[1])):
        return Slope("unchecked")
    context = here.value.context
    gaps = [[context.convert(v.value) - here.value for v in pair] for pair in sides]
    unit = context.mpc(0, 1) if across else context.one
    quotients = [
        [gap * h.denominator / h.numerator / (sign * unit) for gap, sign in zip(pair, (-1, 1), strict=True)]
        for pair, h in zip(gaps, steps, strict=True)
    ]
    kind = _kind(gaps, quotients, here.value)
    real = all(not isinstance(v.value, v.value.context.mpc) for v in (here, *sides[1]))
    return Slope(kind, sum(quotients[1]) / 2, abs(quotients[1][1] - quotients[1][0]), real)


def _kind(gaps: list[list[Any]], quotients: list[list[Any]], value: Any) -> str:
    """The class of a point by what two steps to both sides of it say."""
    (far_gap, gap), (far, apart) = (
        [max(abs(g) for g in pair) for pair in gaps],
        [abs(right - left) for left, right in quotients],
    )
    if gap > _SAME * abs(value) and gap > far_gap / 2:
        return "jump"
    if apart <= _SAME * max(abs(q) for q in quotients[1]) or apart <= _SHRINKS * far:
        return "smooth"
    return "vertical_tangent" if apart > 2 * far else "kink"
