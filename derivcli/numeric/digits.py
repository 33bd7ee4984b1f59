"""Values in as many digits as anybody asks for, correctly rounded: exactly, by enclosures, or at growing precision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from derivcli.graph import Graph
from derivcli.model import Digits
from derivcli.numeric import enclosure
from derivcli.numeric.closing import closed
from derivcli.numeric.contexts import context_of
from derivcli.numeric.exact import Exact, evaluate, extra_digits
from derivcli.numeric.level import FLOAT_DIGITS, Level
from derivcli.numeric.rounding import Rounded, leading, rounded, rounded_within, significant

# What is said of a value that does not exist, or is not real.
UNDEFINED = "it is not defined here"
# Digits that are worked out beyond those that are wanted, at first and at most.
_GUARD, _MOST_GUARD = 15, 1_000
# Smaller numbers are no floats.
_TINY = 1e-300
# Binary exponents of numbers that are still written down.
_MAX_EXPONENT = 2**50
# Operations whose value is 0 where an argument is, or on whole intervals; any other 0 may be too small to be seen.
_ZEROS = frozenset(("number", "mul", "neg", "div", "abs", "max", "min", "heaviside", "floor", "ceiling", "piecewise"))


def digits_of(
    graph: Graph, roots: Sequence[int], point: Mapping[str, Any], digits: int, *, real: bool
) -> Iterator[tuple[int, Digits]]:
    """The values of a graph's roots at a point, each as soon as it is settled.

    Args:
        graph: the nodes, primitives only.
        roots: what is wanted.
        point: for each variable its exact value, a Fraction or a `Real`.
        digits: how many significant digits.
        real: whether a value that is not real on the way makes the result undefined; otherwise only the end counts.

    Yields:
        A root, and its digits or why there are none.
    """
    shut, ends = closed(graph, roots, point)
    known = {end: shut.nodes[end].value for end in ends}
    for root, end in zip(roots, ends, strict=True):
        value = known[end]
        if isinstance(value, Fraction):
            exact = rounded(value, digits)
            yield root, Digits(exact.text, exact.radius)
    rest = {end: root for root, end in zip(roots, ends, strict=True) if not isinstance(known[end], Fraction)}
    same = {end: [r for r, e in zip(roots, ends, strict=True) if e == end] for end in rest}
    for end, found in _irrational(shut, list(rest), digits, real):
        for root in same[end]:
            yield root, found


def _irrational(graph: Graph, roots: Sequence[int], digits: int, real: bool) -> Iterator[tuple[int, Digits]]:
    """Enclosures first; where they fail, the search at growing precision."""
    reasons: dict[int, str | None] = dict.fromkeys(roots)
    if roots:
        floats = dict(zip(roots, evaluate(graph, roots, {}, real=real).roots, strict=True))
        for root, found in enclosure.enclosed(graph, roots, digits, real=real):
            if isinstance(found, str):
                reasons[root] = f"not proven: {found}"
            else:
                del reasons[root]
                yield root, _reconciled(found, floats[root])
    for root, found in _searched(graph, list(reasons), digits, real):
        if isinstance(found, Rounded):
            yield root, Digits(found.text, note=reasons[root])
        else:
            yield root, Digits(None, note=found)


def _reconciled(found: Rounded, control: Exact) -> Digits:
    """Proven digits, held against the value worked out by other means."""
    unknown = control.kind in ("unresolved", "infinite")
    if unknown or (control.kind == "number" and _near(found.text, control.value)):
        return Digits(found.text, found.radius)
    return Digits(None, note="two ways to the digits contradict each other: that is a fault of deriv")


def _near(text: str, value: Any) -> bool:
    context = context_of(FLOAT_DIGITS)
    return is_near(context.mpf(leading(text)), context.convert(value), text)


def is_near(number: Any, control: Any, text: str) -> bool:
    """Whether a number read from digits is as near a control as the digits and a float allow.

    Of numbers that are too small for floats the control may be 0.
    """
    allowed = 2.0**-50 + 10.0 ** (1 - significant(text))
    return bool(
        number == control
        or abs(number - control) <= allowed * abs(number)
        or (abs(number) < _TINY and abs(control) < _TINY)
    )


def _searched(graph: Graph, roots: Sequence[int], digits: int, real: bool) -> Iterator[tuple[int, Rounded | str]]:
    """The digits of roots of a graph without variables, or why there are none, at growing precision."""
    pending = set(roots)
    order = graph.reachable(pending)
    below = {root: set(graph.reachable([root])) for root in pending}
    working = digits + _GUARD + extra_digits(graph, order, {})
    most = 4 * working + _MOST_GUARD
    while pending:
        level = Level(graph, {}, working, real)
        level.run(order)
        doubtful = level.vanished | level.ties | level.whole | _beyond(level)
        for root in sorted(pending):
            found = None if below[root] & doubtful else _read(level, root, digits)
            if found is None and 2 * working > most:
                found = _undecided(bool(below[root] & doubtful), working)
            if found is not None:
                pending.discard(root)
                yield root, found
        working *= 2


def _beyond(level: Level) -> set[int]:
    """The nodes that are taken for 0 or infinite because they are beyond what can be held, or written down."""
    context = level.contexts[1]
    return {
        i
        for i, (_, high) in level.values.items()
        if context.isinf(high)
        or (not high and level.graph.nodes[i].op not in _ZEROS)
        or (high and abs(context.mag(high)) > _MAX_EXPONENT)
    }


def _undecided(doubtful: bool, working: int) -> str:
    if doubtful:
        return f"a part of it is 0, infinite or a tie as far as {working:,} digits tell, and need not be"
    return f"{working:,} digits do not settle how it is rounded"


def _read(level: Level, root: int, digits: int) -> Rounded | str | None:
    """What a level says of a root: its digits, why it can have none, or None where it takes more precision."""
    if root in level.origin:
        return UNDEFINED
    if root in level.unsettled:
        return None
    low, high = level.values[root]
    fine = level.contexts[1]
    low = fine.convert(low)
    if fine.im(high) != 0 and abs(fine.im(high)) > abs(high) * fine.mpf(10) ** (-level.contexts[0].dps // 2):
        return UNDEFINED
    low, high = fine.re(low), fine.re(high)
    if fine.isinf(high):
        return "it is too large to be written in digits"
    if not high:
        return None if low else Rounded("0", "0")
    gap = abs(high - low) + abs(high) * fine.mpf(10) ** (3 - level.contexts[0].dps)
    coarse = context_of(FLOAT_DIGITS)
    # As many digits as the coarser context holds: near a tie it may take all of them.
    scale = level.contexts[0].dps - int(coarse.floor(coarse.log10(abs(coarse.convert(high)))))
    power = fine.mpf(10) ** scale
    middle, radius = int(fine.nint(high * power)), int(fine.ceil(gap * power)) + 2
    return rounded_within(middle - radius, middle + radius, -scale, digits)
