"""Values as users type them, `1e-3`, `pi/4`, `[1, 2]` and `ones(2, 2)`, as exact numbers."""

from __future__ import annotations

import cmath
import functools
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeVar

from derivcli.arrays import Shape
from derivcli.entries import TooLarge, entries
from derivcli.errors import DerivError, PointError
from derivcli.graph import Graph, fold
from derivcli.language import Setting, expand, has_arrays, read, shaped
from derivcli.language.limits import MAX_DIGITS, MAX_ENTRIES
from derivcli.model import Nested, Value
from derivcli.numeric.exact import evaluate
from derivcli.numeric.irrational import Real

_QUOTIENT = re.compile(r"-?[0-9]+/[1-9][0-9]*")
_PLAIN = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
# Entries of an array that is written as one formula: each is looked at by itself.
_MAX_FORMULA_ENTRIES = 500_000

# What nested lists may hold: numbers as floats, or as digits.
_Entry = TypeVar("_Entry")

# One exact number.
Number = Fraction | Real


@dataclass(frozen=True)
class Exacts:
    """An exact number or array, its entries row by row: as numbers, or as plain decimals that become them when asked.

    Large arrays are never looked at exactly: for them floats are enough.
    """

    shape: tuple[int, ...]
    given: tuple[Number, ...] | tuple[str, ...]

    @functools.cached_property
    def entries(self) -> tuple[Number, ...]:
        return tuple(Fraction(v) if isinstance(v, str) else v for v in self.given)

    @functools.cached_property
    def floats(self) -> list[float]:
        """The entries as the nearest floats."""
        return [float(v) for v in self.given]

    def nested(self) -> Nested:
        """The entries as floats, in nested lists."""
        return nest(self.floats, self.shape)


def nest(entries: Sequence[_Entry], shape: Sequence[int]) -> _Entry | list[Any]:
    """Row-major entries as nested lists of a shape."""
    if not shape:
        return entries[0]
    size = len(entries) // shape[0]
    return [nest(entries[k * size : (k + 1) * size], shape[1:]) for k in range(shape[0])]


def constant(text: str, what: str) -> Number:
    """The exact value of a constant expression: a Fraction where it is rational, else a `Real`.

    Args:
        text: an expression without variables.
        what: whose value it is, for errors.

    Raises:
        PointError: the text is no number, or not a finite real one.
    """
    exacts = value(text, what)
    if exacts.shape:
        raise PointError(f"{what}: a number is needed here, not an array", text=text, span=(0, len(text)))
    return exacts.entries[0]


def value(given: Value, what: str, seed: int = 0, complex_too: bool = False) -> Exacts:
    """The exact value of a number or array.

    Args:
        given: an expression without variables, or nested lists of such texts.
        what: whose value it is, for errors.
        seed: of random arrays that name none.
        complex_too: whether a number may be complex.

    Raises:
        PointError: rows of different lengths, no number, or not a finite real one.
    """
    if isinstance(given, str):
        return _read(given, what, seed, complex_too)
    return _nested(given, what)


@functools.lru_cache(maxsize=64)
def _nested(given: Value, what: str) -> Exacts:
    shape, texts = _flatten(given, what)
    if all(len(text) < MAX_DIGITS and _PLAIN.fullmatch(text) for text in texts):
        exacts = Exacts(shape, tuple(texts))
        if not any(map(math.isinf, exacts.floats)):
            return exacts
    return Exacts(shape, tuple(constant(text, what) for text in texts))


def _flatten(given: Value, what: str) -> tuple[tuple[int, ...], list[str]]:
    """The shape and the texts of nested lists."""
    if isinstance(given, str):
        return (), [given]
    parts = [_flatten(part, what) for part in given]
    if not parts:
        raise PointError(f"{what}: an empty list")
    shape = parts[0][0]
    if any(part[0] != shape for part in parts):
        raise PointError(f"{what}: rows of different lengths")
    if len(shape) > 1:
        raise PointError(f"{what}: a value is a number, a vector or a matrix")
    texts = [text for part in parts for text in part[1]]
    if len(texts) > MAX_ENTRIES:
        raise PointError(f"{what}: {len(texts):,} entries; the limit is {MAX_ENTRIES:,}")
    return (len(parts), *shape), texts


@functools.lru_cache(maxsize=64)
def _read(text: str, what: str, seed: int, complex_too: bool) -> Exacts:
    if len(text) < MAX_DIGITS and (_PLAIN.fullmatch(text) or _QUOTIENT.fullmatch(text)):
        return Exacts((), (_float_sized(Fraction(text), text, what),))
    if re.match(r"\s*[+-]\s*[+-]", text):
        raise PointError(f"{what}: two signs in a row", text=text, span=(0, len(text)))
    try:
        reading = read([text], setting=Setting(seed=seed, label=what))
    except DerivError as error:
        raise PointError(f"{what}: {error.message}", text=text, span=error.span, hint=error.hint) from error
    if reading.variables:
        name = reading.variables[0]
        hint = "a value is written with numbers and constants, such as 2.5, pi/4 or [1, 2]"
        raise PointError(f"{what}: {name} is not a number", text=text, span=(0, len(text)), hint=hint)
    graph, roots, vector = reading.graph, reading.roots, reading.vector
    if vector:
        roots = [graph.add("stack", roots)]
    if not has_arrays(graph, roots):
        return Exacts((), tuple(_numbers(graph, roots, text, what, complex_too)))
    try:
        arrays = shaped(graph, roots, {}, text)
        shape = _whole(arrays.shapes[arrays.roots[0]])
        plain = arrays.graph.nodes[arrays.roots[0]]
        if plain.op == "array":
            return Exacts(shape, plain.value[1])  # type: ignore[index, arg-type]
        scalars, (written,) = entries(arrays.graph, arrays.roots, arrays.shapes, _MAX_FORMULA_ENTRIES)
    except TooLarge:
        message = f"{what}: more than {_MAX_FORMULA_ENTRIES:,} operations for one value"
        raise PointError(message, text=text, span=(0, len(text))) from None
    except DerivError as error:
        raise PointError(f"{what}: {error.message}", text=text, span=error.span, hint=error.hint) from error
    return Exacts(shape, tuple(_numbers(scalars, written, text, what)))


def _whole(shape: Shape) -> tuple[int, ...]:
    return tuple(int(size) for size in shape)


def _numbers(graph: Graph, roots: Sequence[int], text: str, what: str, complex_too: bool = False) -> list[Number]:
    """The exact values of constant nodes; complex ones where they are wanted."""
    rational = _rational(text)
    if rational is not None:
        return [_float_sized(rational, text, what)]
    folded, new = fold(graph, roots)
    values = [folded.nodes[root].value for root in new]
    if all(isinstance(v, Fraction) for v in values):
        return [_float_sized(v, text, what) for v in values if isinstance(v, Fraction)]
    expanded, primitive = expand(graph, roots)
    found = evaluate(expanded, primitive, {}, real=not complex_too, complex_too=complex_too).roots
    if any(v.kind != "number" for v in found):
        hint = "complex values are taken with --complex" if "I" in text else None
        kind = "" if complex_too else "real "
        raise PointError(f"{what}: {text} is not a finite {kind}number", text=text, span=(0, len(text)), hint=hint)
    return [_float_sized(Real(expanded, root), text, what) for root in primitive]


def _float_sized(value: Number, text: str, what: str) -> Number:
    """The value, if some float is near it: torch could do nothing with any other."""
    try:
        too_large = not cmath.isfinite(complex(value))
    except OverflowError:
        too_large = True
    if too_large:
        raise PointError(f"{what}: {text} is too large for any float", text=text, span=(0, len(text)))
    return value


def _rational(text: str) -> Fraction | None:
    """The value of a quotient of two decimals, exactly."""
    over, slash, below = text.partition("/")
    try:
        return Fraction(over.strip()) / Fraction(below.strip()) if slash else Fraction(text.strip())
    except (ValueError, ZeroDivisionError):
        return None
