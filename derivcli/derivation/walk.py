"""From a derivative that is to be taken to one that is: rule after rule, and every part put into its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from derivcli.derivation.marked import Marked
from derivcli.derivation.rules import Applied, differentiate
from derivcli.errors import LimitError
from derivcli.graph import Graph, Node

# What gives for a node its rule's name and the derivative.
Apply = Callable[[Marked, int], Applied]
# Nobody reads more rules than these.
MAX_STEPS = 300


@dataclass(frozen=True)
class Rule:
    """One rule: the derivative `before`, what it becomes, what it is the derivative of, how deep it stands."""

    name: str
    before: int
    after: int
    of: int
    depth: int


@dataclass(frozen=True)
class Taken:
    """A derivative by the rules, in order, and what they give when every part is put into its place."""

    graph: Graph
    rules: tuple[Rule, ...]
    result: int


def take(marked: Marked, root: int, apply: Apply = differentiate) -> Taken:
    """Take the derivative of a node by a variable.

    Args:
        marked: the user's own form and the variable; new nodes are added to it.
        root: what to differentiate.
        apply: the rules.

    Raises:
        LimitError: there would be too many rules.
        UnsupportedError: as the rules.
    """
    graph, first = marked.graph, marked.open(root)
    after: dict[int, int] = {}
    rules: list[Rule] = []
    waiting = [(first, 0)] if first in marked.marks else []
    while waiting:
        mark, depth = waiting.pop()
        if mark in after:
            continue  # taken before, of the same part of the expression
        if len(rules) == MAX_STEPS:
            raise LimitError(f"the derivation has more than {MAX_STEPS} steps")
        (of,) = graph.nodes[mark].args
        rule, after[mark] = apply(marked, of)
        rules.append(Rule(rule, mark, after[mark], of, depth))
        waiting.extend((m, depth + 1) for m in reversed(marked.opened(after[mark])))
    return Taken(graph, tuple(rules), _together(marked, first, after) if rules else first)


def _together(marked: Marked, first: int, after: dict[int, int]) -> int:
    """What the first derivative becomes when what every other one became is put into its place."""
    graph, final = marked.graph, dict[int, int]()

    def place(i: int, node: Node, args: tuple[int, ...]) -> int | None:
        if node.op != "mul" or marked.marks.isdisjoint(node.args):
            return final.get(i)
        # A product in the place of a factor needs no brackets.
        whole = zip(node.args, args, strict=True)
        split = (graph.nodes[a].args if k in marked.marks and graph.nodes[a].op == "mul" else (a,) for k, a in whole)
        return graph.add("mul", [a for part in split for a in part])

    waiting = [first]
    while waiting:
        missing = [m for m in marked.opened(after[waiting[-1]]) if m not in final]
        if missing:
            waiting.extend(missing)
            continue
        mark = waiting.pop()
        if mark not in final:
            final[mark] = graph.copy_into(graph, [after[mark]], place, leaves=marked.marks)[0]
    return final[first]
