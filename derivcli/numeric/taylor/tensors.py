"""Series whose coefficients are torch tensors with an entry for each point; the points are there three times.

The second and third copy of each number are moved by about a unit in the last place, up or down: where the three copies
of a result differ, rounding has eaten so many of its digits (Vignes, Discrete stochastic arithmetic for validating
results of numerical software, Numerical Algorithms 37, 2004).
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from derivcli.graph import CONDITIONS, Graph, Value, differentiated
from derivcli.numeric.emit import constants, emit
from derivcli.numeric.jets import NAMES
from derivcli.numeric.kernels import torch
from derivcli.numeric.load import load
from derivcli.numeric.taylor.lowering import Lowered
from derivcli.numeric.taylor.values import VALUES

# The exact point, and two that are moved by rounding.
COPIES = 3
# Patterns of signs for the moves; they are used in turn.
_PATTERNS = 61
_NUMBERS = frozenset(("add", "mul", "neg", "div"))


class Tensors:
    """Tensors as the numbers of series.

    Args:
        lowered: the program.
        columns: for each variable its value at each point.
        dtype, device: of the tensors.
    """

    undefined = math.nan

    def __init__(self, lowered: Lowered, columns: Mapping[str, Sequence[float]], dtype: str, device: str) -> None:
        self.graph = lowered.graph
        self.count = len(next(iter(columns.values())))
        kind = {"dtype": getattr(torch, dtype), "device": device}
        self.columns = {name: torch.tensor(list(values) * COPIES, **kind) for name, values in columns.items()}
        self._like = next(iter(self.columns.values()))
        self._moves = self._noise()
        needed = list(lowered.budgets)
        self.constants = constants(self.graph, needed)
        self.order = self.graph.reachable(needed, leaves=self.constants)

    def _noise(self) -> Iterator[Any]:
        """Factors that move the copies, other ones each time."""
        source = torch.Generator().manual_seed(1)
        unit = torch.finfo(self._like.dtype).eps
        signs = torch.randint(0, 2, (_PATTERNS, COPIES * self.count), generator=source) * 2 - 1
        signs[:, : self.count] = 0
        return itertools.cycle((1 + unit * signs.to(self._like)).unbind())

    def value(self, i: int, args: Sequence[Any]) -> Any:
        node = self.graph.nodes[i]
        if i in self.constants:
            known = self.constants[i]
            kind = torch.bool if isinstance(known, bool) else self._like.dtype
            return torch.full_like(self._like, known, dtype=kind)
        if node.op == "variable":
            return self.columns[str(node.value)]
        key, orders = differentiated(node) if node.op == "Derivative" else (node.op, (0,) * len(node.args))
        if key in VALUES:
            return self.rounded(VALUES[key](orders, args))
        result = _function(node.op, node.value, tuple(self._literal(a) for a in node.args))(*args)
        return result if node.op in CONDITIONS else self.rounded(result)

    def _literal(self, i: int) -> Fraction | None:
        """A constant argument as the float that it is, where it has one."""
        known = self.constants.get(i)
        return Fraction(known) if isinstance(known, float) and math.isfinite(known) else None

    def choose(self, condition: Any, value: Any, other: Any) -> Any:
        if value is None and other is None:
            return None
        return torch.where(condition, 0.0 if value is None else value, 0.0 if other is None else other)

    def rounded(self, number: Any) -> Any:
        return number * next(self._moves)

    def at_zero(self, power: Any, base: Any, exponent: Any, order: int) -> Any:
        edge = torch.where(exponent > order, 0.0, torch.where(exponent == torch.floor(exponent), torch.nan, torch.inf))
        return torch.where(base == 0, edge.to(power), power / base)

    def settled(self, result: Any, tolerance: float) -> tuple[list[float], list[bool]]:
        """The numbers of a result at each point, and whether rounding leaves them within a relative tolerance."""
        if not isinstance(result, torch.Tensor):
            return [0.0 if result is None else float(result)] * self.count, [True] * self.count
        copies = result.reshape(COPIES, self.count)
        spread = (copies[1:] - copies[0]).abs().amax(dim=0)
        good = torch.isfinite(copies[0]) & (spread <= tolerance * copies[0].abs())
        return copies[0].tolist(), good.tolist()


@functools.lru_cache(maxsize=1024)
def _function(op: str, value: Value, literal: tuple[Fraction | None, ...]) -> Any:
    """One operation of programs as a function of tensors; arguments that are literal are ignored."""
    graph = Graph()
    names = [f"x{k}" for k in range(len(literal))]
    args = [graph.variable(n) if v is None else graph.number(v) for n, v in zip(names, literal, strict=True)]
    root = graph.add(op, args, value)
    source = emit(graph, [root], {n: n for n in names}, constants(graph, [root]))
    function = load(source, "f", NAMES)
    return lambda *tensors: function(*tensors)[0]
