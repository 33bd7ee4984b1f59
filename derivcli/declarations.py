"""`--var A:matrix(m,n)`: shapes that are declared, held against the shapes of the values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from derivcli.arrays import Shape, Size
from derivcli.errors import ShapeError, UsageError

# Kinds of variables with how many sizes they name, and how often each size stands in the shape.
_KINDS = {"scalar": (0, 1), "vector": (1, 1), "matrix": (2, 1), "symmetric": (1, 2), "diagonal": (1, 2)}
_STRUCTURES = ("symmetric", "diagonal")


@dataclass(frozen=True)
class Declarations:
    """The shapes of all variables.

    Args:
        shapes: of each variable that is no number; sizes are numbers or names.
        structures: "symmetric" or "diagonal" for matrices that are declared so.
        sizes: the names of sizes, with the numbers that the values give them.
    """

    shapes: Mapping[str, Shape] = field(default_factory=dict)
    structures: Mapping[str, str] = field(default_factory=dict)
    sizes: Mapping[str, int | None] = field(default_factory=dict)

    def in_numbers(self) -> dict[str, tuple[int, ...]]:
        """The shapes with all names of sizes replaced; there must be values for them."""
        return {name: tuple(self._number(s) for s in shape) for name, shape in self.shapes.items()}

    def _number(self, size: Size) -> int:
        known = size if isinstance(size, int) else self.sizes[size]
        assert known is not None
        return known


def declare(declared: Iterable[tuple[str, str]], values: Mapping[str, tuple[int, ...]]) -> Declarations:
    """What is declared and what the values show, as one.

    Args:
        declared: names with texts such as "vector(n)".
        values: the shape of each variable that has a value.

    Raises:
        UsageError: a declaration that cannot be read.
        ShapeError: a value of another shape than declared, or one size with two numbers.
    """
    shapes: dict[str, Shape] = {}
    structures: dict[str, str] = {}
    sizes: dict[str, int | None] = {}
    for name, text in declared:
        kind, shape = _read(name, text)
        if name in shapes:
            raise UsageError(f"--var: {name} is declared twice")
        shapes[name] = shape
        if kind in _STRUCTURES:
            structures[name] = kind
        sizes.update({size: None for size in shape if isinstance(size, str)})
    twice = next((name for name in (*values, *shapes) if name in sizes), None)
    if twice is not None:
        hint = "give the size another name: its number comes from the value"
        raise ShapeError(f"{twice} is the name of a size, and a variable, too", hint=hint)
    for name, shape in shapes.items():
        if name in values:
            _bind(name, shape, values[name], sizes)
    # Formulas are in names only where every array was declared: else a name and a number would meet.
    in_names = all(name in shapes or not shape for name, shape in values.items())
    if not in_names:
        shapes = {name: tuple(sizes.get(str(s)) or s for s in shape) for name, shape in shapes.items()}
    everything: dict[str, Shape] = {**values, **shapes}
    return Declarations({name: shape for name, shape in everything.items() if shape}, structures, sizes)


def _read(name: str, text: str) -> tuple[str, Shape]:
    match = re.fullmatch(r"\s*([a-z]+)\s*(?:\((.*)\))?\s*", text)
    kind = match.group(1) if match else ""
    if match is None or kind not in _KINDS:
        hint = "write x:vector(n), A:matrix(m,n), S:symmetric(n), D:diagonal(n) or t:scalar"
        raise UsageError(f"--var {name}:{text.strip()} is not a shape", hint=hint)
    parts = [part.strip() for part in (match.group(2) or "").split(",") if part.strip()]
    count, repeated = _KINDS[kind]
    if len(parts) != count or not all(re.fullmatch(r"[1-9][0-9]{0,6}|[A-Za-z]\w*", part) for part in parts):
        wanted = {0: "no size", 1: "one size", 2: "two sizes"}[count]
        hint = f"write {name}:{kind}({', '.join('mn'[:count])}), with names or whole numbers from 1 on"
        raise UsageError(f"--var {name}:{text.strip()}: {kind} takes {wanted}", hint=hint)
    return kind, tuple(int(part) if part.isdigit() else part for part in parts * repeated)


def _bind(name: str, shape: Shape, actual: tuple[int, ...], sizes: dict[str, int | None]) -> None:
    """Hold a value's shape against the declared one."""
    if len(shape) != len(actual):
        raise ShapeError(f"{name} is declared with {len(shape)} axes, and its value has {len(actual)}")
    for size, number in zip(shape, actual, strict=True):
        known = size if isinstance(size, int) else sizes[size]
        if known is not None and known != number:
            where = f"{number}, and {size} is {known} already" if isinstance(size, str) else f"{number}, not {size}"
            raise ShapeError(f"the value of {name} has the shape {list(actual)}, declared {list(shape)}: {where}")
        if isinstance(size, str):
            sizes[size] = number
