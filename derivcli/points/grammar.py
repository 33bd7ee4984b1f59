"""`--at x=1,2,5`, `--at x=0:10:0.5`, `--at "x=linspace(0,1,101)"`, and the same as data: names and value texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from derivcli.errors import PointError
from derivcli.model import Point, Value
from derivcli.points.grids import Axis, Grid, Group, Steps

# The exact value of a constant text or of nested lists of them: (value, whose value it is); it has a shape and entries.
Exact = Callable[[Value, str], Any]

# Points that are answered one by one; more of them go to a file or stream.
MAX_POINTS = 100_000
# Values and points of any grid.
MAX_VALUES = 10**11
_MANY = "more points are written as rows: --csv, or --out FILE.csv, .parquet, …"


def from_prompt(arguments: Sequence[str], exact: Exact, pair: bool = False) -> tuple[Point, ...]:
    """The points that the arguments of `--at` describe, in order.

    Args:
        arguments: one text for each `--at`.
        exact: gives the exact value of a constant text.
        pair: whether lists are paired (`--zip`) instead of combined.

    Raises:
        PointError: an argument that cannot be read, with its text; more than `MAX_POINTS` points.
    """
    return _points(_grid_of_prompt(arguments, exact, pair))


def from_data(at: Any, exact: Exact, pair: bool = False) -> tuple[Point, ...]:
    """The points of a JSON value or Python object: a mapping, a list of mappings, or texts as after `--at`.

    A value is a number (read as it is written) or a text as after `--at`.
    """
    return _points(grid(at, exact, pair))


def grid(at: Any, exact: Exact, pair: bool = False) -> Grid:
    """The same, of any number of points, none of which is built before it is asked for."""
    if isinstance(at, str):
        return _grid_of_prompt([at], exact, pair)
    if isinstance(at, Mapping):
        return Grid(
            (_group({name_of(name, str(name)): _data(name, value, exact) for name, value in at.items()}, pair),)
        )
    if isinstance(at, Sequence) and all(isinstance(part, str) for part in at):
        return _grid_of_prompt(at, exact, pair)
    if isinstance(at, Sequence):
        return Grid(tuple(group for part in at for group in grid(part, exact, pair).groups))
    raise PointError("a point is an object of names and values")


def _grid_of_prompt(arguments: Sequence[str], exact: Exact, pair: bool) -> Grid:
    groups: list[dict[str, Axis]] = []
    for argument in arguments:
        given = _argument(argument, exact)
        if not groups or any(name in groups[-1] for name in given):
            groups.append({**(groups[-1] if groups else {}), **given})
        else:
            groups[-1].update(given)
    return Grid(tuple(_group(group, pair) for group in groups))


def _points(found: Grid) -> tuple[Point, ...]:
    """All points of a grid, if they are not too many."""
    for group in found.groups:
        for name, axis in group.axes:
            if len(axis) > MAX_POINTS:
                raise PointError(f"{name}: {len(axis):,} values; the limit is {MAX_POINTS:,}", hint=_MANY)
        if len(group) > MAX_POINTS:
            raise PointError(f"{len(group):,} points; the limit is {MAX_POINTS:,}", hint=_MANY)
    return tuple(found.points())


def _data(name: str, value: Any, exact: Exact) -> Axis:
    if hasattr(value, "tolist"):
        value = value.tolist()  # an array of NumPy or a tensor
    if isinstance(value, bool) or value is None:
        raise PointError(f"{name}: {value} is not a number")
    if isinstance(value, (int, float, Decimal, Fraction)):
        return (str(value),)
    if isinstance(value, str):
        return _joined([values_of(name, piece.strip(), exact, value) for piece in split(value, ",")])
    texts = nested(name, value)
    exact(texts, name)
    return (texts,)


def nested(name: str, value: Any) -> Value:
    """Nested lists of numbers and texts as nested tuples of texts."""
    if isinstance(value, (list, tuple)):
        return tuple(nested(name, part) for part in value)
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal, Fraction, str)):
        raise PointError(f"{name}: {value} is not a number")
    return str(value)


def number_of(exact: Exact, text: str, name: str) -> Any:
    """The exact value of a text that must be a number."""
    value = exact(text, name)
    if value.shape:
        raise PointError(f"{name}: a number is needed here, not an array", text=text, span=(0, len(text)))
    return value.entries[0]


def named_values(text: str) -> Point:
    """`x=[1,2],y=3` as names and value texts.

    Raises:
        PointError: a value without a name, or a name without its value.
    """
    found: list[tuple[str, Value]] = []
    for piece in split(text, ","):
        name, equals, value = piece.partition("=")
        if not equals or not value.strip():
            raise PointError("a vector for each variable is written x=[1,2],y=3", text=text, span=(0, len(text)))
        found.append((name_of(name.strip(), text), value.strip()))
    return tuple(found)


def _joined(parts: Sequence[Axis]) -> Axis:
    """The values of several pieces; a range that stands alone stays one."""
    if len(parts) == 1:
        return parts[0]
    count = sum(map(len, parts))
    if count > MAX_POINTS:
        raise PointError(f"{count:,} values in a list; the limit is {MAX_POINTS:,}", hint="give one range alone")
    return tuple(value for part in parts for value in part)


def _argument(argument: str, exact: Exact) -> dict[str, Axis]:
    """One `--at`: names with their values."""
    given: dict[str, list[Axis]] = {}
    name = None
    for piece in split(argument, ","):
        if re.search(r";\s*[^\W\d]\w*\s*=", piece):
            message, hint = "variables have a comma between them", f"write {re.sub(';[ ]*', ',', argument.strip())}"
            raise PointError(message, text=argument, span=_place(argument, ";"), hint=hint)
        before, equals, after = piece.partition("=")
        if equals and not after.startswith("="):
            name = name_of(before.strip(), argument)
            if name in given:
                raise PointError(f"{name} is given twice in one --at", text=argument, span=_place(argument, piece))
            given[name] = []
            piece = after
        if name is None:
            raise PointError(
                "a point names its variables", text=argument, span=(0, len(argument)), hint=_named(argument)
            )
        given[name].append(values_of(name, piece.strip(), exact, argument))
    return {name: _joined(parts) for name, parts in given.items()}


def _named(argument: str) -> str:
    """What to write for a point without a name."""
    text = argument.strip()
    almost = re.fullmatch(r"([^\W\d]\w*)\s*(?::=|==|:)\s*(\S+)", text)
    if almost is not None:
        return f"write {almost[1]}={almost[2]}"
    if re.fullmatch(r"[^\W\d]\w*", text):
        return f"write {text}=…"
    return f"write x={text}, with the variable's own name" if text and len(text) < 40 else "write x=…"


def name_of(name: str, argument: str) -> str:
    if not re.fullmatch(r"[^\W\d]\w*", name):
        hint = "a point is written x=1,y=2"
        raise PointError("that is not the name of a variable", text=argument, span=(0, max(1, len(name))), hint=hint)
    return name


def values_of(name: str, text: str, exact: Exact, argument: str) -> Axis:
    """The value texts of one piece: a number, a range, or a linspace."""
    if not text:
        after_comma = argument.rstrip().endswith(",")
        hint = f"nothing follows the comma; write --at without spaces: {name}=1,2" if after_comma else f"write {name}=…"
        raise PointError(f"{name} lacks its value", text=argument, span=(0, len(argument)), hint=hint)
    parts = split(text, ":")
    if len(parts) > 3 or (len(parts) > 1 and not all(part.strip() for part in parts)):
        message = f"{name}: a range is start:stop:step"
        raise PointError(message, text=argument, span=_place(argument, text), hint=f"write {name}=0:10:0.5")
    if len(parts) == 2:
        hint = f"write {name}={parts[0]}:{parts[1]}:0.1"
        raise PointError(f"{name}: a range needs its step", text=argument, span=_place(argument, text), hint=hint)
    if len(parts) == 3:
        return _range(name, parts, exact, argument)
    spaced = re.fullmatch(r"linspace\((.*)\)", text, re.DOTALL)
    if spaced:
        return _linspace(name, split(spaced.group(1), ","), exact, argument)
    exact(text, name)
    return (text,)


def _range(name: str, parts: list[str], exact: Exact, argument: str) -> Steps:
    """start:stop:step, the stop included when it is hit."""
    start, stop, step = (number_of(exact, p.strip(), name) for p in parts)
    if not float(step):
        raise PointError(f"{name}: the step is 0", text=argument, span=(0, len(argument)))
    rational = all(isinstance(v, Fraction) for v in (start, stop, step))
    # An irrational stop is hit where the quotient is whole but for rounding.
    steps = (stop - start) / step if rational else (float(stop) - float(start)) / float(step) + 1e-9
    if steps < 0:
        raise PointError(f"{name}: the step leads away from the stop", text=argument, span=(0, len(argument)))
    count = int(steps) + 1
    return _steps(name, count, (start, parts[0]), (step, f"({parts[2]})"))


def _linspace(name: str, parts: list[str], exact: Exact, argument: str) -> Axis:
    if len(parts) != 3 or not re.fullmatch(r"\s*[1-9][0-9]*\s*", parts[2]):
        hint = f"write {name}=linspace(0,1,101)"
        raise PointError(
            f"{name}: linspace takes start, stop and a count",
            text=argument,
            span=(0, len(argument)),
            hint=hint,
        )
    start, stop = (number_of(exact, p.strip(), name) for p in parts[:2])
    count = int(parts[2])
    if count == 1:
        return (parts[0].strip(),)
    both_exact = isinstance(start, Fraction) and isinstance(stop, Fraction)
    step = (stop - start) / (count - 1) if both_exact else None
    return _steps(name, count, (start, parts[0]), (step, f"(({parts[1]})-({parts[0]}))/{count - 1}"))


def _steps(name: str, count: int, start: tuple[Any, str], step: tuple[Any, str]) -> Steps:
    """Equal steps, exact where both numbers are rational; else as texts."""
    if count > MAX_VALUES:
        raise PointError(f"{name}: {count:,} values; the limit is {MAX_VALUES:,}")
    if isinstance(start[0], Fraction) and isinstance(step[0], Fraction):
        return Steps(str(start[0]), str(step[0]), count)
    return Steps(start[1].strip(), step[1], count)


def _group(axes: Mapping[str, Axis], pair: bool) -> Group:
    longest = max(map(len, axes.values()), default=1)
    wrong = next((n for n, axis in axes.items() if pair and len(axis) not in (1, longest)), None)
    if wrong is not None:
        raise PointError(f"--zip: {wrong} has {len(axes[wrong]):,} values, another variable {longest:,}")
    group = Group(tuple(axes.items()), pair)
    if len(group) > MAX_VALUES:
        raise PointError(f"{len(group):,} points; the limit is {MAX_VALUES:,}")
    return group


def split(text: str, separator: str) -> list[str]:
    """Split at separators outside brackets."""
    pieces, depth, start = [], 0, 0
    for i, character in enumerate(text):
        depth += (character in "([") - (character in ")]")
        if character == separator and depth <= 0:
            pieces.append(text[start:i])
            start = i + 1
    return [*pieces, text[start:]]


def _place(text: str, piece: str) -> tuple[int, int]:
    start = max(text.find(piece), 0)
    return (start, start + len(piece))
