"""Which derivatives can be other than zero, read off a scalar graph, and columns that can share one sweep.

Sets of variables are bit masks: bit k stands for names[k]. A mask holds more than is needed rather than less.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derivcli.graph import CONDITIONS, Graph, Node

# Functions made of straight pieces: no second derivative where there is a first.
PIECEWISE_LINEAR = frozenset(("abs", "sign", "floor", "ceiling", "Mod", "max", "min", "heaviside"))
_LINEAR = PIECEWISE_LINEAR | {"add", "neg", "piecewise"}


def jacobian_pattern(graph: Graph, roots: Sequence[int], names: Sequence[str]) -> list[int]:
    """For each root the mask of the names by which its derivative may be other than 0.

    What only the conditions of a choice depend on does not count: derivatives do not see it.
    """
    below = _dependences(graph, graph.reachable(roots), names)
    return [below[root] for root in roots]


def hessian_pattern(graph: Graph, root: int, names: Sequence[str]) -> list[int]:
    """For each name the mask of the names with which it may have a second derivative other than 0.

    The pairs that meet in a nonlinear operation (Walther, Computing sparse Hessians with automatic differentiation, ACM
    TOMS 34, 2008; Griewank and Walther, Evaluating Derivatives, section 7.1), collected in one sweep from the root
    down: what interacts with a node interacts with all that the node depends on.
    """
    order = graph.reachable([root])
    below = _dependences(graph, order, names)
    partners = dict.fromkeys(order, 0)
    for i in reversed(order):
        node = graph.nodes[i]
        args = _values(node)
        for argument, met in zip(args, _met(node, [below[a] for a in args]), strict=True):
            partners[argument] |= partners[i] | met
    found = {str(graph.nodes[i].value): partners[i] for i in order if graph.nodes[i].op == "variable"}
    return [found.get(name, 0) for name in names]


def colour(rows: Sequence[int], columns: int) -> list[int]:
    """A colour for each column such that no two columns of one colour share a row.

    Columns of one colour are found by one Jacobian-vector product together (Curtis, Powell and Reid, On the estimation
    of sparse Jacobian matrices, 1974): each takes the first colour that is free.

    Args:
        rows: for each row the mask of its columns.
        columns: how many there are.
    """
    distinct = list(set(rows))
    rows_of: list[list[int]] = [[] for _ in range(columns)]
    for r, row in enumerate(distinct):
        for column in _bits(row):
            rows_of[column].append(r)
    used = [0] * len(distinct)
    colours = []
    for in_rows in rows_of:
        taken = 0
        for r in in_rows:
            taken |= used[r]
        free = ~taken & (taken + 1)
        for r in in_rows:
            used[r] |= free
        colours.append(free.bit_length() - 1)
    return colours


def _values(node: Node) -> tuple[int, ...]:
    """The arguments that the value is made of: not the conditions of a choice."""
    if node.op in CONDITIONS:
        return ()
    return node.args[::2] if node.op == "piecewise" else node.args


def _dependences(graph: Graph, order: Sequence[int], names: Sequence[str]) -> dict[int, int]:
    """For each node the mask of the names that its value is made of."""
    bit = {name: 1 << k for k, name in enumerate(names)}
    below: dict[int, int] = {}
    for i in order:
        node = graph.nodes[i]
        mask = bit.get(str(node.value), 0) if node.op == "variable" else 0
        for a in _values(node):
            mask |= below[a]
        below[i] = mask
    return below


def _met(node: Node, below: Sequence[int]) -> list[int]:
    """For each argument the names that it meets in this very operation, given what the arguments depend on."""
    if node.op in _LINEAR:
        return [0] * len(below)
    if node.op == "mul":
        return _others(below)
    if node.op == "div":
        over, under = below
        return [under, over | under]
    together = 0
    for mask in below:
        together |= mask
    return [together] * len(below)


def _others(masks: Sequence[int]) -> list[int]:
    """For each mask the union of the others, from running unions of both ends."""
    before, after = [0], [0]
    for mask in masks[:-1]:
        before.append(before[-1] | mask)
    for mask in reversed(masks[1:]):
        after.append(after[-1] | mask)
    return [b | a for b, a in zip(before, reversed(after), strict=True)]


def _bits(mask: int) -> Iterator[int]:
    """The places of the ones."""
    return (k for k, digit in enumerate(reversed(f"{mask:b}")) if digit == "1")
