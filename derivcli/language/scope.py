"""What names mean while a text is read, and what is noticed on the way."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from derivcli import arrays, catalog
from derivcli.graph import Graph, Span
from derivcli.language.glued import applied
from derivcli.language.habits import WORDS
from derivcli.language.refused import C_NUMBERS


@dataclass
class Scope:
    """The surroundings of one text.

    Args:
        graph: where the nodes go.
        known: named results so far, name -> node.
        declared: names that are variables even where they could be constants or functions.
        sizes: names of sizes, such as n in `x:vector(n)`, with the numbers that they are known to be.
        matlab: whether `*` is the matrix product and `'` the transpose (`--syntax matrixcalculus`).
        seed, label: what random arrays that name no seed are drawn by, with their number in the text.
        warnings: what a reader should be told; appended to.
        doubts: nodes that have two readings if they meet a matrix, with what is wrong and what to write.
        decimals: whether numbers were typed as decimals (elsewhere than in exponents).
        bound: for each call that is open the names that are variables of its own, innermost last.
        closed: nodes that were worked into others, and are used in that way.
    """

    graph: Graph
    known: dict[str, int] = field(default_factory=dict)
    declared: frozenset[str] = frozenset()
    sizes: Mapping[str, int | None] = field(default_factory=dict)
    matlab: bool = False
    seed: int = 0
    label: str = ""
    warnings: list[str] = field(default_factory=list)
    doubts: dict[int, tuple[str, str]] = field(default_factory=dict)
    decimals: bool = False
    bound: list[frozenset[str]] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)
    _drawn: int = 0

    def draw_seed(self) -> int:
        """A seed for the next random array that names none: always the same one, and another for each array."""
        self._drawn += 1
        return zlib.crc32(f"{self.seed}:{self.label}:{self._drawn}".encode()) % 10**6

    def doubt_power(self, node: int) -> None:
        """Remember that a power was written with ^."""
        if self.matlab:
            hint = "write X*X, or X.^2 entry by entry; the inverse is inv(X)"
            self.doubts[node] = ("a power of a matrix can be read in two ways", hint)
            return
        self.doubts[node] = (
            "a power of a matrix can be read in two ways",
            "write X @ X, or X**2 entry by entry; the inverse is inv(X)",
        )

    def is_function(self, name: str) -> bool:
        """Whether a bare `name` is a function that wants its argument."""
        if name in self.known or name in self.declared or self._is_bound(name) or name not in catalog.SPELLINGS:
            return False
        return not catalog.SPELLINGS[name][0].names_variables

    def _is_bound(self, name: str) -> bool:
        return any(name in names for names in self.bound)

    def value(self, name: str, span: Span) -> int:
        """The node that a bare name stands for: a named result, a size, a constant, else a variable."""
        if self._is_bound(name):
            return self.graph.variable(name, span)
        if name in self.known:
            return self.known[name]
        if name in self.sizes and name not in self.declared:
            size = self.sizes[name]
            return self.graph.add("dim", value=name, span=span) if size is None else self.graph.number(size, span)
        if name in catalog.CONSTANTS and name not in self.declared:
            if name not in catalog.EXPECTED_CONSTANTS:
                self.warn(f"{name} is read as a constant; give it a value to make it a variable")
            return self.graph.add("constant", value=catalog.CONSTANTS[name], span=span)
        if name not in self.declared:
            self._doubt(name)
        return self.graph.variable(name, span)

    def _doubt(self, name: str) -> None:
        """Say of a variable what else its name looks like."""
        if name == "T":
            self.warn("T is read as a variable; the transpose is written A.T")
        number = "pi" if name.lower() == "pi" else C_NUMBERS.get(name)
        if number is not None:
            self.warn(f"{name} is read as a variable; the number is {number}")
        if name in arrays.SPELLINGS and len(name) > 1:
            self.warn(f"{name} is read as a variable; the function is written {name}(…)")
        if name.lower() in WORDS:
            self.warn(f"{name} is read as a variable; a formula has signs for it, such as x^2, x*y and x + y")
        parts = applied(name, self.is_function)
        if parts:
            of = "for " + f"{parts[0][:-1].replace('(', ' of ')} " if len(parts) == 1 and "(" in parts[0] else ""
            self.warn(f"{name} is read as one variable; {of}write {'*'.join(parts)}")

    def warn(self, message: str) -> None:
        if message not in self.warnings:
            self.warnings.append(message)
