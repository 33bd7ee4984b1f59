"""What is evaluated on the way to the form that is shown, one kind after another, each by its name."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

from derivcli.deadline import undisturbed
from derivcli.derivation.telling import followed, told
from derivcli.graph import Graph, Node
from derivcli.language import Setting, expand, read
from derivcli.language.limits import MAX_NUMBER_DIGITS
from derivcli.model import Step

# So many kinds follow each other, and in so large graphs they are told one by one.
_MOST, _LARGEST = 8, 300


def evaluated(steps: list[Step], graph: Graph, root: int, decimals: bool, real: bool) -> list[str]:
    """Go on from what the rules give until no kind of evaluation is left.

    Args:
        steps: are added to.
        graph, root: the last formula.
        decimals: whether numbers that end are written as decimals.
        real: whether variables are real.

    Returns:
        The names of what is left to be done, where it is too much to be told one by one.

    Raises:
        DerivError: a part is not defined, or too long.
    """
    for turn in itertools.count():
        found = _found(graph, root, decimals, real)
        names = list(dict.fromkeys(name for name, _ in found.values()))
        if not names or turn == _MOST or len(graph.reachable([root])) > _LARGEST:
            return names
        kind, ready = _first(graph, root, found)
        graph, root = _with(graph, root, {i: found[i][1] for i in ready})
        followed(steps, kind, told(graph, root, decimals))
    raise AssertionError  # the count has no end


def _found(graph: Graph, root: int, decimals: bool, real: bool) -> dict[int, tuple[str, str]]:
    with undisturbed():
        from derivcli.symbolic.automatic import automatic
    nodes = graph.reachable([root])
    return automatic(
        graph, nodes, expand(graph, nodes), decimals=decimals, real=real, digits=MAX_NUMBER_DIGITS
    )  # fmt: skip


def _first(graph: Graph, root: int, found: Mapping[int, tuple[str, str]]) -> tuple[str, set[int]]:
    """The kind of the first node that has no other kind below it, and all such nodes of that kind."""
    below: dict[int, frozenset[str]] = {}
    ready: dict[int, str] = {}
    for i in graph.reachable([root]):
        kinds = frozenset[str]().union(*(below[a] for a in graph.nodes[i].args))
        if i in found:
            kind = found[i][0]
            if kinds <= {kind}:
                ready[i] = kind
            kinds |= {kind}
        below[i] = kinds
    first = next(iter(ready.values()))
    return first, {i for i, kind in ready.items() if kind == first}


def _with(graph: Graph, root: int, texts: Mapping[int, str]) -> tuple[Graph, int]:
    """The graph with what some nodes have become; a sum within a sum needs no brackets then."""
    new = Graph()
    names = graph.variables([root])

    def replace(i: int, node: Node, args: tuple[int, ...]) -> int | None:
        if i in texts:
            reading = read([texts[i]], setting=Setting(names))
            (made,) = reading.graph.copy_into(new, reading.roots, lambda *_: None)
            return made
        if node.op == "add" and any(new.nodes[a].op == "add" for a in args):
            parts = (new.nodes[a].args if new.nodes[a].op == "add" else (a,) for a in args)
            return new.add("add", [a for part in parts for a in part])
        return None

    return new, graph.copy_into(new, [root], replace)[0]
