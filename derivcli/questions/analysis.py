"""`deriv analyze`: zeros, extrema, inflections, poles, corners and asymptotes of a function over a range."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from derivcli.deadline import Expired, deadline, undisturbed
from derivcli.engine import answer
from derivcli.errors import DerivError, OutOfTime, UnsupportedError, UsageError
from derivcli.findings import Analysis, Asymptote, Feature
from derivcli.graph import Graph
from derivcli.language import partial
from derivcli.model import Question
from derivcli.numeric.zeros import Enclosure, Interval, joined, narrowed, zeros
from derivcli.points import Interval as Side
from derivcli.questions.marks import APART, DECIDED, Marks, marks
from derivcli.questions.posing import Posed, posed, read_as
from derivcli.questions.slopes import values_of, vanishes
from derivcli.questions.stretches import clipped, corner_extrema, stretches, without
from derivcli.reverse import gradient
from derivcli.values import constant

# Seconds for all of it, for one exact number, and for the lines at infinity; the range where none is given.
SECONDS, _EXACT_SECONDS, _LIMIT_SECONDS = 20.0, 0.5, 2.0
RANGE = Side(Fraction(-10), Fraction(10))
# How far, relative to the range, is looked beyond its ends: zeros at them are found inside.
_BEYOND = 0.00123457
# Statuses of a check that are places on the graph.
_PLACES = {
    "pole": "pole", "kink": "kink", "jump": "jump", "removable": "hole", "vertical_tangent": "vertical_tangent",
    "domain_edge": "domain_edge",
}  # fmt: skip
# Of so many zeros in one piece exact numbers are looked for.
_MAX_NAMED = 40
# Intervals with nothing decided that are nearer to each other, relative to the range, are told as one.
_APART = 0.02
# How far from infinity a line must fit.
_FAR, _FITS = 1e8, 1e-5


@dataclass(frozen=True)
class _Scene:
    """The function with its derivatives as nodes, and the range with what lies just beyond it."""

    posed: Posed
    enclosure: Enclosure
    derivatives: Sequence[int]
    side: Interval
    wide: Interval

    @property
    def graph(self) -> Graph:
        return self.posed.graph

    @property
    def name(self) -> str:
        return self.enclosure.name


def analyze(question: Question, side: Side | None) -> Analysis:
    """What there is to see of the question's expression.

    Args:
        question: one expression in one variable.
        side: the range.

    Raises:
        DerivError: it cannot be read, or Arb has no enclosure of it.
    """
    seconds = SECONDS if question.timeout is None else question.timeout
    try:
        with deadline(seconds):
            return _analysed(question, _scene(question, side or RANGE))
    except Expired:
        hint = "a smaller --range takes less, --timeout SECONDS gives it more"
        raise OutOfTime(f"out of time after {seconds:g} s", hint=hint) from None


def _scene(question: Question, side: Side) -> _Scene:
    found = posed(question)
    if len(found.roots) != 1 or len(found.variables) != 1:
        names = f"{len(found.variables)} variable{'' if len(found.variables) == 1 else 's'}"
        hint = "values are given to the others by --let a=2"
        raise UsageError(f"a function of one variable is analysed, and this has {names}", hint=hint)
    (name,) = found.variables
    nodes = [found.roots[0]]
    for _ in range(3):
        nodes.append(gradient(found.graph, nodes[-1], [name], partial)[0])
    low, high = float(side.low), float(side.high)
    beyond = (high - low) * _BEYOND
    return _Scene(
        found, Enclosure(found.graph, name, found.roots[0]), nodes, (low, high), (low - beyond, high + 1.1 * beyond)
    )


def _analysed(question: Question, scene: _Scene) -> Analysis:
    held = marks(scene.enclosure, scene.derivatives[0], *scene.wide, lambda i, near: _exactly(scene, i, near))
    features: list[Feature] = list(_at_marks(question, scene, held))
    left_open, unknown = list(held.open), list(held.open)
    turns: list[float] = []
    apart = (scene.side[1] - scene.side[0]) * _APART
    pieces = [piece for piece in held.pieces(*scene.wide) if _is_defined(scene, piece)]
    for piece in pieces:
        for level in range(3):
            found, more = _crossings(scene, level, piece)
            features += found
            left_open += more
            unknown += more if level < 2 else []
            turns += [f.x for f in found if f.kind in ("maximum", "minimum")]
    risen = stretches(scene.enclosure, scene.derivatives[1], without(pieces, joined(unknown, apart)), turns, features)
    features += corner_extrema(features, risen)
    low, high = scene.side
    inside = {(f.kind, f.x): f for f in features if low <= f.x <= high}
    ordered = sorted(inside.values(), key=lambda f: (f.x, f.kind))
    reading = scene.posed.reading
    return Analysis(
        text=reading.text,
        expression=read_as(reading, reading.roots[0]),
        variable=scene.name,
        low=low,
        high=high,
        features=tuple(ordered),
        stretches=tuple(clipped(risen, low, high)),
        asymptotes=(*_upright(scene, ordered), *_lines(scene)),
        open=tuple(part for part in joined(left_open, apart) if part[1] >= low and part[0] <= high),
        apart=(high - low) * APART,
        warnings=tuple(reading.warnings),
    )


def _exactly(scene: _Scene, node: int, near: Interval) -> str | None:
    """The exact number near a float at which a node is 0, as a text."""
    with undisturbed():
        from derivcli.symbolic.recognised import zero
    try:
        with deadline(_EXACT_SECONDS):
            return zero(scene.graph, node, scene.name, near)
    except (Expired, DerivError):
        return None


def _is_defined(scene: _Scene, piece: Interval) -> bool:
    """Whether the function has a value in the middle of a piece."""
    a, b = piece
    return any(scene.enclosure.over(scene.derivatives[0], x, x) is not None for x in (a + (b - a) * t for t in _INSIDE))


_INSIDE = (0.4871, 0.1234, 0.8765)
# For the function and its first two derivatives: what a zero is where it falls, where it rises, and where it does not
# change its sign.
_KINDS = (("zero", "zero", "zero"), ("maximum", "minimum", "flat"), ("inflection", "inflection", None))


def _crossings(scene: _Scene, level: int, piece: Interval) -> tuple[list[Feature], list[Interval]]:
    """The places in a piece where the function or a derivative of it is 0, and what stays open."""
    root, slope = scene.derivatives[level : level + 2]
    whole = scene.enclosure.over(root, *piece)
    if whole is not None and whole == 0:
        return [], []
    held = zeros(scene.enclosure, root, slope, *piece)
    features, left_open = [], []
    for zero in held.found:
        kind = _KINDS[level][int(zero.rising)]
        exact = _exactly(scene, root, (zero.at, zero.at)) if len(held.found) <= _MAX_NAMED else None
        features.append(_feature(scene, str(kind), zero.at, exact, "proven"))
    for a, b in held.open:
        if b - a > (scene.side[1] - scene.side[0]) * DECIDED:
            left_open.append((a, b))
            continue
        exact = _exactly(scene, root, (a, b))
        ends = scene.enclosure.sign(root, a), scene.enclosure.sign(root, b)
        # Without a finite enclosure there may be a pole inside.
        whole = scene.enclosure.over(root, a, b)
        changes = whole is not None and None not in ends and 0 not in ends and ends[0] != ends[1]
        if exact is None and not changes:
            left_open.append((a, b))
            continue
        kind = _KINDS[level][int((ends[1] or 0) > 0)] if changes else _KINDS[level][2]
        if kind is not None:
            at = narrowed(scene.enclosure, root, a, b) if exact is None else float(constant(exact, scene.name))
            features.append(_feature(scene, kind, at, exact, "proven"))
    return features, left_open


def _feature(scene: _Scene, kind: str, at: float, exact: str | None, how: str) -> Feature:
    """A place with the value there."""
    x = Fraction(at) if exact is None else constant(exact, scene.name)
    (value,) = values_of(scene.graph, [scene.derivatives[0]], {scene.name: x})
    y = 0.0 if kind == "zero" else float(value) if value.kind == "number" else None
    return Feature(kind, at, exact, y, how if exact is None else "exact")


def _at_marks(question: Question, scene: _Scene, held: Marks) -> Iterator[Feature]:
    """The places at marks: by the verdict where they are known exactly, else by the values beside them."""
    low, high = scene.side
    known = {at: text for at, text in held.exact.items() if text is not None and low <= at <= high}
    points = tuple(((scene.name, text),) for text in known.values())
    asked = replace(question, points=points, simplify="none", wrt=(scene.name,))
    if points:
        with undisturbed():
            import derivcli.numeric.autodiff  # noqa: F401
    answers = answer(asked).points if points else ()
    for (at, text), found in zip(known.items(), answers, strict=True):
        status = (found.checks or {})[scene.name,].status
        # Where there is no value the values beside it tell.
        kind = _beside(scene, at) if status == "outside_domain" else _PLACES.get(status)
        if kind is not None:
            yield _feature(scene, kind, at, text, "exact")
        (value,) = values_of(scene.graph, [scene.derivatives[0]], {scene.name: constant(text, scene.name)})
        if vanishes(value):
            yield Feature("zero", at, text, 0.0, "exact")
    for at, unknown in held.exact.items():
        kind = _beside(scene, at) if unknown is None and low <= at <= high else None
        if kind is not None:
            yield Feature(kind, at, None, None, "numeric")


def _beside(scene: _Scene, at: float) -> str | None:
    """What a function does at a mark that is known as a float alone, told from values ever nearer to it."""
    size = (scene.side[1] - scene.side[0]) * 1e-4
    near = [[_floats(scene, at + side * size * scale) for scale in (1.0, 1e-3)] for side in (-1, 1)]
    if any(math.isnan(y) for side in near for y, _ in side):
        return None if all(math.isnan(y) for side in near for y, _ in side) else "domain_edge"
    (left, right) = near
    if any(abs(side[1][0]) > 100 * abs(side[0][0]) for side in near):
        return "pole"
    scale = max(abs(left[0][0]), abs(right[0][0]), 1e-300)
    if abs(left[1][0] - right[1][0]) > 0.3 * abs(left[0][0] - right[0][0]) + 1e-9 * scale:
        return "jump"
    bend = abs(left[1][1] - right[1][1])
    return "kink" if bend > 0.1 * abs(left[0][1] - right[0][1]) + 1e-9 * abs(left[0][1]) else None


def _floats(scene: _Scene, x: float) -> tuple[float, float]:
    """The value and the slope at a number; NaN where there is none."""
    value, slope = values_of(scene.graph, scene.derivatives[:2], {scene.name: Fraction(x)})
    return (float(value) if value.kind == "number" else math.nan, float(slope) if slope.kind == "number" else math.nan)


def _upright(scene: _Scene, features: Sequence[Feature]) -> list[Asymptote]:
    return [
        Asymptote("vertical", f"{scene.name} = {f.exact or repr(f.x)}", f"at {scene.name} = {f.exact or repr(f.x)}")
        for f in features
        if f.kind == "pole"
    ]


def _lines(scene: _Scene) -> list[Asymptote]:
    """The lines at infinity, as far as SymPy finds them in time and the function's values confirm them."""
    with undisturbed():
        from derivcli.symbolic.asymptotes import asymptotes
    found = []
    try:
        with deadline(_LIMIT_SECONDS):
            for where, text, slope, height in asymptotes(scene.graph, scene.derivatives[0], scene.name):
                x = _FAR if where == "oo" else -_FAR
                y, _ = _floats(scene, x)
                if abs(y - (slope * x + height)) <= _FITS * max(1.0, abs(height)):
                    kind = "oblique" if slope else "horizontal"
                    found.append(Asymptote(kind, f"y = {text}", f"{scene.name} -> {where}"))
    except (Expired, DerivError, UnsupportedError, NotImplementedError, ValueError, TypeError):
        pass  # what was found by then is shown
    return found
