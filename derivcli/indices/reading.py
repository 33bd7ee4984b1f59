"""From the graph of an expression to index notation: one small function for each operation on arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from derivcli import catalog
from derivcli.graph import CONDITIONS, Graph
from derivcli.indices import linear, reductions
from derivcli.indices.algebra import add, product, substitute, times
from derivcli.indices.elementwise import apply
from derivcli.indices.nodes import (
    ONE,
    ZERO,
    Constant,
    Delta,
    Index,
    Lower,
    Node,
    Selection,
    Shape,
    Unit,
    Variable,
    dimension,
    fresh,
)
from derivcli.indices.opaque import detached, opaque
from derivcli.indices.tensors import Call, NotIndexed, Setting, Tensor, align
from derivcli.reverse import Partials

# Nodes are walked by recursion, so there is an end to how deep they may get; and formulas are for people to read.
MAX_DEPTH = 70
MAX_COST = 10_000


def from_graph(
    graph: Graph, root: int, shapes: Mapping[int, Shape], structures: Mapping[str, str], partials: Partials
) -> Tensor:
    """An expression in index notation.

    Args:
        graph: holds the expression.
        root: its number.
        shapes: the shape of every node that the root needs.
        structures: which matrix variables are "symmetric" or "diagonal".
        partials: the partial derivatives of elementwise functions; they are kept in the result.

    Raises:
        NotIndexed: for an expression that is too large.
    """
    needed = graph.reachable([root])
    setting = Setting(partials, _names(graph, needed, shapes))
    read: dict[int, Tensor] = {}
    for i in needed:
        node = graph.nodes[i]
        call = Call(node.op, tuple(read[a] for a in node.args), node.value, shapes[i], setting)
        if node.op == "variable":
            read[i] = _variable(call, structures)
        elif node.op in _ELEMENTWISE or node.op in CONDITIONS or node.op in catalog.KEYS:
            nodes, out = align(call.args)
            read[i] = call.tensor(apply(node, nodes), out)
        else:
            read[i] = _array(call, graph.variables([i]))
        _check_size(read[i].node)
    return read[root]


def _variable(call: Call, structures: Mapping[str, str]) -> Tensor:
    out = fresh(call.shape)
    return call.tensor(Variable(call.value, out, structures.get(call.value, "")), out)


def _array(call: Call, variables: Iterable[str]) -> Tensor:
    try:
        if call.op not in _ARRAYS:
            raise NotIndexed(call.op)
        return _ARRAYS[call.op](call)
    except NotIndexed as missing:
        return opaque(call, str(missing), variables)


def _check_size(node: Node) -> None:
    if node.depth > MAX_DEPTH:
        raise NotIndexed("a formula nested this deeply")
    if node.cost > MAX_COST:
        raise NotIndexed("a formula of this size")


def _names(graph: Graph, needed: Iterable[int], shapes: Mapping[int, Shape]) -> frozenset[str]:
    variables = {str(graph.nodes[i].value) for i in needed if graph.nodes[i].op == "variable"}
    return frozenset(variables.union(size for i in needed for size in shapes[i] if isinstance(size, str)))


def _diag(call: Call) -> Tensor:
    (a,) = call.args
    if len(a.out) == 1:
        other = Index(a.out[0].size)
        return call.tensor(times(a.node, Delta(a.out[0], other)), (a.out[0], other))
    if a.out[0].size != a.out[1].size:
        raise NotIndexed("diag of a matrix that is not square")
    return call.tensor(substitute(a.node, {a.out[1]: a.out[0]}), a.out[:1])


def _triangle(call: Call) -> Tensor:
    (a,) = call.args
    rows, columns = a.out
    return call.tensor(times(Lower(*(a.out if call.op == "tril" else (columns, rows))), a.node), a.out)


def _outer(call: Call) -> Tensor:
    a, b = call.args[0], call.args[1].apart()
    return call.tensor(times(a.node, b.node), a.out + b.out)


def _dot(call: Call) -> Tensor:
    nodes, out = align(call.args)
    return call.tensor(product(1, nodes, out), ())


def _index(call: Call) -> Tensor:
    (a,) = call.args
    factors, out, gone = [a.node], [], []
    for place, item in enumerate(call.value):
        axis = a.out[place]
        if isinstance(item, int):
            backwards = item < 0 and isinstance(axis.size, int)
            factors.append(Unit(item + int(axis.size) if backwards else item, axis))
            gone.append(axis)
        elif item[1:] == (None, None, None):
            out.append(axis)
        else:
            out.append(Index(call.shape[len(out)]))
            factors.append(Selection(item[1:], out[-1], axis))
            gone.append(axis)
    return call.tensor(product(1, factors, gone), (*out, *a.out[len(call.value) :]))


def _stack(call: Call) -> Tensor:
    first = Index(len(call.args))
    nodes, out = align(call.args)
    return call.tensor(add(*(times(Unit(k, first), node) for k, node in enumerate(nodes))), (first, *out))


def _eye(call: Call) -> Tensor:
    out = fresh(call.shape)
    same = out[0].size == out[1].size
    return call.tensor(Delta(*out) if same else Constant(f"eye({out[0].size}, {out[1].size})", out), out)


def _filled(node: Node) -> Callable[[Call], Tensor]:
    return lambda call: call.tensor(node, fresh(call.shape))


def _einsum(call: Call) -> Tensor:
    inputs, output = call.value.replace(" ", "").split("->")
    axes: dict[str, Index] = {}
    nodes = []
    for letters, a in zip(inputs.split(","), call.args, strict=True):
        for letter, index in zip(letters, a.out, strict=True):
            axes.setdefault(letter, Index(index.size))
        nodes.append(a.reindexed([axes[letter] for letter in letters]))
    bound = [index for letter, index in axes.items() if letter not in output]
    return call.tensor(product(1, nodes, bound), tuple(axes[letter] for letter in output))


def _given(call: Call) -> Tensor:
    out = fresh(call.shape)
    return call.tensor(Constant(call.value[2], out), out)


_ELEMENTWISE = frozenset(("number", "constant", "add", "mul", "neg", "div", "pow", "piecewise"))
_ARRAYS: dict[str, Callable[[Call], Tensor]] = {
    "sum": reductions.total_of,
    "mean": reductions.mean,
    "var": reductions.variance,
    "std": reductions.deviation,
    "norm": reductions.norm,
    "logsumexp": reductions.log_sum_exp,
    "softmax": reductions.softmax_of,
    "cumsum": reductions.cumulative_sum,
    "matmul": linear.matmul,
    "transpose": linear.transpose,
    "tr": linear.trace,
    "det": linear.determinant_of,
    "logdet": linear.log_determinant,
    "inv": linear.inverse_of,
    "solve": linear.solve,
    "pinv": linear.pseudo_inverse,
    "diag": _diag,
    "tril": _triangle,
    "triu": _triangle,
    "outer": _outer,
    "dot": _dot,
    "index": _index,
    "stack": _stack,
    "eye": _eye,
    "ones": _filled(ONE),
    "zeros": _filled(ZERO),
    "full": lambda call: call.tensor(call.args[0].node, fresh(call.shape)),
    "array": _given,
    "einsum": _einsum,
    "detach": detached,
    "dim": lambda call: call.tensor(dimension(call.value), ()),
}
