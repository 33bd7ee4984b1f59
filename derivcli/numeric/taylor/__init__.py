"""Derivatives of high order: truncated Taylor series of a program, for all points at once, without autograd.

Nested autograd grows about fifteenfold with each order; a series grows with the square of its length.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from derivcli.graph import Graph, fold
from derivcli.numeric.taylor.lowering import lower
from derivcli.numeric.taylor.many_digits import coefficient
from derivcli.numeric.taylor.series import Exponents, expand
from derivcli.numeric.taylor.tensors import Tensors
from derivcli.reverse import Partials

# From this order on.
FROM_ORDER = 6
# How far, relative to a result, rounding may have moved it: a fraction of what counts as agreement.
_TOLERANCE = {"float64": 2e-11, "float32": 2e-6}


@dataclass(frozen=True)
class Expansion:
    """What is expanded.

    Args:
        program: what torch computes, of primitives and functions that programs keep, and its roots.
        slopes: the partial derivatives of its functions.
        primitive: the same expression in primitives alone, and its roots.
        partials: the partial derivatives of primitives.
    """

    program: tuple[Graph, Sequence[int]]
    slopes: Partials
    primitive: tuple[Graph, Sequence[int]]
    partials: Partials


def derivatives(
    expansion: Expansion,
    columns: Mapping[str, Sequence[float]],
    along: tuple[str, ...],
    dtype: str,
    device: str,
    seconds: float,
) -> list[list[float]]:
    """A derivative of every root at every point, indexed by root and point.

    In floats; where these lose too many digits, as those of sin(x)/x near 0 do, in as many digits as it takes, as long
    as there is time.

    Args:
        expansion: the program.
        columns: for each variable its value at each point.
        along: the variables to differentiate by.
        dtype, device: of the tensors.
        seconds: how long it may take.
    """
    end = time.monotonic() + seconds
    names = list(dict.fromkeys(along))
    top: Exponents = tuple(along.count(name) for name in names)
    factor = math.prod(map(math.factorial, top))
    lowered = lower(*expansion.program, names, len(along), expansion.slopes)
    tensors = Tensors(lowered, columns, dtype, device)
    found = expand(lowered, tensors.order, top, tensors)
    results = []
    for root, series in enumerate(found):
        numbers, good = tensors.settled(series.get(top), _TOLERANCE[dtype])
        for k in (k for k, settled in enumerate(good) if not settled):
            if time.monotonic() > end:
                break
            point = {name: Fraction(column[k]) for name, column in columns.items() if math.isfinite(column[k])}
            bound = _bound(*expansion.primitive, {name: x for name, x in point.items() if name not in names})
            exactly = lower(*bound, names, len(along), expansion.partials)
            settled = coefficient(exactly, root, point, top)
            numbers[k] = numbers[k] if settled is None else settled
        results.append([number * factor + 0.0 for number in numbers])
    return results


def _bound(graph: Graph, roots: Sequence[int], values: Mapping[str, Fraction]) -> tuple[Graph, list[int]]:
    """The graph with numbers for variables that do not move: whole exponents are seen to be whole."""
    target = Graph()
    numbers = {name: target.number(value) for name, value in values.items()}
    new = graph.copy_into(
        target, roots, lambda _, node, __: numbers.get(str(node.value)) if node.op == "variable" else None
    )
    return fold(target, new)
