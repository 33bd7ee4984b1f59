"""`--at x=1,2,5`, `--at x=0:10:0.5`, `--at "x=linspace(0,1,101)"`, and the same as data: names and value texts."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from derivcli.errors import PointError
from derivcli.model import Point

# The exact value of a constant text: (text, whose value it is).
Constant = Callable[[str, str], Any]

MAX_POINTS = 100_000


def from_prompt(arguments: Sequence[str], constant: Constant, pair: bool = False) -> tuple[Point, ...]:
    """The points that the arguments of `--at` describe, in order.

    Args:
        arguments: one text for each `--at`.
        constant: gives the exact value of a constant text.
        pair: whether lists are paired (`--zip`) instead of combined.

    Raises:
        PointError: an argument that cannot be read, with its text.
    """
    groups: list[dict[str, list[str]]] = []
    for argument in arguments:
        given = _argument(argument, constant)
        if not groups or any(name in groups[-1] for name in given):
            groups.append({**(groups[-1] if groups else {}), **given})
        else:
            groups[-1].update(given)
    return tuple(point for group in groups for point in _combine(group, pair))


def from_data(at: Any, constant: Constant, pair: bool = False) -> tuple[Point, ...]:
    """The points of a JSON value or Python object: a mapping, a list of mappings, or texts as after `--at`.

    A value is a number (read as it is written) or a text as after `--at`.
    """
    if isinstance(at, str):
        return from_prompt([at], constant, pair)
    if isinstance(at, Mapping):
        group = {_name(name, str(name)): _data(name, value, constant) for name, value in at.items()}
        return tuple(_combine(group, pair))
    if isinstance(at, Sequence) and all(isinstance(part, str) for part in at):
        return from_prompt(at, constant, pair)
    if isinstance(at, Sequence):
        return tuple(point for part in at for point in from_data(part, constant, pair))
    raise PointError("a point is an object of names and values")


def _data(name: str, value: Any, constant: Constant) -> list[str]:
    if isinstance(value, bool) or value is None:
        raise PointError(f"{name}: {value} is not a number")
    if isinstance(value, (int, float, Decimal, Fraction)):
        return [str(value)]
    if isinstance(value, str):
        return [v for piece in _split(value, ",") for v in _values(name, piece.strip(), constant, value)]
    raise PointError(f"{name}: vectors and matrices are not read yet")


def _argument(argument: str, constant: Constant) -> dict[str, list[str]]:
    """One `--at`: names with their values."""
    given: dict[str, list[str]] = {}
    name = None
    for piece in _split(argument, ","):
        before, equals, after = piece.partition("=")
        if equals and not after.startswith("="):
            name = _name(before.strip(), argument)
            if name in given:
                raise PointError(f"{name} is given twice in one --at", text=argument, span=_place(argument, piece))
            given[name] = []
            piece = after
        if name is None:
            hint = f"write {piece.strip()}=…" if re.fullmatch(r"\s*[A-Za-z_]\w*\s*", piece) else "write x=…"
            raise PointError("a point names its variables", text=argument, span=(0, len(argument)), hint=hint)
        given[name].extend(_values(name, piece.strip(), constant, argument))
    return given


def _name(name: str, argument: str) -> str:
    if not re.fullmatch(r"[^\W\d]\w*", name):
        raise PointError("that is not the name of a variable", text=argument, span=(0, max(1, len(name))))
    return name


def _values(name: str, text: str, constant: Constant, argument: str) -> list[str]:
    """The value texts of one piece: a number, a range, or a linspace."""
    if not text:
        after_comma = argument.rstrip().endswith(",")
        hint = f"nothing follows the comma; write --at without spaces: {name}=1,2" if after_comma else f"write {name}=…"
        raise PointError(f"{name} lacks its value", text=argument, span=(0, len(argument)), hint=hint)
    parts = _split(text, ":")
    if len(parts) > 3 or (len(parts) > 1 and not all(part.strip() for part in parts)):
        message = f"{name}: a range is start:stop:step"
        raise PointError(message, text=argument, span=_place(argument, text), hint=f"write {name}=0:10:0.5")
    if len(parts) == 2:
        hint = f"write {name}={parts[0]}:{parts[1]}:0.1"
        raise PointError(f"{name}: a range needs its step", text=argument, span=_place(argument, text), hint=hint)
    if len(parts) == 3:
        return _range(name, parts, constant, argument)
    spaced = re.fullmatch(r"linspace\((.*)\)", text, re.DOTALL)
    if spaced:
        return _linspace(name, _split(spaced.group(1), ","), constant, argument)
    constant(text, name)
    return [text]


def _range(name: str, parts: list[str], constant: Constant, argument: str) -> list[str]:
    """start:stop:step, the stop included when it is hit."""
    start, stop, step = (constant(p.strip(), name) for p in parts)
    if not float(step):
        raise PointError(f"{name}: the step is 0", text=argument, span=(0, len(argument)))
    exact = all(isinstance(v, Fraction) for v in (start, stop, step))
    # An irrational stop is hit where the quotient is whole but for rounding.
    steps = (stop - start) / step if exact else (float(stop) - float(start)) / float(step) + 1e-9
    if steps < 0:
        raise PointError(f"{name}: the step leads away from the stop", text=argument, span=(0, len(argument)))
    count = int(steps) + 1
    return _steps(name, count, start, step, parts[0], f"({parts[2]})", argument)


def _linspace(name: str, parts: list[str], constant: Constant, argument: str) -> list[str]:
    if len(parts) != 3 or not re.fullmatch(r"\s*[1-9][0-9]*\s*", parts[2]):
        hint = f"write {name}=linspace(0,1,101)"
        raise PointError(
            f"{name}: linspace takes start, stop and a count",
            text=argument,
            span=(0, len(argument)),
            hint=hint,
        )
    start, stop, count = constant(parts[0].strip(), name), constant(parts[1].strip(), name), int(parts[2])
    if count == 1:
        return [parts[0].strip()]
    both_exact = isinstance(start, Fraction) and isinstance(stop, Fraction)
    step = (stop - start) / (count - 1) if both_exact else None
    return _steps(name, count, start, step, parts[0], f"(({parts[1]})-({parts[0]}))/{count - 1}", argument)


def _steps(name: str, count: int, start: Any, step: Any, start_text: str, step_text: str, argument: str) -> list[str]:
    if count > MAX_POINTS:
        message = f"{name}: {count:,} values; the limit is {MAX_POINTS:,}"
        raise PointError(message, text=argument, span=(0, len(argument)))
    if isinstance(start, Fraction) and isinstance(step, Fraction):
        return [str(start + k * step) for k in range(count)]
    return [f"({start_text})+{k}*{step_text}" for k in range(count)]


def _combine(group: Mapping[str, list[str]], pair: bool) -> Iterable[Point]:
    lengths = [len(values) for values in group.values()]
    if pair:
        longest = max(lengths, default=1)
        wrong = next((n for n, v in group.items() if len(v) not in (1, longest)), None)
        if wrong is not None:
            raise PointError(f"--zip: {wrong} has {len(group[wrong])} values, another variable {longest}")
        columns = [v * longest if len(v) == 1 else v for v in group.values()]
        return [tuple(zip(group, row, strict=True)) for row in zip(*columns, strict=True)]
    total = 1
    for length in lengths:
        total *= length
    if total > MAX_POINTS:
        raise PointError(f"{total:,} points; the limit is {MAX_POINTS:,}")
    return [tuple(zip(group, row, strict=True)) for row in itertools.product(*group.values())]


def _split(text: str, separator: str) -> list[str]:
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
