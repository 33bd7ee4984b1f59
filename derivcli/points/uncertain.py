"""`--at "x=10±0.1"` and `--corr x,y=0.5`: values with their uncertainties, and how these go together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from derivcli.errors import PointError
from derivcli.model import Point, Value
from derivcli.points.grammar import Exact, name_of, number_of, split

_SIGNS = re.compile(r"±|\+/-|\+-")
_CONCISE = re.compile(r"([+-]?\d+)(\.\d*)?\((\d+)\)([eE][+-]?\d+)?")
_WRITE = "write x=10±0.1, x=10+-0.1 or x=10±1%"


@dataclass(frozen=True)
class Uncertain:
    """A point, for each variable that has one its standard uncertainty, and the correlations that are not 0."""

    point: Point
    deviations: dict[str, float]
    correlations: dict[tuple[str, str], float]


def uncertain(arguments: Sequence[str], correlated: Sequence[str], exact: Exact) -> Uncertain:
    """What the arguments of `--at` and `--corr` describe.

    Args:
        arguments: one text for each `--at`.
        correlated: one text for each `--corr`.
        exact: gives the exact value of a constant text.

    Raises:
        PointError: an argument that cannot be read, with its text; a name that is given twice.
    """
    point: list[tuple[str, Value]] = []
    deviations: dict[str, float] = {}
    for argument in arguments:
        for piece in split(argument, ","):
            start = argument.find(piece)
            span = (start, start + len(piece))
            name, equals, value = piece.partition("=")
            if not equals or not value.strip():
                raise PointError("a value with its uncertainty needs a name", text=argument, span=span, hint=_WRITE)
            name = name_of(name.strip(), argument)
            if name in dict(point):
                raise PointError(f"{name} is given twice", text=argument, span=span)
            middle, *rest = _SIGNS.split(_spelled_out(value))
            if len(rest) > 1 or not middle.strip() or (rest and not rest[0].strip()):
                raise PointError(f"{name}: one ± stands between value and uncertainty", text=argument, span=span,
                                 hint=_WRITE)  # fmt: skip
            center = number_of(exact, middle.strip(), name)
            point.append((name, middle.strip()))
            if rest:
                deviation = _deviation(name, rest[0].strip(), float(center), exact)
                if deviation < 0:
                    raise PointError(f"{name}: an uncertainty is not negative", text=argument, span=span)
                if deviation:
                    deviations[name] = deviation
    return Uncertain(tuple(point), deviations, _correlations(correlated, list(deviations), exact))


def _spelled_out(value: str) -> str:
    """`2.04(12)`, the digits of an uncertainty in the last places, as `2.04±0.12`."""
    concise = _CONCISE.fullmatch(value.strip())
    if concise is None:
        return value
    whole, places, digits, power = concise.groups(default="")
    return f"{whole}{places}{power}±{digits}e{int(power[1:] or 0) - max(len(places) - 1, 0)}"


def _deviation(name: str, text: str, center: float, exact: Exact) -> float:
    """An uncertainty, absolute or in percent of the value."""
    if text.endswith("%"):
        return abs(center) * float(number_of(exact, text[:-1].strip(), name)) / 100
    return float(number_of(exact, text, name))


def _correlations(arguments: Sequence[str], names: Sequence[str], exact: Exact) -> dict[tuple[str, str], float]:
    found: dict[tuple[str, str], float] = {}
    for argument in arguments:
        whole = (0, len(argument))
        pair, equals, value = argument.partition("=")
        both = tuple(name.strip() for name in pair.split(","))
        if not equals or len(both) != 2 or not value.strip():
            raise PointError("a correlation names two variables", text=argument, span=whole, hint="write x,y=0.5")
        stray = next((name for name in both if name not in names), None)
        if stray is not None:
            hint = f"write --at {stray}=…±…"
            raise PointError(f"{stray} has no uncertainty to correlate", text=argument, span=whole, hint=hint)
        if both[0] == both[1] or (both[0], both[1]) in found:
            raise PointError("a correlation is given once, for two variables", text=argument, span=whole)
        coefficient = number_of(exact, value.strip(), pair.strip())
        if abs(float(coefficient)) > 1:
            raise PointError("a correlation is from -1 to 1", text=argument, span=whole)
        found[both[0], both[1]] = found[both[1], both[0]] = float(coefficient)
    return found
