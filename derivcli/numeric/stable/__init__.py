"""Torch programs that are right where mathematics is: cancelling and overflowing forms are rewritten on the graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from derivcli.arrays import Shape
from derivcli.graph import CONDITIONS, Graph, Node, is_rational
from derivcli.numeric.stable.guards import Guard, guarded
from derivcli.numeric.stable.rules import RULES, Rule
from derivcli.numeric.stable.workshop import Workshop

_RULES_OF = {op: [rule for rule in RULES if op in rule.ops] for rule in RULES for op in rule.ops}


@dataclass(frozen=True)
class Change:
    """One node that is computed in another way.

    Args:
        old: the node in the graph before.
        new: the node in the graph after.
        rule: the name of the rule.
    """

    old: int
    new: int
    rule: str


@dataclass(frozen=True)
class Rewritten:
    """An expression after rewriting.

    Args:
        graph, roots: the expression with forms that neither cancel nor overflow.
        changes: what was rewritten and is still a part of it.
        guarded, guarded_roots: the same with safe inputs for branches that are not taken: what is computed.
        guards: which operations have such inputs.
    """

    graph: Graph
    roots: Sequence[int]
    changes: Sequence[Change]
    guarded: Graph
    guarded_roots: Sequence[int]
    guards: Sequence[Guard]

    @property
    def changed(self) -> bool:
        """Whether there is any difference to the expression as it was."""
        return bool(self.changes or self.guards)


def stable(graph: Graph, roots: Sequence[int], shapes: Mapping[int, Shape] | None = None) -> Rewritten:
    """The same expression in forms that neither cancel nor overflow, with branches that do no harm untaken.

    Args:
        graph, roots: the expression, in primitives; functions with a definition are recognised by it.
        shapes: the shape of every node, in numbers, if there are arrays.
    """
    if is_rational(graph, roots):
        return Rewritten(graph, roots, [], graph, roots, [])
    new = Graph()
    known: dict[int, Shape] = {}
    workshop = Workshop(new, known)
    changes: list[Change] = []

    def replace(i: int, node: Node, args: tuple[int, ...]) -> int:
        if node.op == "neg" and new.nodes[args[0]].op == "neg":
            return new.nodes[args[0]].args[0]
        plain = new.add(node.op, args, node.value, graph.spans[i])
        found = plain
        workshop.settle()
        if plain in workshop.varying:
            found, rule = _applied(workshop, plain)
            if rule is not None:
                new.spans[found] = new.spans[found] or graph.spans[i]
                changes.append(Change(i, found, rule.name))
        if shapes:
            known[plain] = known[found] = shapes[i]
        return found

    found = graph.copy_into(new, roots, replace)
    workshop.settle()
    reached = set(new.reachable(found))
    changes = [c for c in changes if c.new in reached]
    return Rewritten(new, found, changes, *guarded(new, found, workshop.varying, known))


def _applied(workshop: Workshop, i: int) -> tuple[int, Rule | None]:
    """The node by the first rule that applies to it, or itself."""
    node = workshop.node(i)
    for rule in _RULES_OF.get(node.op, ()) if node.op not in CONDITIONS else ():
        found = rule.rewrite(workshop, node)
        if found is not None and found != i:
            return found, rule
    return i, None
