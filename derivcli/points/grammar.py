"""`--at x=1,2,5`, `--at x=0:10:0.5`, `--at "x=linspace(0,1,101)"`, and the same as data: names and value texts."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from derivcli.errors import PointError
from derivcli.model import Point, Value

# The exact value of a constant text or of nested lists of them: (value, whose value it is); it has a shape and entries.
Exact = Callable[[Value, str], Any]

MAX_POINTS = 100_000


def from_prompt(arguments: Sequence[str], exact: Exact, pair: bool = False) -> tuple[Point, ...]:
    """The points that the arguments of `--at` describe, in order.

    Args:
        arguments: one text for each `--at`.
        exact: gives the exact value of a constant text.
        pair: whether lists are paired (`--zip`) instead of combined.

    Raises:
        PointError: an argument that cannot be read, with its text.
    """
    groups: list[dict[str, list[Value]]] = []
    for argument in arguments:
        given = _argument(argument, exact)
        if not groups or any(name in groups[-1] for name in given):
            groups.append({**(groups[-1] if groups else {}), **given})
        else:
            groups[-1].update(given)
    return tuple(point for group in groups for point in _combine(group, pair))


def from_data(at: Any, exact: Exact, pair: bool = False) -> tuple[Point, ...]:
    """The points of a JSON value or Python object: a mapping, a list of mappings, or texts as after `--at`.

    A value is a number (read as it is written) or a text as after `--at`.
    """
    if isinstance(at, str):
        return from_prompt([at], exact, pair)
    if isinstance(at, Mapping):
        group = {name_of(name, str(name)): _data(name, value, exact) for name, value in at.items()}
        return tuple(_combine(group, pair))
    if isinstance(at, Sequence) and all(isinstance(part, str) for part in at):
        return from_prompt(at, exact, pair)
    if isinstance(at, Sequence):
        return tuple(point for part in at for point in from_data(part, exact, pair))
    raise PointError("a point is an object of names and values")


def _data(name: str, value: Any, exact: Exact) -> list[Value]:
    if hasattr(value, "tolist"):
        value = value.tolist()  # an array of NumPy or a tensor
    if isinstance(value, bool) or value is None:
        raise PointError(f"{name}: {value} is not a number")
    if isinstance(value, (int, float, Decimal, Fraction)):
        return [str(value)]
    if isinstance(value, str):
        return [v for piece in split(value, ",") for v in values_of(name, piece.strip(), exact, value)]
    texts = nested(name, value)
    exact(texts, name)
    return [texts]


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


def _argument(argument: str, exact: Exact) -> dict[str, list[Value]]:
    """One `--at`: names with their values."""
    given: dict[str, list[Value]] = {}
    name = None
    for piece in split(argument, ","):
        before, equals, after = piece.partition("=")
        if equals and not after.startswith("="):
            name = name_of(before.strip(), argument)
            if name in given:
                raise PointError(f"{name} is given twice in one --at", text=argument, span=_place(argument, piece))
            given[name] = []
            piece = after
        if name is None:
            hint = f"write {piece.strip()}=…" if re.fullmatch(r"\s*[A-Za-z_]\w*\s*", piece) else "write x=…"
            raise PointError("a point names its variables", text=argument, span=(0, len(argument)), hint=hint)
        given[name].extend(values_of(name, piece.strip(), exact, argument))
    return given


def name_of(name: str, argument: str) -> str:
    if not re.fullmatch(r"[^\W\d]\w*", name):
        raise PointError("that is not the name of a variable", text=argument, span=(0, max(1, len(name))))
    return name


def values_of(name: str, text: str, exact: Exact, argument: str) -> list[Value]:
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
    return [text]


def _range(name: str, parts: list[str], exact: Exact, argument: str) -> list[Value]:
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
    return _steps(name, count, start, step, parts[0], f"({parts[2]})", argument)


def _linspace(name: str, parts: list[str], exact: Exact, argument: str) -> list[Value]:
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
        return [parts[0].strip()]
    both_exact = isinstance(start, Fraction) and isinstance(stop, Fraction)
    step = (stop - start) / (count - 1) if both_exact else None
    return _steps(name, count, start, step, parts[0], f"(({parts[1]})-({parts[0]}))/{count - 1}", argument)


def _steps(name: str, count: int, start: Any, step: Any, start_text: str, step_text: str, argument: str) -> list[Value]:
    if count > MAX_POINTS:
        message = f"{name}: {count:,} values; the limit is {MAX_POINTS:,}"
        raise PointError(message, text=argument, span=(0, len(argument)))
    if isinstance(start, Fraction) and isinstance(step, Fraction):
        return [str(start + k * step) for k in range(count)]
    return [f"({start_text})+{k}*{step_text}" for k in range(count)]


def _combine(group: Mapping[str, list[Value]], pair: bool) -> Iterable[Point]:
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
