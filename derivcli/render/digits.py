"""Exact values as they are printed: in the digits that were asked for, else as floats."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Union

from derivcli.model import Answer, Decimals, Digits, Nested, NestedDigits, Path, PointAnswer
from derivcli.render.names import derivative

# A float, or digits as text, or nested lists of them.
Printed = Union[Nested, str, "list[Printed]"]


def value_of(point: PointAnswer, radius: bool = False) -> Printed:
    """The expression's value; with `radius`, proven digits tell how far at most the true value is from them."""
    return _merged(point.value, None if point.decimals is None else point.decimals.value, radius)


def exact_of(point: PointAnswer, path: Path, radius: bool = False) -> Printed | None:
    """The exact value of a result, or None where there is none."""
    exact = None if point.symbolic is None else point.symbolic[path]
    digits = None if point.decimals is None else point.decimals.results.get(path)
    return None if exact is None else _merged(exact, digits, radius)


def heading(points: Sequence[PointAnswer]) -> str:
    """The heading over exact values: `symbolic (50 digits, proven)`."""
    decimals = [point.decimals for point in points if point.decimals is not None]
    if not decimals:
        return "symbolic"
    proven = ", proven" if all(map(is_proven, decimals)) else ""
    return f"symbolic ({decimals[0].count} digit{'s' * (decimals[0].count > 1)}{proven})"


def is_proven(decimals: Decimals) -> bool:
    """Whether every number at a point is known with a proven radius."""
    return all(d.radius is not None for nested in (decimals.value, *decimals.results.values()) for d in leaves(nested))


def digit_notes(answer: Answer) -> Iterator[str]:
    """Why digits are missing or not proven, each reason once at each point and result."""
    for point in answer.points:
        if point.decimals is None:
            continue
        where = f" at {', '.join(f'{n} = {v}' for n, v in point.at.items())}" if point.at else ""
        named = {"f": point.decimals.value}
        named.update({derivative(answer, path): found for path, found in point.decimals.results.items()})
        for name, found in named.items():
            for note in dict.fromkeys(d.note for d in leaves(found) if d.note is not None):
                yield f"the digits of {name}{where}: {note}"


def leaves(digits: NestedDigits) -> Iterator[Digits]:
    """The numbers in nested lists."""
    if isinstance(digits, Digits):
        yield digits
        return
    for part in digits:
        yield from leaves(part)


def _merged(number: Nested, digits: NestedDigits | None, radius: bool) -> Printed:
    """Digits where they are known, else the floats."""
    if isinstance(number, list):
        parts: Sequence[NestedDigits | None] = digits if isinstance(digits, list) else [None] * len(number)
        return [_merged(n, d, radius) for n, d in zip(number, parts, strict=True)]
    if not isinstance(digits, Digits) or digits.text is None:
        return number
    return f"{digits.text} ± {digits.radius}" if radius and digits.radius not in (None, "0") else digits.text
