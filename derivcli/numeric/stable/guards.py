"""Branches that are not taken see safe inputs: what is undefined there, or infinite, would make derivatives NaN."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from derivcli import catalog
from derivcli.arrays import OPERATIONS, Shape
from derivcli.graph import CONDITIONS, Graph, Node

# Conditions that must hold, or must not hold, for a branch to be taken.
Context = tuple[tuple[int, bool], ...]
# Branches within branches that are told apart; deeper ones are guarded by the conditions further out.
MAX_CONTEXTS = 200


@dataclass(frozen=True)
class Guard:
    """One operation with safe inputs, and the conditions without which it has them; nodes of the graph before."""

    operation: int
    context: Context


def guarded(
    graph: Graph, roots: Sequence[int], varying: Collection[int], shapes: Mapping[int, Shape]
) -> tuple[Graph, list[int], list[Guard]]:
    """The same expression, where an operation with a domain, a pole or an overflow has safe inputs in a branch that is
    not taken.

    Args:
        graph, roots: the expression.
        varying: the nodes that depend on variables.
        shapes: the shape of every node; empty where all are numbers.
    """
    if not any(graph.nodes[i].op == "piecewise" for i in graph.reachable(roots)):
        return graph, list(roots), []
    pass_ = _Pass(graph, varying, shapes, _in_danger(graph, roots, varying))
    return pass_.graph, [pass_.node(root) for root in roots], list(pass_.guards.values())


def _in_danger(graph: Graph, roots: Sequence[int], varying: Collection[int]) -> set[int]:
    """The nodes with an operation at or below them that is not safe everywhere."""
    found: set[int] = set()
    for i in graph.reachable(roots):
        node = graph.nodes[i]
        if any(a in found for a in node.args) or _safe_inputs(graph, node, varying):
            found.add(i)
    return found


def _inside(interval: tuple[float, float]) -> Fraction:
    """A plain number inside an interval."""
    low, high = interval
    plain = (Fraction(n) for n in (1, "1/2", 2, 3, 4, 5))
    return next((n for n in plain if low < n < high), Fraction(low))


# Functions that grow beyond all floats, and corners whose slope torch has as 0/0.
_ALSO = ("exp", "exp2", "expm1", "sinh", "cosh", "hypot")
# For each function that is not defined or not finite everywhere, safe arguments: where the catalog's tests try it.
_SAFE: Mapping[str, Sequence[Fraction]] = {
    **{
        row.key: [_inside(interval) for interval in row.samples]
        for row in catalog.ROWS
        if row.domain != "all x" or "/" in row.torch or row.key in _ALSO
    },
    "div": (Fraction(1), Fraction(1)),
    "norm": (Fraction(1),),
}


def _safe_inputs(graph: Graph, node: Node, varying: Collection[int]) -> dict[int, Fraction]:
    """Which arguments of an operation need a safe value in a branch that is not taken, and which one."""
    if node.op == "pow":
        power = graph.nodes[node.args[1]].value
        danger = 0 if node.args[0] in varying else 1
        places = [] if danger == 0 and power in (1, 2) else [danger]
    elif node.op == "div":
        places = [1]
    else:
        places = list(range(len(_SAFE.get(node.op, ()))))
    safe = _SAFE.get(node.op, (Fraction(1), Fraction(1)))
    return {k: safe[k] for k in places if node.args[k] in varying}


class _Pass:
    """Copies nodes, each once for every context in which it is needed."""

    def __init__(
        self, source: Graph, varying: Collection[int], shapes: Mapping[int, Shape], in_danger: Collection[int]
    ) -> None:
        self.source, self.varying, self.shapes, self.in_danger = source, varying, shapes, in_danger
        self.graph = Graph()
        self.guards: dict[tuple[int, Context], Guard] = {}
        self._known: dict[tuple[int, Context], int] = {}
        self._contexts: set[Context] = set()

    def node(self, root: int) -> int:
        """The new node of one root."""
        stack: list[tuple[int, Context]] = [(root, ())]
        while stack:
            key = stack[-1]
            if key in self._known:
                stack.pop()
                continue
            wanted = self._wanted(*key)
            missing = [k for k in wanted if k not in self._known]
            if missing:
                stack.extend(missing)
            else:
                stack.pop()
                self._known[key] = self._built(*key, [self._known[k] for k in wanted])
        return self._known[root, ()]

    def _wanted(self, i: int, context: Context) -> list[tuple[int, Context]]:
        """What a node needs: its arguments in their contexts, then the conditions of its own context."""
        node = self.source.nodes[i]
        if node.op == "piecewise":
            arguments = list(self._branches(node, context))
        else:
            plain = node.op in CONDITIONS or (node.op in OPERATIONS and not self._is_number(context))
            arguments = [self._key(a, () if plain else context) for a in node.args]
        return [*arguments, *((condition, ()) for condition, _ in context)]

    def _branches(self, node: Node, context: Context) -> Iterable[tuple[int, Context]]:
        """Each branch under its condition and without those before it, and the conditions."""
        before = context
        for value, condition in zip(node.args[::2], node.args[1::2], strict=True):
            yield self._key(value, self._within(before, condition, True))
            yield condition, ()
            before = self._within(before, condition, False)

    def _within(self, context: Context, condition: int, holds: bool) -> Context:
        if self.source.nodes[condition].op in ("true", "false") or (condition, holds) in context:
            return context
        deeper = (*context, (condition, holds))
        if deeper not in self._contexts and len(self._contexts) >= MAX_CONTEXTS:
            return context
        self._contexts.add(deeper)
        return deeper

    def _key(self, i: int, context: Context) -> tuple[int, Context]:
        return i, context if i in self.in_danger else ()

    def _is_number(self, context: Context) -> bool:
        """Whether all conditions are of numbers: a sum over entries does not know which of them a condition is for."""
        return not any(self.shapes.get(condition) for condition, _ in context)

    def _built(self, i: int, context: Context, wanted: Sequence[int]) -> int:
        node = self.source.nodes[i]
        args = list(wanted[: len(node.args)])
        unsafe = _safe_inputs(self.source, node, self.varying) if context else {}
        if unsafe and not (node.op in OPERATIONS and not self._is_number(context)):
            condition = self._condition(context, wanted[len(node.args) :])
            for k, value in unsafe.items():
                args[k] = self.graph.add("guard", (condition, args[k], self.graph.number(value)))
            self.guards[i, context] = Guard(i, context)
        return self.graph.add(node.op, args, node.value, self.source.spans[i])

    def _condition(self, context: Context, conditions: Sequence[int]) -> int:
        parts = [c if holds else self.graph.add("not", (c,)) for c, (_, holds) in zip(conditions, context, strict=True)]
        return parts[0] if len(parts) == 1 else self.graph.add("and", parts)
