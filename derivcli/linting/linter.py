"""Where over a box would torch autograd, run on the expression as it was typed, return NaN, infinity or a wrong number?

The literal program is run at many points, the verdict is asked about each, and what it finds is put together by its
cause: the place in the text, where it happens, and a form that does better, which is tried at the same points.
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from derivcli import asked
from derivcli.deadline import Expired, deadline
from derivcli.declarations import declare
from derivcli.engine import answer
from derivcli.errors import OutOfTime, UsageError
from derivcli.graph import Graph
from derivcli.language import Setting, expand, has_arrays, read
from derivcli.linting.faults import UNDEFINED, Fault, Key, faults, truths
from derivcli.linting.rewrites import Rewrites
from derivcli.linting.sampling import Point, between, sweeps
from derivcli.model import PointAnswer, Question, Value
from derivcli.points import Interval
from derivcli.report import Finding, Report
from derivcli.values import value

# Seconds for all points together, unless the question gives more, and points asked about in one go.
SECONDS, CHUNK = 20.0, 10
# Points of arrays: each costs as much as many of numbers.
MAX_ARRAY_POINTS = 120
# Numbers between two points that tell where a fault begins, and how often they are drawn closer.
_CLOSER, _ROUNDS = 12, 3


class Linter:
    """One expression over one box.

    Args:
        question: the expression; its points are not looked at.
        sides: for each variable an interval or a value; those that are missing are anywhere.
    """

    def __init__(self, question: Question, sides: Mapping[str, Interval | Value]) -> None:
        self.fixed = {name: side for name, side in sides.items() if not isinstance(side, Interval)}
        self.boxed = bool(sides)
        self.question = replace(question, literal=True, simplify="none", strict_names=False, points=())
        declared = (*question.declared, *sides)
        self.reading = read(question.expressions, question.let, Setting(declared, {}, question.syntax, question.seed))
        self.shapes = _sizes(question)
        names = asked.variables(self.question, self.reading)
        stray = next((name for name in sides if name not in names), None)
        if stray is not None:
            raise UsageError(f"the expression has no variable {stray}")
        intervals = {name: side if isinstance(side := sides.get(name), Interval) else None for name in names}
        self.free = {name: side for name, side in intervals.items() if name not in self.fixed}
        self.end = time.monotonic() + (SECONDS if question.timeout is None else question.timeout)
        self.largest = 0.0
        self.told = 0

    def report(self) -> Report:
        """Look everywhere, and put together what was found."""
        lists = sweeps(self.free, *self._primitives()) if self.free else [[{}]]
        if self.shapes:
            lists = [points[:: 1 + len(lists) * len(points) // MAX_ARRAY_POINTS] for points in lists]
        answers = [self._asked(points) for points in lists]
        looked = [a for found in answers for a in found if a is not None]
        self.largest = max((abs(v) for a in looked for v in truths(a) if math.isfinite(v)), default=0.0)
        self.told = sum(
            any(c.status not in (*UNDEFINED, "unchecked") for c in (a.checks or {}).values()) for a in looked
        )
        wrong = [[self._faults(a) for a in found] for found in answers]
        total = sum(map(len, lists))
        return Report(
            self.reading.text, total, len(looked), self.told,
            tuple(self._findings(lists, answers, wrong)), tuple(self.reading.warnings),
        )  # fmt: skip

    def _primitives(self) -> tuple[Graph, Sequence[int]]:
        """The graph in which special points are looked for; of arrays there is none."""
        if self.shapes or has_arrays(self.reading.graph, self.reading.roots):
            return self.reading.graph, []
        return expand(self.reading.graph, self.reading.roots)

    def _asked(self, points: Sequence[Point], form: str | None = None) -> list[PointAnswer | None]:
        """The answers at points, in order, also for another form of the expression; None from where time ran out."""
        question = self.question if form is None else replace(self.question, expressions=(form,), let=())
        found: list[PointAnswer | None] = []
        for k in range(0, len(points), CHUNK):
            chunk = tuple(tuple(self._values(p).items()) for p in points[k : k + CHUNK])
            try:
                with deadline(max(self.end - time.monotonic(), 1e-3)):
                    found.extend(answer(replace(question, points=chunk)).points)
            except (Expired, OutOfTime):
                break
        return [*found, *[None] * (len(points) - len(found))]

    def _values(self, point: Point) -> dict[str, Value]:
        return {
            **self.fixed,
            **{name: _value(v, self.shapes.get(name, ())) for name, v in point.items()},
        }

    def _faults(self, found: PointAnswer | None) -> dict[Key, Fault]:
        return faults(found, self.boxed, self.largest, self.question.dtype)

    def _findings(
        self,
        lists: Sequence[Sequence[Point]],
        answers: Sequence[Sequence[PointAnswer | None]],
        wrong: Sequence[Sequence[Mapping[Key, Fault]]],
    ) -> list[Finding]:
        """One finding for each cause, from the first list of points that shows it."""
        rewrites = Rewrites(self.reading, self._all_shapes())
        findings = []
        keys = dict.fromkeys(key for row in wrong for found in row for key in found)
        for key in keys:
            k = next(k for k, row in enumerate(wrong) if any(key in found for found in row))
            hits = [i for i, found in enumerate(wrong[k]) if key in found]
            first = min(hits, key=lambda i: (_length(lists[k][i]), i))  # the simplest point
            fault, at = wrong[k][first][key], answers[k][first]
            assert at is not None
            shown = [lists[k][i] for i in hits]
            findings.append(
                Finding(
                    place=self.reading.text[slice(*fault.check.span)] if fault.check.span else self.reading.text,
                    span=fault.check.span,
                    status=fault.check.status,
                    where=self._where(lists[k], answers[k], wrong[k], key)
                    if k < len(self.free)
                    else _example(lists[k][first]),
                    at=at.at,
                    result=fault.path,
                    autograd=fault.autograd,
                    truth=fault.truth,
                    note=fault.check.note or "",
                    rewrite=self._rewrite(rewrites, fault, shown),
                )
            )
        return findings

    def _all_shapes(self) -> dict[str, tuple[int, ...]]:
        """The shapes of all variables, also of those that have a value."""
        given = {name: value(side, name, self.question.seed).shape for name, side in self.fixed.items()}
        return {**dict.fromkeys(self.free, ()), **given, **self.shapes}

    def _rewrite(self, rewrites: Rewrites, fault: Fault, points: Sequence[Point]) -> str | None:
        """A better form: shown only if autograd is right with it wherever the fault was found."""
        for form in rewrites.of(fault.check):
            found = self._asked(points, form.trial)
            if None in found:
                return None
            if not any(self._faults(a) for a in found):
                return form.shown
        return None

    def _where(
        self,
        points: Sequence[Point],
        answers: Sequence[PointAnswer | None],
        wrong: Sequence[Mapping[Key, Fault]],
        key: Key,
    ) -> str:
        """The stretches of a list in which a fault stands, as conditions on the variable that moves."""
        settled = [i for i, a in enumerate(answers) if a is not None and (key in wrong[i] or not _is_beyond(a))]
        points, wrong = [points[i] for i in settled], [wrong[i] for i in settled]
        moving = next((n for n in points[0] if points[0][n] != points[-1][n]), next(iter(points[0])))
        runs = [
            [i for i, _ in run] for bad, run in itertools.groupby(enumerate(wrong), lambda pair: key in pair[1]) if bad
        ]
        array = moving in self.shapes
        called = "s" if array else moving
        texts = []
        for run in runs:
            low, high = points[run[0]], points[run[-1]]
            first, last = run[0] == 0 and not self.boxed, run[-1] == len(points) - 1 and not self.boxed
            start = None if first else self._edge(points, run[0], -1, key, moving)
            stop = None if last else self._edge(points, run[-1], 1, key, moving)
            texts.append(_stretch(called, low[moving], high[moving], start, stop))
        others = ", ".join(f"{n} = {_text(v)}" for n, v in points[0].items() if n != moving and n not in self.shapes)
        if array:
            # Arrays are tried as multiples of one without a pattern: of other arrays nothing is said.
            others = ", ".join(filter(None, [f"{moving} = s*{_pattern(self.shapes[moving])}", others]))
        return " or ".join(dict.fromkeys(texts)) + (f", with {others}" if others else "")

    def _edge(self, points: Sequence[Point], i: int, step: int, key: Key, moving: str) -> tuple[Fraction, bool]:
        """Where a stretch ends, as close as a few more questions bring it, and whether the end belongs to it."""
        inside = points[i]
        if not 0 <= i + step < len(points):
            return inside[moving], True
        beyond = outside = points[i + step]
        for _ in range(_ROUNDS):
            more = between(inside, outside, _CLOSER)
            for point, found in zip(more, self._asked(more), strict=True):
                if key not in self._faults(found):
                    outside = point
                    break
                inside = point
        # A stretch that goes on to the next point, as up to the corner at 0, ends just before it.
        alone = inside is points[i]
        return (beyond[moving], False) if outside is beyond and not alone else (inside[moving], True)


def _is_beyond(found: PointAnswer) -> bool:
    """Whether a point is so far out that nothing can be said about it."""
    return all(c.status in ("overflow", "unchecked") for c in (found.checks or {}).values())


def _sizes(question: Question) -> dict[str, tuple[int, ...]]:
    """The shapes of the variables that are declared as arrays.

    Raises:
        UsageError: a size that is no number.
    """
    declarations = declare(question.shapes, {})
    if None in declarations.sizes.values():
        raise UsageError("the sizes of arrays must be numbers here", hint="write --var x:vector(3)")
    return declarations.in_numbers()


def _pattern(shape: Sequence[int]) -> str:
    """The array that others are multiples of, if it is short."""
    if len(shape) > 1 or math.prod(shape) > 3:
        return "(an array without a pattern)"
    return str(_value(Fraction(1), shape)).replace("'", "").replace("(", "[").replace(",)", "]").replace(")", "]")


def _value(size: Fraction, shape: Sequence[int]) -> Value:
    """A number, or an array of that size whose entries follow no pattern."""
    if not shape:
        return _exactly(size)
    entries = iter(range(math.prod(shape)))

    def fill(axes: Sequence[int]) -> Value:
        if not axes:
            k = next(entries)
            return _exactly(size * Fraction((7 * k * k + 3 * k + 5) % 11 + 3, 8))
        return tuple(fill(axes[1:]) for _ in range(axes[0]))

    return fill(shape)


def _exactly(value: Fraction) -> str:
    """The float nearest to a number, in full: torch is asked about no other."""
    return str(Fraction(float(value)))


def _text(value: Fraction) -> str:
    """A number as it is typed."""
    if value.denominator == 1 and abs(value.numerator) < 10**6:
        return str(value.numerator)
    near = value.limit_denominator(1000)
    return str(value) if near == value and abs(value.numerator) < 10**6 else repr(float(value))


def _length(point: Point) -> int:
    return sum(len(_text(v)) for v in point.values())


def _example(point: Point) -> str:
    return "at " + ", ".join(f"{name} = {_text(v)}" for name, v in point.items())


# Where a stretch ends, and whether the end belongs to it.
_End = tuple[Fraction, bool] | None


def _stretch(name: str, low: Fraction, high: Fraction, start: _End, stop: _End) -> str:
    """A stretch from `start` to `stop`, known to hold the points from `low` to `high`."""
    if start is None and stop is None:
        return f"every {name}" if low != high else f"{name} = {_text(low)}"
    if start is not None and stop is not None:
        if start[0] == stop[0]:
            return f"{name} = {_text(low)}"
        return f"{float(start[0]):.6g} {_sign(start)} {name} {_sign(stop)} {float(stop[0]):.6g}"
    if stop is not None:
        return f"{name} {_sign(stop)} {float(stop[0]):.6g}"
    assert start is not None
    return f"{name} {_sign(start).replace('<', '>')} {float(start[0]):.6g}"


def _sign(end: tuple[Fraction, bool]) -> str:
    return "<=" if end[1] else "<"
