"""`deriv analyze`: zeros, extrema, inflections, poles, corners and asymptotes of a function over a range."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from derivcli.deadline import Expired, deadline, undisturbed
from derivcli.errors import DerivError, OutOfTime, UnsupportedError
from derivcli.findings import Analysis, Asymptote, Feature
from derivcli.model import Question
from derivcli.numeric.zeros import Interval, joined
from derivcli.points import Interval as Side
from derivcli.questions.crossings import crossings
from derivcli.questions.growth import UNBOUNDED, unbounded
from derivcli.questions.landmarks import Landmark, at_landmarks, bends, landmarks, turns
from derivcli.questions.marks import APART, Marks, marks
from derivcli.questions.posing import read_as
from derivcli.questions.scene import ROUNDED, Scene, odd_roots, scene
from derivcli.questions.slopes import values_of
from derivcli.questions.stretches import clipped, rounded, stretches, without

# Seconds for all of it, for a line at infinity, and for values there; the range where none is given.
SECONDS, _LIMIT_SECONDS, _VALUE_SECONDS = 20.0, 2.0, 0.5
# The part of the time in which intervals are divided, once for marks and once between them: what is left is for exact
# numbers and lines.
_DIVIDING = 0.4
RANGE = Side(Fraction(-10), Fraction(10))
# Intervals with nothing decided that are nearer to each other, relative to the range, are told as one.
_APART = 0.02
# How far from infinity a line must fit, there and somewhat further, and how well.
_FAR, _FURTHER, _FITS = Fraction(10**8) + Fraction(41421356, 10**8 + 7), (1, Fraction(7, 5), Fraction(29, 11)), 1e-5
# A level line may be approached slowly: these powers of that distance, and how near it is at the last.
_POWERS, _NEAR = (1, 2, 4, 8), 0.05
# How near values must be to a line that it is worth a word that it was not decided.
_NEARLY = 1e-3


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
            return _analysed(question, scene(question, side or RANGE, seconds * _DIVIDING))
    except Expired:
        hint = "a smaller --range takes less, --timeout SECONDS gives it more"
        raise OutOfTime(f"out of time after {seconds:g} s", hint=hint) from None


def _analysed(question: Question, seen: Scene) -> Analysis:
    seen.enclosure.begin()
    held = marks(seen.enclosure, seen.derivatives[0], *seen.wide, seen.exactly)
    places = landmarks(question, seen, held)
    pieces = [piece for piece in held.pieces(*seen.wide) if seen.is_defined(piece)]
    smooth, left_open, unknown = _smooth(seen, held, pieces)
    features = [*at_landmarks(seen, places), *smooth]
    apart = (seen.side[1] - seen.side[0]) * _APART
    decided = without(pieces, joined(unknown, apart))
    risen = stretches(seen, decided, [f.x for f in smooth if f.kind in ("maximum", "minimum")], features, places)
    features += turns(seen, places, risen)
    bent = [*(f.x for f in smooth if f.kind == "inflection"), *(end for part in left_open for end in part)]
    features += bends(seen, places, without(pieces, left_open), bent)
    vanishing = _vanishing(seen, decided, places)
    low, high = seen.side
    features = _level(features)
    ordered = sorted(
        {(f.kind, f.x): f for f in features if low <= f.x <= high and not _is_within(f, vanishing)}.values(),
        key=lambda f: (f.x, f.kind),
    )
    reading = seen.posed.reading
    lines, said = _lines(seen)
    said += odd_roots(seen) if any(f.kind == "domain_edge" for f in ordered) else []
    if left_open and seen.enclosure.late:
        said.append("there was not time for all of it: --timeout SECONDS gives more, a smaller --range takes less")
    return Analysis(
        text=reading.text,
        expression=read_as(reading, reading.roots[0]),
        variable=seen.name,
        low=low,
        high=high,
        features=tuple(ordered),
        stretches=tuple(clipped(risen, low, high)),
        vanishing=tuple(_clipped(vanishing, low, high)),
        asymptotes=(*_upright(seen, ordered), *lines),
        open=tuple(_clipped(joined(left_open, apart), low, high)),
        unsettled=tuple(_clipped(joined(unknown, apart), low, high)),
        unbent=tuple(_clipped(without(joined(left_open, apart), joined(unknown, apart)), low, high)),
        apart=(high - low) * APART if held.exact else 0.0,
        warnings=(*reading.warnings, *said),
    )


def _smooth(
    seen: Scene, held: Marks, pieces: Sequence[Interval]
) -> tuple[list[Feature], list[Interval], list[Interval]]:
    """The places between the marks, where something stays open, and where that concerns the slope."""
    features: list[Feature] = []
    left_open, unknown = list(held.open), list(held.open)
    known = [text for text in held.exact.values() if text is not None]
    with undisturbed():
        import derivcli.symbolic.factors
        import derivcli.symbolic.recognised  # noqa: F401
    seen.enclosure.begin()
    for k, piece in enumerate(pieces):
        for level in range(3):
            seen.enclosure.share(3 * (len(pieces) - k) - level)
            if seen.vanishes(seen.derivatives[level], piece):
                break  # and so are its derivatives
            found, more = crossings(seen, level, piece, known)
            features += found
            left_open += more
            unknown += more if level < 2 else []
    return features, left_open, unknown


def _vanishing(seen: Scene, pieces: Sequence[Interval], places: Sequence[Landmark]) -> list[Interval]:
    """Where the function is 0 all along."""
    found = [piece for piece in pieces if seen.vanishes(seen.derivatives[0], piece)]
    apart = 4 * (seen.wide[1] - seen.wide[0]) * APART
    broken = [mark.at for mark in places if mark.kind is not None]
    parts: list[Interval] = []
    for a, b in found:
        if parts and a - parts[-1][1] <= apart and not any(parts[-1][1] <= x <= a for x in broken):
            parts[-1] = (parts[-1][0], b)
        else:
            parts.append((a, b))
    return [rounded(part, [mark.at for mark in places], apart) for part in parts]


def _level(features: Sequence[Feature]) -> list[Feature]:
    """The places, with the value 0 at each that lies at a zero, but for the rounding of its place."""
    zeros = [f for f in features if f.kind == "zero"]

    def same(f: Feature) -> Feature | None:
        return next((z for z in zeros if abs(z.x - f.x) <= ROUNDED * math.ulp(f.x)), None)

    return [f if f.y is None or (zero := same(f)) is None else replace(f, x=zero.x, y=0.0) for f in features]


def _clipped(parts: Sequence[Interval], low: float, high: float) -> list[Interval]:
    """Intervals as far as they lie between two numbers."""
    return [(max(a, low), min(b, high)) for a, b in parts if a <= high and b >= low]


def _is_within(feature: Feature, vanishing: Sequence[Interval]) -> bool:
    return feature.kind == "zero" and any(a <= feature.x <= b for a, b in vanishing)


def _upright(seen: Scene, features: Sequence[Feature]) -> list[Asymptote]:
    return [
        Asymptote("vertical", f"{seen.name} = {f.exact or repr(f.x)}", f"at {seen.name} = {f.exact or repr(f.x)}")
        for f in features
        if f.kind in UNBOUNDED or (f.kind == "domain_edge" and f.exact is not None and unbounded(seen, f.exact))
    ]


def _lines(seen: Scene) -> tuple[list[Asymptote], list[str]]:
    """The lines at infinity, as far as SymPy finds them in time and the function's values confirm them.

    Returns:
        What was found, and a sentence where that may not be all.
    """
    found: list[Asymptote] = []
    said: list[str] = []
    for sign, where in ((1, "oo"), (-1, "-oo")):
        try:
            line = _line(seen, sign)
        except (Expired, DerivError, NotImplementedError, ValueError, TypeError, AttributeError):
            if _looks_straight(seen, sign):
                said.append(f"how it goes at {where} was not decided: there may be an asymptote")
            continue
        if line is not None:
            text, slope = line
            found.append(Asymptote("oblique" if slope else "horizontal", f"y = {text}", f"{seen.name} -> {where}"))
    return found, said


def _line(seen: Scene, sign: int) -> tuple[str, float] | None:
    """The line at an end of the axis, which the function's values confirm, with its slope; None where there is none."""
    with undisturbed():
        from derivcli.symbolic.asymptotes import asymptote
    with deadline(_LIMIT_SECONDS):
        if all(math.isnan(_value(seen, sign * _FAR * further)) for further in _FURTHER):
            return None  # nor is there a function
        line = asymptote(seen.graph, seen.derivatives[0], seen.name, sign)
        if line is None:
            return None
        text, slope, height = line
        if not _fits(seen, sign, slope, height):
            raise UnsupportedError("the values do not confirm the line")
        return text, slope


def _value(seen: Scene, x: Fraction) -> float:
    (value,) = values_of(seen.graph, [seen.derivatives[0]], {seen.name: x})
    return float(value) if value.kind == "number" else math.nan


def _looks_straight(seen: Scene, sign: int) -> bool:
    """Whether values far out, and much further, are nearly on one line, as far as there is time for them."""
    heights = []
    for far in (_FAR, _FAR * 1000):
        places = [float(sign * far * further) for further in _FURTHER]
        try:
            with deadline(_VALUE_SECONDS):
                a, b, c = (_value(seen, Fraction(x)) for x in places)
        except Expired:
            return True
        slope = (b - a) / (places[1] - places[0])
        height = a - slope * places[0]
        if not abs(slope * places[2] + height - c) <= _NEARLY * max(1.0, abs(height)):
            return False
        heights.append(height)
    return abs(heights[1] - heights[0]) <= _NEAR * max(1.0, abs(heights[0]))


def _fits(seen: Scene, sign: int, slope: float, height: float) -> bool:
    """Whether the values far out are on the line, or come ever nearer to one that is level."""
    near = [_distance(seen, sign * _FAR * further, slope, height) for further in _FURTHER]
    if all(distance <= _FITS * max(1.0, abs(height)) for distance in near):
        return True
    far = [_distance(seen, sign * _FAR**power, slope, height) for power in _POWERS]
    return not slope and all(b < a for a, b in itertools.pairwise(far)) and far[-1] < _NEAR


def _distance(seen: Scene, x: Fraction, slope: float, height: float) -> float:
    return abs(_value(seen, x) - (slope * float(x) + height))
