"""The rules of matrix differential calculus on the user's own form (after Magnus and Neudecker).

What changes is an array; its change is a node `d` that is to be worked out, down to the change of the variable: dX.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from derivcli import catalog
from derivcli.arrays import OPERATIONS, Shape
from derivcli.derivation.marked import Marked, rational
from derivcli.derivation.rules import Applied, function_name, sum_name
from derivcli.errors import UnsupportedError
from derivcli.graph import CONDITIONS, Node
from derivcli.language import array_partial


@dataclass(frozen=True)
class Change:
    """One array that changes: its node, and the shapes of the user's nodes."""

    marked: Marked
    shapes: Mapping[int, Shape]
    i: int
    node: Node

    def add(self, op: str, *args: int, value: object = None) -> int:
        return self.marked.graph.add(op, args, value)  # type: ignore[arg-type]

    def moving(self) -> list[int]:
        """The places of the arguments that change."""
        return [k for k, a in enumerate(self.node.args) if self.marked.varies(a)]

    def with_open(self, k: int) -> int:
        """The operation with the change of an argument in that one's place."""
        args = (self.marked.open(a) if n == k else a for n, a in enumerate(self.node.args))
        return self.add(self.node.op, *args, value=self.node.value)

    def refused(self) -> UnsupportedError:
        name = _SPELLED.get(self.node.op, self.node.op)
        return UnsupportedError(f"there is no rule for the change of {name} here; write it in sums and products")


_SPELLED = {"amax": "max", "amin": "min", "add": "a sum of different shapes"}


def changed(marked: Marked, shapes: Mapping[int, Shape], i: int) -> Applied:
    """The change of a node by the rule of its operation.

    Raises:
        UnsupportedError: an operation whose rule is not known here.
    """
    node = marked.graph.nodes[i]
    change = Change(marked, shapes, i, node)
    if not marked.varies(i):
        return "constant rule", marked.number(0)
    if node.op == "variable":
        return "change of the variable", marked.open(i)
    if node.op in _LINEAR:
        return _LINEAR[node.op], change.with_open(0)
    rule = _RULES.get(node.op)
    if rule is None and (node.op in OPERATIONS or node.op in CONDITIONS or node.op not in catalog.KEYS):
        raise change.refused()
    return (rule or _function)(change)


def _sum(change: Change) -> Applied:
    marked, graph = change.marked, change.marked.graph
    if not any(change.shapes[change.node.args[k]] == change.shapes[change.i] for k in change.moving()):
        raise change.refused()  # only what is smaller than the sum changes
    terms = [
        marked.negative(marked.open(graph.nodes[a].args[0])) if graph.nodes[a].op == "neg" else marked.open(a)
        for a in change.node.args
    ]
    return sum_name(graph, change.node), graph.add("add", terms)


def _negative(change: Change) -> Applied:
    return "constant multiple rule", change.with_open(0)


def _product(change: Change) -> Applied:
    """Of any operation that is linear in each of its arguments."""
    if change.node.op == "matmul":
        return _matrix_product(change)
    return _product_name(change.moving()), change.marked.sum([change.with_open(k) for k in change.moving()])


def _product_name(moving: Sequence[int]) -> str:
    return "constant factor rule" if len(moving) == 1 else "product rule"


def _matrix_product(change: Change) -> Applied:
    """All factors of A @ B @ C at once."""
    marked, nodes = change.marked, change.marked.graph.nodes
    factors = [*change.node.args]
    while nodes[factors[0]].op == "matmul":
        factors[:1] = nodes[factors[0]].args
    moving = [k for k, factor in enumerate(factors) if marked.varies(factor)]
    terms = ([marked.open(f) if n == k else f for n, f in enumerate(factors)] for k in moving)
    products = [functools.reduce(lambda a, b: change.add("matmul", a, b), term) for term in terms]
    return _product_name(moving), marked.sum(products)


def _quotient(change: Change) -> Applied:
    marked, (over, below), moving = change.marked, change.node.args, change.moving()
    square = change.add("pow", below, marked.number(2))
    second = change.add("div", marked.product([over, marked.open(below)]), square)
    if moving == [0]:
        return "constant multiple rule", change.with_open(0)
    if moving == [1]:
        return "reciprocal rule", marked.negative(second)
    return "quotient rule", marked.sum([change.with_open(0), marked.negative(second)])


def _power(change: Change) -> Applied:
    marked, (base, exponent), moving = change.marked, change.node.args, change.moving()
    n = rational(marked.graph, exponent)
    if n is not None:
        power = base if n == 2 else change.add("pow", base, marked.number(n - 1))
        return "power rule and chain rule", marked.product([marked.times(n, power), marked.open(base)])
    first = marked.product([change.add("div", marked.product([exponent, change.i]), base), marked.open(base)])
    second = marked.product([change.i, change.add("log", base), marked.open(exponent)])
    if len(moving) == 2:
        return "logarithmic differentiation", marked.sum([first, second])
    return ("exponential rule and chain rule", second) if moving == [1] else ("power rule and chain rule", first)


def _function(change: Change) -> Applied:
    """A function of the catalog, entry by entry."""
    marked, node = change.marked, change.node
    bare = Node(node.op, (), node.value)
    terms = [marked.chain(marked.instance(array_partial(bare, k), node.args), node.args[k]) for k in change.moving()]
    return f"{function_name(node.op)} and chain rule", marked.sum(terms)


def _inverse(change: Change) -> Applied:
    inner = change.add("matmul", change.i, change.marked.open(change.node.args[0]))
    return "inverse rule", change.marked.negative(change.add("matmul", inner, change.i))


def _log_determinant(change: Change) -> Applied:
    (a,) = change.node.args
    return "log-determinant rule", change.add("tr", change.add("matmul", change.add("inv", a), change.marked.open(a)))


def _determinant(change: Change) -> Applied:
    return "determinant rule", change.marked.product([change.i, _log_determinant(change)[1]])


def _solution(change: Change) -> Applied:
    a, b = change.node.args
    return "definition of solve", change.marked.open(change.add("matmul", change.add("inv", a), b))


_WHOLE = (None, False)


def _whole(change: Change) -> bool:
    """Whether a reduction goes over all entries."""
    return isinstance(change.node.value, tuple) and change.node.value[:2] == _WHOLE


def _norm(change: Change) -> Applied:
    (x,), value = change.node.args, change.node.value
    if not _whole(change) or not isinstance(value, tuple) or value[2] not in (1, 2):
        raise change.refused()
    if value[2] == 1:
        signs = change.add("sign", x)
        return "derivative of norm", _summed(change, change.marked.product([signs, change.marked.open(x)]))
    total = _summed(change, change.marked.product([x, change.marked.open(x)]))
    return "derivative of norm", change.add("div", total, change.i)


def _summed(change: Change, i: int) -> int:
    return change.add("sum", i, value=_WHOLE)


def _log_sum_exp(change: Change) -> Applied:
    (x,) = change.node.args
    if not _whole(change) or len(change.shapes[x]) != 1:
        raise change.refused()
    weights = change.add("softmax", x, value=(0,))
    return "derivative of logsumexp", _summed(change, change.marked.product([weights, change.marked.open(x)]))


def _softmax(change: Change) -> Applied:
    (x,), marked = change.node.args, change.marked
    if len(change.shapes[x]) != 1:
        raise change.refused()
    mean = _summed(change, marked.product([change.i, marked.open(x)]))
    return "derivative of softmax", marked.product([change.i, marked.sum([marked.open(x), marked.negative(mean)])])


# Operations whose change is the operation on the change.
_LINEAR = {
    "tr": "trace rule", "transpose": "transpose rule", "sum": "sum of the entries", "mean": "mean of the entries",
    "diag": "diagonal rule", "tril": "triangle rule", "triu": "triangle rule", "vec": "rule of vec",
    "reshape": "rule of reshape", "index": "rule of parts", "cumsum": "running sum rule",
}  # fmt: skip
_RULES: dict[str, Callable[[Change], Applied]] = {
    "add": _sum, "neg": _negative, "mul": _product, "matmul": _product, "dot": _product, "outer": _product,
    "kron": _product, "einsum": _product, "div": _quotient, "pow": _power, "inv": _inverse, "det": _determinant,
    "logdet": _log_determinant, "solve": _solution, "norm": _norm, "logsumexp": _log_sum_exp, "softmax": _softmax,
}  # fmt: skip
