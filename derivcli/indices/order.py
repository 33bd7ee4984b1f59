"""The order of axes in which a part of an expression reads best."""

from __future__ import annotations

from derivcli.indices.nodes import (
    Constant,
    Delta,
    Function,
    Index,
    Inverse,
    Lower,
    Node,
    Power,
    Product,
    Selection,
    Softmax,
    Sum,
    Unit,
    Variable,
)

Axes = tuple[Index, ...]


def natural(node: Node) -> Axes:
    """The free indices in the order in which the expression is written with the fewest transposes."""
    order = tuple(i for i in dict.fromkeys(_met(node)) if i in node.free)
    along = _along(node)
    if len(order) == 2 and along is not None and along is order[0]:
        return order[::-1]
    return order


def _along(node: Node) -> Index | None:
    """The index of a vector that is added to a matrix; it is best the last one."""
    waiting = [node]
    while waiting:
        below = waiting.pop()
        if isinstance(below, Sum):
            alone = [next(iter(t.free)) for t in below.terms if len(t.free) == 1 and _is_vector(t)]
            if alone and len(below.free) == 2:
                return alone[0]
        if isinstance(below, Function):
            waiting += below.args
        elif isinstance(below, Power):
            waiting.append(below.base)
        elif isinstance(below, Softmax):
            waiting.append(below.body)
    return None


def _is_vector(node: Node) -> bool:
    """Whether a term with one index is more than a reduction of a matrix, which can stay a column."""
    return not (isinstance(node, Product) and node.bound and all(len(f.free) != 1 for f in node.factors))


def _met(node: Node) -> list[Index]:
    """The indices below a node in the order in which they are met."""
    if isinstance(node, Variable | Constant):
        return list(node.indices)
    if isinstance(node, Delta | Selection | Lower | Inverse):
        return [node.row, node.column]
    if isinstance(node, Unit):
        return [node.index]
    if isinstance(node, Softmax):
        return [node.at if i is node.over else i for i in natural(node.body)]
    below: tuple[Node, ...] = ()
    if isinstance(node, Sum):
        below = node.terms
    elif isinstance(node, Product):
        # Rows of a selection stand where the axis that they are chosen from stood.
        chosen = {f.column: f.row for f in node.factors if isinstance(f, Selection | Lower)}
        first = [i for f in node.factors if not isinstance(f, Selection | Lower) for i in _met(f)]
        rest = [i for f in node.factors for i in _met(f)]
        return [chosen.get(i, i) if i in node.bound else i for i in first] + rest
    elif isinstance(node, Function):
        below = node.args
    elif isinstance(node, Power):
        below = (node.base, node.exponent)
    return [i for b in below for i in _met(b)]
