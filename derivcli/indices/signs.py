"""What is seen to be positive, which some identities need."""

from __future__ import annotations

from derivcli.indices.nodes import Constant, Dimension, Function, Node, Number, Power, Product, Softmax, Sum, is_number

_POSITIVE_FUNCTIONS = frozenset(("exp", "sigmoid", "softplus", "cosh", "sech"))
_POSITIVE_CONSTANTS = frozenset(("pi", "π", "e", "E", "tau"))


def is_positive(node: Node) -> bool:
    """Whether all entries are seen to be above 0."""
    if isinstance(node, Number):
        return node.value > 0
    if isinstance(node, Function):
        return node.op in _POSITIVE_FUNCTIONS
    if isinstance(node, Constant):
        return node.text in _POSITIVE_CONSTANTS
    if isinstance(node, Power):
        return is_positive(node.base)
    if isinstance(node, Product):
        return node.coefficient > 0 and all(is_positive(f) for f in node.factors)
    if isinstance(node, Sum):
        return all(is_positive(t) for t in node.terms) or _is_degrees(node)
    return isinstance(node, Dimension | Softmax)


def _is_degrees(node: Sum) -> bool:
    """n - 1, by which a variance is divided: it is one only for n > 1."""
    return len(node.terms) == 2 and is_number(node.terms[0], -1) and is_positive(node.terms[1])
