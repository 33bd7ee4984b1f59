"""Differentiation from the arguments up, as it is done on paper: each node by its rule, or by a slip of one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from derivcli.graph import CONDITIONS, Builder, Graph, Node
from derivcli.language import partial


@dataclass(frozen=True)
class View:
    """A node in the middle of differentiation.

    Args:
        build: makes nodes of the same graph.
        i, node: the node.
        slopes: the derivatives of its arguments.
    """

    build: Builder
    i: int
    node: Node
    slopes: Sequence[int]

    @property
    def args(self) -> tuple[int, ...]:
        return self.node.args

    def varies(self, k: int) -> bool:
        """Whether an argument depends on the variable, as far as its derivative shows."""
        return self.build.constant(self.slopes[k]) != 0

    def partial(self, k: int, args: Sequence[int] | None = None) -> int:
        """The partial derivative of a catalog function by one of its arguments, at these arguments or others."""
        rule, root, parameters = partial(self.node, k)
        bound = dict(zip(parameters, self.args if args is None else args, strict=True))
        (found,) = rule.copy_into(self.build.graph, [root], lambda _i, n, _a: bound.get(str(n.value)))
        return found

    def minus(self, i: int) -> int:
        return self.build.product([self.build.graph.number(-1), i])

    def lowered(self) -> int:
        """Of u**n the power u**(n - 1)."""
        base, exponent = self.args
        return self.build.power(base, self.build.sum([exponent, self.build.graph.number(-1)]))


# What replaces a node's rule; None where the rule is followed.
Slip = Callable[[View], "int | None"]


def differentiate(graph: Graph, root: int, name: str, slip: Slip = lambda _: None) -> dict[int, int]:
    """The derivative by a variable of every node below a root.

    Args:
        graph: primitives; the new nodes are added to it.
        root: the expression.
        name: the variable.
        slip: gives another derivative for some node.
    """
    build = Builder(graph)
    found: dict[int, int] = {}
    for i in graph.reachable([root]):
        node = graph.nodes[i]
        if node.op in CONDITIONS:
            found[i] = graph.number(0)
            continue
        view = View(build, i, node, [found[a] for a in node.args])
        slipped = slip(view) if node.args else None
        found[i] = by_rule(view, name) if slipped is None else slipped
    return found


def by_rule(view: View, name: str) -> int:
    """The derivative of one node."""
    build, node, slopes = view.build, view.node, view.slopes
    if not node.args:
        return build.graph.number(1 if node.op == "variable" and node.value == name else 0)
    if node.op == "piecewise":
        return build.graph.add(
            "piecewise", [x for k in range(0, len(slopes), 2) for x in (slopes[k], node.args[k + 1])]
        )
    return build.sum(terms(view))


def terms(view: View) -> list[int]:
    """What each argument contributes to the derivative of a node, which is no choice."""
    build, op, args, slopes = view.build, view.node.op, view.args, view.slopes
    if op == "add":
        return list(slopes)
    if op == "neg":
        return [view.minus(slopes[0])]
    if op == "mul":
        return [build.product([*args[:k], slope, *args[k + 1 :]]) for k, slope in enumerate(slopes)]
    if op == "div":
        square = build.power(args[1], build.graph.number(2))
        below = build.quotient(build.product([args[0], slopes[1]]), square) if view.varies(1) else slopes[1]
        return [build.quotient(slopes[0], args[1]), view.minus(below)]
    if op == "pow":
        first = build.product([args[1], view.lowered(), slopes[0]])
        logarithm = build.product([view.i, build.graph.add("log", (args[0],)), slopes[1]]) if view.varies(1) else None
        return [first] if logarithm is None else [first, logarithm]
    return [
        build.product([view.partial(k), slope]) if view.varies(k) else build.graph.number(0)
        for k, slope in enumerate(slopes)
    ]
