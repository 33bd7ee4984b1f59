"""Where on the way floats lose the digits of a value."""

from __future__ import annotations

import math
from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any

from derivcli.graph import CONDITIONS, Graph
from derivcli.numeric.exact import evaluate
from derivcli.numeric.floats import float_values

# Larger expressions are not searched.
MAX_NODES = 3_000
# A node is to blame whose float is worse than this, though the floats it is made of are good to the second number.
_LOST, _GOOD = 1e-9, 1e-11


@dataclass(frozen=True)
class Loss:
    """A node whose float is wrong though its arguments' floats are right.

    `how` is `cancels`, `overflows`, `underflows`, `undefined`, `untaken` or `magnifies`; `digits` is how many of them
    are left.
    """

    node: int
    how: str
    digits: float


def loss(
    graph: Graph, root: int, point: Mapping[str, Any], mended: Container[tuple[int, int]] = frozenset()
) -> Loss | None:
    """The first operation, in the order of evaluation, that loses the digits which the value at `root` lacks.

    Args:
        graph, root: the value, in primitives.
        point: the exact value of each variable.
        mended: places in the text whose value is known to be right, in whatever way it is computed.

    Returns:
        None where the value in floats is as good as its parts, or the expression is too large to be searched.
    """
    right = {i for i, span in enumerate(graph.spans) if span in mended} if mended else set()
    order = graph.reachable([root], leaves=right)
    if len(order) > MAX_NODES:
        return None
    numbers = [i for i in order if graph.nodes[i].op not in CONDITIONS]
    exacts = dict(zip(numbers, evaluate(graph, numbers, point, real=False).roots, strict=True))
    known = {i: float(exacts[i]) for i in numbers if i in right}
    floats = float_values(graph, order, {name: float(value) for name, value in point.items()}, known)
    errors: dict[int, float] = {}
    for i in numbers:
        if exacts[i].kind != "number":
            continue
        truth, found = exacts[i].value, floats[i]
        errors[i] = _relative(truth, found)
        args = () if i in known else graph.nodes[i].args
        if i not in known and errors[i] > _LOST and all(errors.get(a, 0.0) < _GOOD for a in args):
            return Loss(i, _how(graph.nodes[i].op, found, float(truth)), max(0.0, -math.log10(errors[i])))
    return None


def untaken(graph: Graph, root: int, taken: Mapping[int, int]) -> Loss | None:
    """A branch with variables that is not taken: its derivative times 0 is NaN where that is infinite.

    Args:
        graph, root: the value, in primitives.
        taken: the branch that each choice takes.
    """
    for i in graph.reachable([root]):
        node = graph.nodes[i]
        if node.op == "piecewise":
            others = (v for v in node.args[::2] if v != taken.get(i) and graph.nodes[v].args and graph.variables([v]))
            branch = next(others, None)
            if branch is not None:
                return Loss(branch, "untaken", 0.0)
    return None


def _relative(truth: Any, found: float) -> float:
    if not math.isfinite(found):
        return math.inf
    if truth == 0:
        return 0.0 if abs(found) < 1e-300 else 1.0
    return float(abs(truth - truth.context.mpf(found)) / abs(truth))


def _how(op: str, found: float, truth: float) -> str:
    if op == "add" and math.isfinite(found):
        return "cancels"
    if math.isnan(found):
        return "undefined"
    if math.isinf(found):
        return "overflows"
    return "underflows" if found == 0 else "magnifies"
