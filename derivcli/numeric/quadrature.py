"""Integrals in many digits: by Arb where the body is smooth, by double exponential rules where an end is singular."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from derivcli.closures import close, opened
from derivcli.corners import corner, decided
from derivcli.graph import Body
from derivcli.numeric.bodies import Function, function
from derivcli.numeric.contexts import context_of
from derivcli.numeric.double_exponential import Precision, summed, to_infinity, to_one
from derivcli.numeric.rigorous import enclosed
from derivcli.numeric.special import Unsettled

# Digits of the trial evaluations that tell how an end behaves, and the distances of these.
_TRIAL, _NEAR, _NEARER = 120, 30, 60
# Exponents of a power beside an end: one that is as near to -1 as that is too slow, or diverges.
_SLOWEST = 0.02
# Stretches towards infinity, and how much wider each is than the one before: they end beyond 1e12.
_STRETCHES, _WIDER = 20, 4
# Powers that fall faster than this are taken for something that falls faster than any.
_FAST = -100
# Halvings of a rule's step that count where Arb has looked at the rest, and where nothing else has.
_BESIDE, _ALONE = 4, 6
# A part at either end of an interval that Arb does not take as a whole; and how far from an end the others begin.
_END = 32

Limits = tuple[Any, Any]


def integral(c: Any, body: Body, limits: Limits, given: Sequence[Any], once: bool = False) -> Any:
    """An integral with the digits of an mpmath context.

    Args:
        c: the context.
        body: the integrand.
        limits: the lower and the upper one.
        given: the body's other arguments.
        once: whether what goes to infinity is smooth, and its value is checked by others.

    Raises:
        ValueError: it diverges, or its body is not defined somewhere between its limits.
        Unsettled: it does not settle.
    """
    lower, upper = limits
    if lower == upper:
        return c.zero
    if upper < lower:
        return -integral(c, body, (upper, lower), given)
    corner = _corner(body)
    parts = None if corner is None else _around(c, corner, limits, given)
    if parts is not None:
        return _total(c, [integral(c, part, ends, given) for part, ends in parts])
    task = _Task(c, body, tuple(given), once)
    if c.isinf(lower) and c.isinf(upper):
        return task.beyond(c.zero, -1) + task.beyond(c.zero, 1)
    if c.isinf(lower) or c.isinf(upper):
        return task.beyond(lower, 1) if c.isinf(upper) else task.beyond(upper, -1)
    return task.between(lower, upper)


@dataclass(frozen=True)
class _Corner:
    """The line that decides where a body turns or jumps, and what the body is where it is above 0, and below.

    The line's start and slope are bodies, too, of the same arguments.
    """

    start: Body
    slope: Body
    above: Body
    below: Body


@functools.lru_cache(500)
def _corner(body: Body) -> _Corner | None:
    graph, root = opened(body)
    found = corner(graph, root, body.parameters[0])
    if found is None:
        return None
    i, place = found
    roots = (place.start, place.slope, *(decided(graph, root, i, above) for above in (True, False)))
    return _Corner(*(replace(close(graph, r, body.parameters[0]), parameters=body.parameters) for r in roots))


def _around(c: Any, corner: _Corner, limits: Limits, given: Sequence[Any]) -> Sequence[tuple[Body, Limits]] | None:
    """The parts up to a corner and from there on, each with its body; None where it turns everywhere."""
    lower, upper = limits
    start, slope = (function(c, line, given)(c.zero) for line in (corner.start, corner.slope))
    if slope == 0:
        return None if start == 0 else [(corner.above if start > 0 else corner.below, limits)]
    place = min(max(-start / slope, lower), upper)
    before, after = (corner.below, corner.above) if slope > 0 else (corner.above, corner.below)
    return [(before, (lower, place)), (after, (place, upper))]


def _total(c: Any, parts: Sequence[Any]) -> Any:
    """The sum of parts; 0 where nothing of them is left."""
    total, size = c.fsum(parts), max(map(abs, parts))
    return total if abs(total) > size * c.mpf(10) ** (3 - c.dps) else c.zero


@dataclass(frozen=True)
class _Task:
    """One integrand, with the context whose digits are wanted."""

    c: Any
    body: Body
    given: tuple[Any, ...]
    once: bool = False

    def between(self, lower: Any, upper: Any) -> Any:
        """From one number to another: by Arb as a whole, else by Arb but for the ends, else as the rule has it."""
        found = enclosed(self.c, self.body, (lower, upper), self.given)
        if found is not None:
            return found
        part = (upper - lower) / _END
        inner = (lower + part, upper - part)
        middle = enclosed(self.c, self.body, inner, self.given)
        if middle is not None:
            ends = self._end(lower, inner[0], 1, _BESIDE), self._end(upper, inner[1], -1, _BESIDE)
            return _total(self.c, [middle, *ends])
        return self._twice(lambda cut: self._in_parts(lower, upper, cut))

    def _in_parts(self, lower: Any, upper: Any, cut: Any) -> Any:
        at = lower + (upper - lower) * cut
        return _total(self.c, [self._end(lower, at, 1, _ALONE), self._end(upper, at, -1, _ALONE)])

    def _twice(self, integrate: Callable[[Any], Any]) -> Any:
        """What two ways to take the integral apart have in common; a peak that one of them misses shows."""
        first, second = integrate(self.c.mpf(3) / 7), integrate(self.c.mpf(5) / 9)
        scale = max(abs(first), abs(second))
        if abs(first - second) > scale * self.c.mpf(10) ** (4 - self.c.dps) and scale:
            raise Unsettled
        return first

    def _end(self, end: Any, inside: Any, way: int, first: int) -> Any:
        """From a limit, which may be singular, to a number where the body is smooth; `way` is 1 above the limit."""
        length = abs(inside - end)
        exponent = self._exponent(end, way, -1)
        # So near to the end as this nothing is left of the integral.
        reach = int((self.c.dps + 5) / min(1 + exponent, self.c.one)) + 5
        digits = self.c.dps + 20 + (2 * reach if end or exponent < 0 else reach)
        fine = context_of(_rounded_up(digits))
        f = self._function(fine)
        end, inside, length = (fine.convert(v) for v in (end, inside, length))

        def at(place: tuple[Any, Any], u: Any) -> Any:
            distance, weight = place
            t = end + way * length * distance if u < 0 else inside - way * length * distance
            return f(t) * weight * length

        return self.c.convert(summed(fine, self.c.dps, to_one, at, Precision(fine.mpf(10) ** -reach, first)))

    def beyond(self, start: Any, way: int) -> Any:
        """From a number to infinity, up or down."""
        exponent = self._exponent(start, way, 1)
        if self.once:
            return self._tail(start, way)

        def integrate(cut: Any) -> Any:
            parts, at = self._far(start, way, 16 * cut)
            # What falls faster than powers is spent where it is negligible beside its integral.
            left = abs(self._function(self.c)(at) * at)
            spent = exponent < _FAST and left < max(map(abs, parts)) * self.c.mpf(10) ** (-2 * self.c.dps)
            return _total(self.c, parts if spent else [*parts, self._tail(at, way)])

        return self._twice(integrate)

    def _far(self, start: Any, way: int, length: Any) -> tuple[list[Any], Any]:
        """Integrals from a number on, each over a wider stretch than the one before, by Arb, which misses no peak.

        They go on as long as Arb has them, and how far they go is returned, too.
        """
        at = start + way * length
        parts = [self.between(*((start, at) if way > 0 else (at, start)))]
        for _ in range(_STRETCHES):
            further = start + (at - start) * _WIDER
            part = enclosed(self.c, self.body, (at, further) if way > 0 else (further, at), self.given)
            if part is None:
                break
            parts.append(part)
            at = further
        return parts, at

    def _tail(self, start: Any, way: int) -> Any:
        fine, finer = (context_of(_rounded_up(n * self.c.dps + 25)) for n in (1, 3))
        far = finer.convert(start) + way * finer.mpf(10) ** self.c.dps
        rough, better = (self._function(c)(far) for c in (fine, finer))
        if abs(finer.convert(rough) - better) > abs(better) * finer.mpf(10) ** (-self.c.dps // 2):
            fine = finer  # what is far out is a difference, as in log(1 + 1/t**2)
        f, start = self._function(fine), fine.convert(start)

        def at(place: tuple[Any, Any], _: Any) -> Any:
            distance, weight = place
            return f(start + way * distance) * weight

        return self.c.convert(
            summed(fine, self.c.dps, to_infinity, at, Precision(fine.mpf(10) ** (-self.c.dps - 10), _ALONE))
        )

    def _function(self, c: Any) -> Function:
        """The integrand in a context, with real values."""
        f = function(c, self.body, self.given)

        def real(t: Any) -> Any:
            value = f(t)
            if c.im(value) != 0:
                raise ValueError("not real")
            return c.re(value)

        return real

    def _exponent(self, end: Any, way: int, direction: int) -> Any:
        """The power that the body goes as beside an end (direction -1), or far out (1).

        Raises:
            ValueError: the integral diverges there.
            Unsettled: it may.
        """
        fine = context_of(4 * _TRIAL)
        f, end = self._function(fine), fine.convert(end)
        distances = [fine.mpf(10) ** (direction * n) for n in (_NEAR, _NEARER, 2 * _NEARER)]
        near = [abs(f(end + way * d)) for d in distances]
        if not all(near):
            return self.c.zero if direction < 0 else -self.c.inf
        steps = (fine.log10(b / a) / (direction * n) for a, b, n in zip(near, near[1:], (_NEAR, _NEARER), strict=False))
        first, second = steps
        # 1 + the power, towards where the integral converges.
        room = direction * -(1 + second)
        if room < -_SLOWEST or abs(room) < 1e-12:
            raise ValueError("the integral diverges")
        if room < _SLOWEST or (second - first) * direction > 1:
            raise Unsettled
        return self.c.convert(min(second, fine.zero))


def _rounded_up(digits: int) -> int:
    """Few different precisions, so that nodes are shared."""
    return -(-digits // 20) * 20
