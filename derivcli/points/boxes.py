"""`--at x=-5:5,y=2`: for each variable an interval, or the values that it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from derivcli.errors import PointError
from derivcli.model import Value
from derivcli.points.grammar import Exact, name_of, number_of, split, values_of


@dataclass(frozen=True)
class Interval:
    """All numbers from `low` to `high`, as the nearest floats inside or at them."""

    low: Fraction
    high: Fraction


Box = dict[str, "Interval | list[Value]"]


def box(arguments: Sequence[str], exact: Exact) -> Box:
    """The box that the arguments of `--at` describe.

    Args:
        arguments: one text for each `--at`.
        exact: gives the exact value of a constant text.

    Raises:
        PointError: an argument that cannot be read, with its text; a name that is given twice.
    """
    found: Box = {}
    for argument in arguments:
        name = None
        for piece in split(argument, ","):
            before, equals, after = piece.partition("=")
            if equals and not after.startswith("="):
                name, piece = name_of(before.strip(), argument), after
                if name in found:
                    raise PointError(f"{name} is given twice", text=argument, span=(0, len(argument)))
            if name is None:
                raise PointError(
                    "a box names its variables", text=argument, span=(0, len(argument)), hint="write x=-5:5"
                )
            found[name] = _side(name, found.get(name), piece.strip(), exact, argument)
    return found


def _side(
    name: str, before: Interval | list[Value] | None, text: str, exact: Exact, argument: str
) -> Interval | list[Value]:
    parts = split(text, ":")
    if len(parts) != 2:
        if isinstance(before, Interval):
            raise PointError(f"{name} is an interval already", text=argument, span=(0, len(argument)))
        return [*(before or []), *values_of(name, text, exact, argument)]
    if before is not None or not all(part.strip() for part in parts):
        raise PointError(f"{name}: an interval is low:high", text=argument, span=(0, len(argument)))
    low, high = (Fraction(float(number_of(exact, part.strip(), name))) for part in parts)
    if low >= high:
        raise PointError(f"{name}: {text} is empty", text=argument, span=(0, len(argument)), hint="write low:high")
    return Interval(low, high)
