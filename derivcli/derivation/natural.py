"""Powers of e as the exponential function, which is what they are shown as."""

from __future__ import annotations

from derivcli.graph import Graph, Node

_E = Node("constant", value="E")


def with_exponentials(graph: Graph, root: int) -> tuple[Graph, int]:
    """E**u as exp(u) at its places in the text, and log(E) as 1; a graph of its own."""
    if _E not in graph.nodes:
        return graph.copy(), root
    new = Graph()

    def replace(i: int, node: Node, args: tuple[int, ...]) -> int | None:
        if not args or new.nodes[args[0]] != _E:
            return None
        if node.op == "log":
            return new.number(1)
        return new.add("exp", args[1:], span=graph.spans[i]) if node.op == "pow" else None

    number = graph.copy_into(new, range(len(graph.nodes)), replace)
    new.repeated += [(number[i], span) for i, span in graph.repeated]
    return new, number[root]
