"""What is compared: each number among the derivatives, and what is claimed of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from derivcli.graph import Graph
from derivcli.language import specials
from derivcli.model import Path
from derivcli.numeric.exact import MAX_DIGITS, Exact, evaluate
from derivcli.numeric.level import FLOAT_DIGITS, Level
from derivcli.task import Task

# Numbers that differ by less than this part are the same.
SAME = 1e-12
# Numbers with more bits before or after the point may hide what others lose.
_MAX_BITS = 600


@dataclass(frozen=True)
class Target:
    """One number to compare.

    Args:
        path: the result that it belongs to.
        component: which component of a vector-valued expression.
        root, derivative: the expression and its derivative, nodes of the problem's graph.
        before: the derivative that is differentiated last: of one order less.
        along: the variables of the derivative, in order.
        claimed: a node of the claim's graph.
        corners: conditions for being where the expression need not have a derivative along these variables.
    """

    path: Path
    component: int
    root: int
    derivative: int
    before: int
    along: tuple[str, ...]
    claimed: int
    corners: tuple[int, ...]


@dataclass(frozen=True)
class Problem:
    """An expression with its derivatives, and the claim.

    Args:
        task: what is differentiated by what.
        graph: the expression and its derivatives, in primitives.
        claim: what is claimed, in primitives.
        targets: the numbers to compare.
        moving: the nodes of `graph` that depend on a variable of some derivative.
        own: how many nodes of `graph` the user wrote: the first ones, whose places are in the user's text.
    """

    task: Task
    graph: Graph
    claim: Graph
    targets: Sequence[Target]
    moving: frozenset[int]
    own: int


@dataclass(frozen=True)
class Seen:
    """One number at one point: where the derivative exists, and what is claimed there."""

    point: Mapping[str, Any]
    derivative: Exact
    claimed: Exact

    @property
    def agrees(self) -> bool:
        return same(self.derivative, self.claimed)


def corners(graph: Graph, root: int, moving: frozenset[int]) -> tuple[int, ...]:
    """Conditions, added to the graph, for being where the root need not have a derivative."""
    return tuple(condition for node, condition in specials(graph, [root]) if node in moving)


def moving(graph: Graph, roots: Sequence[int], names: Sequence[str]) -> frozenset[int]:
    """The nodes below the roots that depend on one of the names."""
    found: set[int] = set()
    for i in graph.reachable(roots):
        node = graph.nodes[i]
        if (node.op == "variable" and node.value in names) or any(a in found for a in node.args):
            found.add(i)
    return frozenset(found)


def same(a: Exact, b: Exact) -> bool:
    """Whether both are numbers that differ by a part of 1e-12 at most."""
    if a.kind != "number" or b.kind != "number":
        return False
    difference = abs(a.value - a.value.context.convert(b.value))
    return bool(difference <= SAME * max(abs(a.value), abs(b.value)))


def look(problem: Problem, point: Mapping[str, Any]) -> list[Seen | None]:
    """Each target at a point; None where the expression has no derivative, or nobody can tell."""
    smooth = {t.root: _is_smooth(problem, t, point) for t in problem.targets}
    open_ = [t for t in problem.targets if smooth[t.root]]
    derivatives = _values(problem.graph, [t.derivative for t in open_], point, real=False)
    claims = _values(problem.claim, [t.claimed for t in open_], point, real=True)
    found: list[Seen | None] = []
    for target in problem.targets:
        derivative, claimed = derivatives.get(target.derivative), claims.get(target.claimed)
        if derivative is None or claimed is None or derivative.kind != "number" or claimed.kind == "unresolved":
            found.append(None)
            continue
        seen = Seen(point, derivative, claimed)
        found.append(None if not seen.agrees and _is_lost(problem, target, point) else seen)
    return found


def _is_lost(problem: Problem, target: Target, point: Mapping[str, Any]) -> bool:
    """Whether two numbers may differ only because one lost its digits.

    Far out 1 - tanh(x)**2 is 0 to all digits that are tried, and 1/cosh(x)**2 is not.
    """
    sides = ((problem.graph, target.derivative), (problem.claim, target.claimed))
    if not any(_level(*side, point, FLOAT_DIGITS)[1] > _MAX_BITS for side in sides):
        return False
    return any(_level(*side, point, MAX_DIGITS)[0] for side in sides)


def _level(graph: Graph, root: int, point: Mapping[str, Any], digits: int) -> tuple[bool, float]:
    """Whether something vanished in so many digits, and the largest exponent of a number on the way."""
    level = Level(graph, point, digits, real=False)
    level.run(graph.reachable([root]))
    magnitude = level.contexts[1].mag
    return bool(level.vanished), max((abs(magnitude(high)) for _, high in level.values.values() if high), default=0)


def _is_smooth(problem: Problem, target: Target, point: Mapping[str, Any]) -> bool:
    """Whether the expression has a value, and no corner, at the point."""
    here = evaluate(problem.graph, [target.root], point, real=True, conditions=target.corners)
    corner = any(here.conditions.values()) or not here.ties.isdisjoint(problem.moving)
    return here.roots[0].kind == "number" and not corner


def _values(graph: Graph, roots: Sequence[int], point: Mapping[str, Any], *, real: bool) -> dict[int, Exact]:
    wanted = sorted(set(roots))
    return dict(zip(wanted, evaluate(graph, wanted, point, real=real).roots, strict=True)) if wanted else {}
